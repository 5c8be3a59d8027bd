"""Lives of parcels from a seeded generator, or on real hand-over and delivery times: what a carrier would have scanned.

Per trade (a carrier in one country) a parcel is labelled in shop hours, collected the same afternoon or on a later
working day, scanned in hubs (as many as make nine scans a parcel in the mean, at the hours the trade's hubs work),
goes out in the morning of a delivery day and is delivered within the courier's round. On the way: 8 % an exception that
costs one to three working days, 5 % a silence of three to eight days, one in seven of the slow trade through customs;
at the door: 8 % a failed attempt (next working day again, one in four to the counter instead, collected in one to four
days). 0.7 % fall silent for good; 1 % of the delivered are scanned as returning up to six days later. Seven in ten have
the carrier's ETA, right in seven of ten. Hours and days follow the destination's clock and weekend.
"""

import csv
import gzip
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.zones import weekend_of
from carriers.kit.model import Status

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST_DAY = date(2026, 1, 5)
WATCHED = 30 * DAY
"""After its last scan a parcel that never arrives is followed for so long."""


class Trade(Struct, frozen=True):
    """A carrier in a country. `days`: median working days on the way; weights an hour of the day from midnight."""

    slug: str
    country: str
    zone: str
    days: float
    spread: float
    hub_hours: tuple[float, ...]
    van_hours: tuple[float, ...]
    rest_rounds: float = 0.0
    """How likely a courier goes out on the first rest day."""
    customs: float = 0.0


def _hours(*spans: tuple[int, float]) -> tuple[float, ...]:
    found: list[float] = []
    for until, weight in spans:
        found += [weight] * (until - len(found))
    return tuple(found)


_NIGHT_HUBS = _hours((5, 3), (9, 1), (17, 1), (24, 2.5))
_DAY_HUBS = _hours((6, 0.3), (9, 1), (19, 2), (24, 0.8))
TRADES = (
    Trade("courier", "DE", "Europe/Berlin", 2.2, 0.4, _NIGHT_HUBS, _hours((9, 0), (12, 3), (17, 2), (20, 0.5)), 0.8),
    Trade("desert", "SA", "Asia/Riyadh", 4.0, 0.5, _DAY_HUBS, _hours((10, 0), (14, 2), (16, 0.5), (22, 2)), 0.1),
    Trade("bazaar", "IR", "Asia/Tehran", 4.5, 0.5, _DAY_HUBS, _hours((9, 0), (14, 3), (19, 1.5))),
    Trade("post", "BR", "America/Sao_Paulo", 8.0, 0.5, _DAY_HUBS, _hours((9, 0), (18, 1), (21, 0.7)), 0.3, 0.15),
)


class Event(NamedTuple):
    """One scan."""

    at: datetime
    status: Status


class Life(Struct, frozen=True):
    """One parcel. `etas`: from when the carrier names which day; `until`: how long it is followed at most."""

    trade: Trade
    created_at: datetime
    promised_on: date
    events: tuple[Event, ...]
    etas: tuple[tuple[datetime, date], ...]
    until: datetime


def lives(count: int, seed: int, weeks: int = 20) -> list[Life]:
    """So many parcels of all trades in turn, labelled within these weeks; the same for the same seed."""
    chance = Random(seed)
    trades = [TRADES[place % len(TRADES)] for place in range(count)]
    return [_Way(trade, chance).drawn(_labelled(trade, chance, weeks)) for trade in trades]


def real_lives(folder: Path, name: str, seed: int) -> list[Life]:
    """On the hand-over, delivery and promised times of `name` in `folder`; the scans between are the generator's."""
    chance, trade = Random(seed), TRADES[-1]
    zone = ZoneInfo(trade.zone)
    found = []
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if not (row["handed_over_at"] and row["delivered_at"]):
                continue
            handed, delivered, approved, promised = (
                datetime.fromisoformat(row[column] or row["purchased_at"]).replace(tzinfo=zone)
                for column in ("handed_over_at", "delivered_at", "approved_at", "promised_at")
            )
            if approved < handed and delivered - handed > 12 * HOUR:
                found.append(_Way(trade, chance).on(approved, handed, delivered, promised.date()))
    return found


