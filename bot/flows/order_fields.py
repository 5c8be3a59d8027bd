"""The fields of `/shipment add` and of an imported file: each read by one line of a table."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import phonenumbers
from msgspec import Struct

from bot.flows.saying import clean, day, digits, money
from bot.flows.turn import ShopView, speak

FARTHEST = timedelta(days=366)
"""A day further ahead is a slip of the finger."""
_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,180}\.[^@\s,;<>.]{2,24}")


class Told(Struct, frozen=True):
    """What was said of a shipment beside its number. Amounts are decimal text in the shop's unit."""

    order: str | None = None
    promised_on: date | None = None
    needed_on: date | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    lang: str | None = None
    cod: tuple[str, str] | None = None
    value: tuple[str, str] | None = None

    @property
    def currency(self) -> str | None:
        """The currency named with either sum."""
        return next((one[1] for one in (self.cod, self.value) if one and one[1]), None)


class Unreadable(Struct, frozen=True):
    """A field that cannot be read; `known` is False where there is no such field."""

    field: str
    known: bool = True


Reader = Callable[[str, ShopView, date], Any]


def _text(said: str, shop: ShopView, today: date) -> str | None:
    return clean(said) or None


def _order(said: str, shop: ShopView, today: date) -> str | None:
    return clean(digits(said), 64).removeprefix("#") or None


def _day(said: str, shop: ShopView, today: date) -> date | None:
    found = day(said)
    return found if found is not None and found <= today + FARTHEST else None


def _day_ahead(said: str, shop: ShopView, today: date) -> date | None:
    found = _day(said, shop, today)
    return found if found is not None and found >= today else None


def _phone(said: str, shop: ShopView, today: date) -> str | None:
    try:
        found = phonenumbers.parse(digits(clean(said, 40)), shop.country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


def _email(said: str, shop: ShopView, today: date) -> str | None:
    plain = clean(said, 254)
    return plain if _EMAIL.fullmatch(plain) else None


def _lang(said: str, shop: ShopView, today: date) -> str | None:
    return speak(said.strip(), fallback="") or None


def _sum(said: str, shop: ShopView, today: date) -> tuple[str, str] | None:
    return money(said)


FIELDS: Mapping[str, tuple[str, Reader]] = {
    "order": ("order", _order),
    "promised": ("promised_on", _day),
    "needed": ("needed_on", _day_ahead),
    "name": ("name", _text),
    "phone": ("phone", _phone),
    "email": ("email", _email),
    "lang": ("lang", _lang),
    "cod": ("cod", _sum),
    "value": ("value", _sum),
}
"""Field as typed → attribute of Told, and how it is read."""


def read(said: Mapping[str, str], shop: ShopView, today: date) -> Told | Unreadable:
    """All fields, or the first that cannot be read; an empty value counts as not said."""
    told: dict[str, Any] = {}
    for name, text in said.items():
        if name not in FIELDS:
            return Unreadable(clean(name, 40), known=False)
        if not text.strip():
            continue
        attribute, reader = FIELDS[name]
        told[attribute] = reader(text, shop, today)
        if told[attribute] is None:
            return Unreadable(name)
    found = Told(**told)
    if found.cod and found.value and found.cod[1] and found.value[1] and found.cod[1] != found.value[1]:
        return Unreadable("value")
    return found
