"""A file of past orders, read as a history to be rehearsed; a row that is wrong is named and stops no other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.hours import moment
from bot.domain.places import town
from bot.domain.rehearsal import SILENT, Move, Past
from bot.domain.shipment import Shipment
from bot.domain.zones import zone_of
from bot.flows.saying import clean
from bot.flows.table import NotATable, Row, read_table
from bot.flows.times import Said, read_time
from carriers.kit.model import Status

DAY = timedelta(days=1)
LONGEST = 366 * DAY
"""From the purchase to anything else: what is further off is a slip of the pen."""

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "order": ("order_id", "order_number", "order_no", "number", "id", "name"),
        "purchased": (
            "purchased_at", "purchased_on", "purchase_date", "ordered", "ordered_at", "ordered_on", "order_date",
            "created_at", "created", "date_created", "order_purchase_timestamp",
        ),
        "handed_over": (
            "handed_over_at", "handed_over_on", "shipped", "shipped_at", "shipped_on", "ship_date", "shipping_date",
            "fulfilled_at", "dispatched_at", "order_delivered_carrier_date",
        ),
        "delivered": (
            "delivered_at", "delivered_on", "delivery_date", "received_at", "order_delivered_customer_date",
        ),
        "promised": (
            "promised_at", "promised_on", "promise", "promised_date", "due", "due_on", "due_date", "estimated_delivery",
            "estimated_delivery_date", "expected_delivery", "expected_delivery_date", "order_estimated_delivery_date",
        ),
        "carrier": ("slug", "shipping_carrier", "courier", "shipping_company"),
        "service": ("shipping_method", "shipping_service"),
        "origin": ("from", "ship_from", "warehouse", "seller_state"),
        "destination": ("to", "ship_to", "city", "shipping_city", "customer_state", "customer_city"),
        "country": ("country_code", "shipping_country", "destination_country"),
        "status": ("final_status", "order_status"),
    }
)  # fmt: skip
"""Our column → other heads that mean it; blanks and dashes count as _, the first that is there is taken."""
NEEDED = ("order", "purchased", "delivered", "promised")

VOID = frozenset({"canceled", "cancelled", "void", "voided", "unavailable", "returned", "returning", "refused"})
"""Statuses of an undelivered order of which nobody can say that its promise was missed."""


class Why(StrEnum):
    """What is wrong with a cell."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    TWICE = "twice"
    BEFORE_PURCHASE = "before_purchase"
    TOO_LATE = "too_late"
    IN_THE_FUTURE = "in_the_future"


class Wrong(Struct, frozen=True):
    """A row that is left out: where, and what it says."""

    line: int
    column: str
    why: Why
    said: str = ""


class MissingColumns(ValueError):
    """Columns without which nothing can be told, by our names; the message lists them."""


class History(Struct, frozen=True):
    """Past orders by the number that each has as a parcel. `as_of`: the last thing known of any of them.

    `home`: the country that most of them went to, or that was given; `zone`: its wall clock.
    """

    past: Sequence[Past]
    orders: Sequence[str]
    wrong: Sequence[Wrong]
    as_of: datetime
    home: str | None
    zone: str


def read_history(content: bytes, now: datetime, country: str | None = None) -> History:
    """The orders of a file. Raises NotATable and MissingColumns; NotATable("rows") where no row can be used."""
    table = read_table(content)
    places = _places(table.head)
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise MissingColumns(", ".join(missing))
    rows = [(row.line, _said(row, places)) for row in table.rows]
    home = country or _most_common(said.get("country", "").upper() for _, said in rows)
    reader = _Reader(home, now)
    for line, said in rows:
        reader.read(line, said)
    if not reader.past and not reader.wrong:
        raise NotATable("empty")
    return reader.history()


def _places(head: Sequence[str]) -> dict[str, int]:
    """Our column → its place in the file."""
    named = {cell.replace(" ", "_").replace("-", "_"): place for place, cell in reversed(list(enumerate(head)))}
    places = {}
    for name, others in COLUMNS.items():
        found = next((named[head] for head in (name, *others) if head in named), None)
        if found is not None:
            places[name] = found
    return places


def _said(row: Row, places: Mapping[str, int]) -> dict[str, str]:
    return {name: row.cells[place].strip() for name, place in places.items() if place < len(row.cells)}


def _most_common(countries: Iterator[str]) -> str | None:
    found = Counter(one for one in countries if _is_country(one)).most_common(1)
    return found[0][0] if found else None


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isalpha()