def _labelled(trade: Trade, chance: Random, weeks: int) -> datetime:
    """In shop hours of a working day."""
    day = _working(FIRST_DAY + chance.randrange(7 * weeks) * DAY, trade)
    return _at(day, chance.uniform(9, 18), trade)


def _at(day: date, hour: float, trade: Trade) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(trade.zone)) + hour * HOUR


def _working(day: date, trade: Trade) -> date:
    while day.weekday() in weekend_of(trade.country):
        day += DAY
    return day


class _Way:
    """A parcel being made up."""

    def __init__(self, trade: Trade, chance: Random) -> None:
        self.trade = trade
        self.chance = chance
        self.events: list[Event] = []
        self.etas: list[tuple[datetime, date]] = []

    def drawn(self, labelled: datetime) -> Life:
        """All of it is drawn."""
        chance, trade = self.chance, self.trade
        self.add(labelled, Status.PRE_TRANSIT)
        collected = self._collected(labelled)
        span = max(1, round(chance.lognormvariate(0, trade.spread) * trade.days))
        planned = self._after(collected.date(), span)
        arrival = self._troubles(collected, planned)
        self._named(collected, planned, arrival)
        promised = self._after(planned, 1)
        if chance.random() < 0.007:
            self._hubs(collected, collected + (_at(arrival, 6, trade) - collected) * chance.random())
            return self._made(labelled, promised)
        return self._arrives(labelled, collected, arrival, promised)

    def on(self, labelled: datetime, collected: datetime, delivered: datetime, promised: date) -> Life:
        """What lies between real times."""
        self.add(labelled, Status.PRE_TRANSIT)
        self.add(collected, Status.IN_TRANSIT)
        morning = _at(delivered.date(), self.chance.triangular(6, 10, 8), self.trade)
        out = morning if morning < delivered - HOUR / 2 else morning - DAY
        out = max(out, collected + (delivered - collected) / 2)
        self._hubs(collected, out)
        if self.chance.random() < 0.08:
            held = self.events[-1].at + (out - self.events[-1].at) * self.chance.random()
            self._office(held.date(), Status.EXCEPTION)
        self.add(out, Status.OUT_FOR_DELIVERY)
        self.add(delivered, Status.DELIVERED)
        return self._made(labelled, promised)

    def add(self, at: datetime, status: Status) -> None:
        """One more scan."""
        self.events.append(Event(at.astimezone(UTC), status))

    def _collected(self, labelled: datetime) -> datetime:
        """The same afternoon, the next working day, or (one in twenty) two to four later."""
        chance = self.chance
        late = chance.randint(2, 4) if chance.random() < 0.05 else chance.random() < 0.4
        day = self._after(labelled.date(), int(late) or int(labelled.hour >= 15))
        at = max(_at(day, chance.triangular(14, 21, 17), self.trade), labelled + HOUR / 2)
        self.add(at, Status.IN_TRANSIT)
        return at

    def _troubles(self, collected: datetime, planned: date) -> date:
        """The day it really comes; exceptions, silence and customs cost days."""
        chance, arrival = self.chance, planned
        middle = _working(collected.date() + (planned - collected.date()) * chance.uniform(0.3, 0.9), self.trade)
        if chance.random() < self.trade.customs:
            self._office(middle, Status.CUSTOMS)
            arrival = self._after(arrival, chance.randint(1, 5))
        if chance.random() < 0.08:
            self._office(middle, Status.EXCEPTION)
            arrival = self._after(arrival, chance.randint(1, 3))
        if chance.random() < 0.05:
            arrival = self._after(arrival, chance.randint(3, 8))
        return arrival

    def _office(self, day: date, status: Status) -> None:
        at = _at(day, self.chance.triangular(7, 21, 13), self.trade)
        if at > self.events[-1].at:
            self.add(at, status)

    def _named(self, collected: datetime, planned: date, arrival: date) -> None:
        """The carrier's ETA: as planned, and later once it knows better."""
        chance = self.chance
        if chance.random() < 0.7:
            off = 0 if chance.random() < 0.7 else chance.choice((-1, 1, 1, 2))
            self.etas.append((collected, planned + off * DAY))
            if arrival > planned:
                self.etas.append((_at(planned, 12, self.trade), arrival))

    def _hubs(self, start: datetime, end: datetime) -> None:
        """At the trade's hours; fewer on rest days."""
        trade, chance = self.trade, self.chance
        rest = weekend_of(trade.country)
        for _ in range(max(1, round(chance.gauss(6.4, 1.2)))):
            day = (start + (end - start) * chance.random()).date()
            hour = chance.choices(range(24), trade.hub_hours)[0] + chance.random()
            at = _at(day, hour, trade)
            if start < at < end and not (day.weekday() in rest and chance.random() < 0.6):
                self.add(at, Status.IN_TRANSIT)

    def _arrives(self, labelled: datetime, collected: datetime, arrival: date, promised: date) -> Life:
        chance, trade = self.chance, self.trade
        day = self._round_on(arrival)
        last = max(self.events).at
        while _at(day, 6, trade) <= last:
            day = self._after(day, 1)
        out = _at(day, chance.triangular(6, 10, 7.5), trade)
        self._hubs(collected, out)
        self.add(out, Status.OUT_FOR_DELIVERY)
        if chance.random() < 0.08:
            self.add(self._on_round(out), Status.DELIVERY_ATTEMPTED)
            day = self._after(day, 1)
            if chance.random() < 0.25:
                self._collected_at_counter(day)
                return self._made(labelled, promised)
            out = _at(day, chance.triangular(6, 10, 7.5), trade)
            self.add(out, Status.OUT_FOR_DELIVERY)
        self.add(self._on_round(out), Status.DELIVERED)
        if chance.random() < 0.01:
            self._office(self._after(day, chance.randint(1, 4)), Status.RETURNING)
        return self._made(labelled, promised)

    def _collected_at_counter(self, day: date) -> None:
        self.add(_at(day, self.chance.triangular(9, 14, 10), self.trade), Status.AVAILABLE_FOR_PICKUP)
        then = self._after(day, self.chance.randint(1, 4))
        self.add(_at(then, self.chance.triangular(9, 20, 17), self.trade), Status.DELIVERED)

    def _round_on(self, day: date) -> date:
        """A working day, or for those who go out then the first rest day."""
        rest = weekend_of(self.trade.country)
        first = day.weekday() in rest and (day - DAY).weekday() not in rest
        return day if first and self.chance.random() < self.trade.rest_rounds else _working(day, self.trade)

    def _on_round(self, out: datetime) -> datetime:
        hours = range(len(self.trade.van_hours))
        day = out.astimezone(ZoneInfo(self.trade.zone)).date()
        hour = self.chance.choices(hours, self.trade.van_hours)[0] + self.chance.random()
        return max(_at(day, hour, self.trade), out + HOUR / 2)

    def _after(self, day: date, count: int) -> date:
        """So many working days later; couriers who go out on the first rest day count it in."""
        for _ in range(count):
            day = self._round_on(day + DAY)
        return _working(day, self.trade) if not count else day

    def _made(self, labelled: datetime, promised: date) -> Life:
        events = tuple(sorted(self.events))
        etas = tuple((at.astimezone(UTC), day) for at, day in self.etas)
        return Life(self.trade, labelled.astimezone(UTC), promised, events, etas, events[-1].at + WATCHED)


def count_scans(found: Sequence[Life]) -> float:
    """Scans a parcel."""
    return sum(len(one.events) for one in found) / len(found)
