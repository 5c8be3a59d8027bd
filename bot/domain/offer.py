"""What a shop offers for a parcel that is lost for good: only what its policy allows for this payment and this sum."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from msgspec import Struct

from bot.domain.hours import working_day_after


class Way(StrEnum):
    """A way to put it right; the value is the button's."""

    AGAIN = "a"
    MONEY = "m"
    CANCEL = "c"


class Allowed(Struct, frozen=True):
    """The shop's policy as it lies in its settings. Days are working days; `most` is the largest sum that goes back."""

    resend: bool = False
    refund: bool = False
    express: bool = False
    free_delivery: bool = False
    resend_days: int | None = None
    refund_days: int | None = None
    most: int | None = None


def ways(allowed: Allowed, value: str | None, *, unpaid: bool, out_of_stock: bool) -> tuple[Way, ...]:
    """What may be offered. Who has paid nothing is owed nothing back: his order is cancelled."""
    found = [Way.AGAIN] if allowed.resend and not out_of_stock else []
    if unpaid:
        found.append(Way.CANCEL)
    elif allowed.refund and _is_within(value, allowed.most):
        found.append(Way.MONEY)
    return tuple(found)


def _is_within(value: str | None, most: int | None) -> bool:
    """A sum that nobody knows is not below a limit."""
    if most is None:
        return True
    try:
        return value is not None and Decimal(value) <= most
    except InvalidOperation:
        return False


def done_on(
    way: Way, allowed: Allowed, today: date, countries: Mapping[Way, str | None], feasts: Collection[date]
) -> date | None:
    """The day by which a way is done: arrived where the parcel goes, paid back where the shop is; None: not known."""
    days = {Way.AGAIN: allowed.resend_days, Way.MONEY: allowed.refund_days}.get(way)
    return None if days is None else working_day_after(today, days, countries.get(way), feasts)


def allowed_by(settings: Mapping[str, Any]) -> Allowed:
    """From a shop's settings; what is not said is not allowed."""
    policy = settings.get("policy") or {}
    return Allowed(**{name: policy[name] for name in Allowed.__struct_fields__ if policy.get(name) is not None})