class _Unusable(ValueError):
    """A cell for which its row is left out."""

    def __init__(self, column: str, why: Why) -> None:
        super().__init__(column, why)
        self.column, self.why = column, why


class _Reader:
    """Rows on their way to a history."""

    def __init__(self, home: str | None, now: datetime) -> None:
        self.past: list[Past] = []
        self.wrong: list[Wrong] = []
        self._orders: dict[str, int] = {}
        self._home = home
        self._zone = (zone_of(home) if home else None) or "UTC"
        self._until = now + DAY
        self._as_of = datetime.min.replace(tzinfo=UTC)

    def history(self) -> History:
        """What has been read."""
        return History(self.past, list(self._orders), self.wrong, self._as_of, self._home, self._zone)

    def read(self, line: int, said: Mapping[str, str]) -> None:
        """Take a row in, or note why not."""
        try:
            order = clean(said.get("order", ""), 64)
            if not order:
                raise _Unusable("order", Why.MISSING)
            if order in self._orders:
                raise _Unusable("order", Why.TWICE)
            past = self._past(len(self.past), said)
        except _Unusable as error:
            self.wrong.append(Wrong(line, error.column, error.why, clean(said.get(error.column, ""), 40)))
            return
        self._orders[order] = len(self.past)
        self.past.append(past)
        self._as_of = max(self._as_of, past.shipment.created_at, *(move.at for move in past.moves))

    def _past(self, number: int, said: Mapping[str, str]) -> Past:
        country, zone = self._whereto(said.get("country", ""))
        purchased = self._time("purchased", said)
        promised = self._time("promised", said)
        if purchased is None or promised is None:
            raise _Unusable("promised" if purchased else "purchased", Why.MISSING)
        at = purchased.at(ZoneInfo(self._zone))
        if at > self._until:
            raise _Unusable("purchased", Why.IN_THE_FUTURE)
        promised_on = promised.on if promised.offset is None else promised.at(zone).astimezone(zone).date()
        self._check("promised", moment(promised_on, 0, zone.key), at, zone)
        shipment = Shipment(
            id=number,
            merchant_id=1,
            order_id=number,
            account_id=None,
            slug=clean(said.get("carrier", ""), 32).lower() or SILENT,
            number="",
            status=Status.UNKNOWN,
            created_at=at,
            zone=zone.key,
            promised_on=promised_on,
            country=country,
            service=clean(said.get("service", ""), 64).lower() or None,
            origin=town(clean(said.get("origin", ""))),
            destination=town(clean(said.get("destination", ""))),
        )
        moves, status = tuple(self._moves(said, at, zone)), said.get("status", "").lower()
        if status == Status.DELIVERED and not said.get("delivered"):
            raise _Unusable("delivered", Why.MISSING)
        return Past(shipment, moves, is_void=status in VOID)

    def _whereto(self, said: str) -> tuple[str | None, ZoneInfo]:
        country = said.upper() or self._home
        if country is not None and not _is_country(country):
            raise _Unusable("country", Why.UNREADABLE)
        return country, ZoneInfo((zone_of(country) if country else None) or self._zone)

    def _moves(self, said: Mapping[str, str], purchased_at: datetime, zone: ZoneInfo) -> Iterator[Move]:
        for column, status in (("handed_over", Status.IN_TRANSIT), ("delivered", Status.DELIVERED)):
            found = self._time(column, said)
            if found is None:
                continue
            at = found.at(ZoneInfo(self._zone), late=True)
            self._check(column, at, purchased_at, zone)
            if at > self._until:
                raise _Unusable(column, Why.IN_THE_FUTURE)
            yield Move(status, max(at, purchased_at))

    def _time(self, column: str, said: Mapping[str, str]) -> Said | None:
        text = said.get(column, "")
        found = read_time(text) if text else None
        if text and found is None:
            raise _Unusable(column, Why.UNREADABLE)
        return found

    def _check(self, column: str, at: datetime, purchased_at: datetime, zone: tzinfo) -> None:
        """Not on a day before the purchase, and not absurdly long after it."""
        if at.astimezone(zone).date() < purchased_at.astimezone(zone).date():
            raise _Unusable(column, Why.BEFORE_PURCHASE)
        if at - purchased_at > LONGEST:
            raise _Unusable(column, Why.TOO_LATE)
