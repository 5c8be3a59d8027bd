"""Who is in the story: forty parcels of one shop, and the customers who follow theirs. The same every time."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from msgspec import Struct

from bot.sandbox.page.journeys import Route, life
from bot.sandbox.parcels.life import Life

SHOP = "Noor"
SEED = 1001
STORES = ("Riyadh, SA", "Jeddah, SA")
HUBS = ("Riyadh, SA", "Jeddah, SA")
TOWNS = ("Riyadh, SA", "Jeddah, SA", "Dammam, SA", "Makkah, SA", "Madinah, SA", "Abha, SA", "Tabuk, SA", "Hail, SA")
NAMES = ("Noura", "Fahad", "Maha", "Khalid", "Reem", "Yousef", "Huda", "Salman", "Dana", "Majed", "Amal", "Turki")
DHL, UPS, TRACK17 = "dhl_unified", "ups", "17track"


class Parcel(Struct, frozen=True):
    """One order. `follows`: its customer opens the link in Telegram."""

    order: str
    slug: str
    number: str
    name: str
    language: str
    fate: str
    planned: int
    route: Route
    follows: bool = False

    def promised(self, first_day: date) -> date:
        """The day that the shop promised."""
        return first_day + timedelta(days=self.planned)

    def life(self, first_day: date) -> Life:
        """What its carrier will tell of it."""
        return life(self.number, self.fate, self.route, self.promised(first_day), first_day, Random(self.order))  # noqa: S311


# Order, carrier, customer, language, fate, day planned, way. The first one is the visitor's own.
MAIN = (
    ("1001", DHL, "Sara", "ar", "slips1", 2, Route("Riyadh, SA", "Riyadh, SA", "Jeddah, SA")),
    ("1002", UPS, "Emma", "en", "stuck", 3, Route("Jeddah, SA", "Jeddah, SA", "Abha, SA")),
    ("1003", TRACK17, "Reza", "fa", "lost", 2, Route("Riyadh, SA", "Riyadh, SA", "Dammam, SA")),
    ("1004", DHL, "Laila", "ar", "fails", 3, Route("Jeddah, SA", "Riyadh, SA", "Riyadh, SA")),
    ("1005", UPS, "Omid", "fa", "returns", 1, Route("Riyadh, SA", "Jeddah, SA", "Makkah, SA")),
    ("1006", DHL, "Hamad", "ar", "slips2", 3, Route("Riyadh, SA", "Jeddah, SA", "Tabuk, SA")),
    ("1007", UPS, "Grace", "en", "slips3", 4, Route("Jeddah, SA", "Riyadh, SA", "Hail, SA")),
    ("1008", DHL, "Salma", "ar", "day1", 2, Route("Riyadh, SA", "Riyadh, SA", "Riyadh, SA")),
    ("1009", TRACK17, "Leila", "fa", "day2", 3, Route("Riyadh, SA", "Jeddah, SA", "Jeddah, SA")),
    ("1010", UPS, "Noah", "en", "day3", 4, Route("Jeddah, SA", "Riyadh, SA", "Dammam, SA")),
    ("1011", DHL, "Faisal", "ar", "slips0", 1, Route("Riyadh, SA", "Riyadh, SA", "Madinah, SA")),
)
ALL = 40


def parcels() -> list[Parcel]:
    """All forty, by order number."""
    chance = Random(SEED)  # noqa: S311
    known = [
        Parcel(order, slug, number(slug, int(order)), name, language, fate, planned, route, follows=True)
        for order, slug, name, language, fate, planned, route in MAIN
    ]
    return known + [_other(order, chance) for order in range(1001 + len(known), 1001 + ALL)]


def _other(order: int, chance: Random) -> Parcel:
    slug = (DHL, TRACK17, UPS)[order % 3]
    day = 1 + order % 4
    route = Route(chance.choice(STORES), chance.choice(HUBS), chance.choice(TOWNS))
    return Parcel(str(order), slug, number(slug, order), chance.choice(NAMES), "ar", f"day{day}", day + 1, route)


def table(listed: Sequence[Parcel], first_day: date) -> bytes:
    """The file that the merchant imports."""
    paper = io.StringIO()
    rows = csv.writer(paper)
    rows.writerow(("number", "carrier", "order", "promised", "name", "lang"))
    for one in listed:
        rows.writerow((one.number, one.slug, one.order, one.promised(first_day).isoformat(), one.name, one.language))
    return paper.getvalue().encode()


def number(slug: str, order: int) -> str:
    """A tracking number that this carrier could have given, its check digit right."""
    return {DHL: _dhl, UPS: _ups, TRACK17: _post}[slug](order)


def _dhl(order: int) -> str:
    return f"JD01460000628{order:07d}"


def _ups(order: int) -> str:
    body = f"81WV3803{order:07d}"
    values = (int(one) if one.isdigit() else (ord(one) - 63) % 10 for one in body)
    total = sum(value * (1 + at % 2) for at, value in enumerate(values))
    return f"1Z{body}{-total % 10}"


def _post(order: int) -> str:
    body = f"{12340000 + order:08d}"
    rest = 11 - sum(int(one) * weight for one, weight in zip(body, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return f"RB{body}{ {10: 0, 11: 5}.get(rest, rest) }SA"
