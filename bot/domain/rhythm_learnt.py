"""Learning carriers' rhythms from past scans: counts that add up, fade and keep, and what they say.

A carrier with little to show leans on all carriers, and these on the built-in prior, by pseudo-counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import add, itemgetter
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.domain.rhythm import BUCKETS, EDGES, SLOTS, WEEK, DayKind, Pulse, Rhythm, Rhythms, day_kinds
from bot.domain.rhythm_prior import PRIOR
from carriers.kit.model import Status

VERSION = 1
STAGES = tuple(PRIOR)
CELLS = len(STAGES) * BUCKETS * SLOTS
MOST_CARRIERS = 256
OTHERS = ""
"""The name under which carriers are counted once there are too many."""
_LONGEST = 60 * 24 * 60
"""Minutes; more silence than two months teaches nothing: nobody waits for a scan any more."""
_MINUTE = timedelta(minutes=1)
_WEEK = WEEK * 60
_EDGES = tuple(round(edge * 60) for edge in EDGES)
_PLACE = {status: place for place, status in enumerate(STAGES)}
_NEW, _MERE = 10, 1
"""Worth of news in tenths (see rhythm.MERE): whole numbers add up exactly."""
HALF_LIFE = timedelta(days=90)
"""Carriers change: what is older counts half, a quarter …"""


class Passage(NamedTuple):
    """The movements scanned of one parcel, in any order; waited for since `created_at`, last looked at `until`."""

    slug: str
    zone: str
    country: str | None
    created_at: datetime
    scans: Sequence[tuple[Status, datetime]]
    until: datetime


class Counts(Struct, frozen=True):
    """By stage, time since the last scan, kind of day and hour: tenths of news, and minutes in which it could come."""

    news: tuple[int, ...]
    minutes: tuple[int, ...]


class Tally(Struct, frozen=True):
    """What was counted, by carrier; all of it was halved last on that day (counts of one life are worth the same)."""

    carriers: Mapping[str, Counts] = MappingProxyType({})
    halved_on: date | None = None


# ---- counting


def tally(passages: Iterable[Passage]) -> Tally:
    """The counts of these parcels; each parcel belongs into one tally of all that are added up."""
    sheets: dict[tuple[str, tuple[DayKind, ...]], _Sheet] = defaultdict(_Sheet)
    for one in passages:
        sheets[one.slug, day_kinds(one.country)].add(one)
    total = Tally()
    for (slug, kinds), sheet in sorted(sheets.items()):
        total = merged(total, Tally({slug: sheet.counts(kinds)}))
    return total


def merged(one: Tally, other: Tally) -> Tally:
    """Both added up; of too many carriers the later ones are counted together."""
    found = dict(one.carriers)
    for slug, counts in sorted(other.carriers.items()):
        name = slug if slug in found or len(found) < MOST_CARRIERS else OTHERS
        known = found.get(name)
        found[name] = counts if known is None else _sum(known, counts)
    return Tally(found, one.halved_on or other.halved_on)


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(tuple(map(add, one.news, other.news)), tuple(map(add, one.minutes, other.minutes)))


def aged(counted: Tally, today: date) -> Tally:
    """The same on a later day: halved once for each HALF_LIFE that has gone by."""
    since = counted.halved_on or today
    lives = max((today - since) // HALF_LIFE, 0)
    carriers = {slug: _halved(counts, lives) for slug, counts in counted.carriers.items()} if lives else None
    return Tally(carriers or counted.carriers, since + lives * HALF_LIFE)


def _halved(counts: Counts, times: int) -> Counts:
    times = min(times, 62)
    return Counts(tuple(one >> times for one in counts.news), tuple(one >> times for one in counts.minutes))


class _Sheet:
    """Counts under way for one carrier in one kind of week: hours of the week as they are.

    `whole` rises where a span begins and falls where it ends, so that a span costs the same however long it is;
    `part` corrects for broken hours.
    """

    def __init__(self) -> None:
        cells = len(STAGES) * BUCKETS * WEEK
        self.news = [0] * cells
        self.whole = [0] * cells
        self.part = [0] * cells
        self.weeks = [0] * (len(STAGES) * BUCKETS)

    def add(self, passage: Passage) -> None:
        """One parcel, from its first scan (or from when it was waited for) to its end or the last look."""
        zone = ZoneInfo(passage.zone)
        scans = sorted((scan for scan in passage.scans if scan[1] <= passage.until), key=itemgetter(1))
        stage, since = Status.UNKNOWN, passage.created_at
        for status, at in scans:
            if at >= since and stage in _PLACE:
                after = stage if status is Status.UNKNOWN else status
                self._gap(_PLACE[stage], since, at, zone, _MERE if after is stage else _NEW)
            since = at
            stage = stage if status is Status.UNKNOWN else status
        if stage in _PLACE and passage.until > since:
            self._gap(_PLACE[stage], since, passage.until, zone, 0)

    def _gap(self, place: int, since: datetime, at: datetime, zone: ZoneInfo, worth: int) -> None:
        there = since.astimezone(zone)
        start = (there.weekday() * 24 + there.hour) * 60 + there.minute
        length = min((at - since) // _MINUTE, _LONGEST)
        row, age = place * BUCKETS, 0
        for edge in _EDGES:
            if edge >= length:
                break
            self._span(row, start + age, edge - age)
            age = edge
            row += 1
        self._span(row, start + age, length - age)
        if worth and length < _LONGEST:
            self.news[row * WEEK + (start + length) // 60 % WEEK] += worth

    def _span(self, row: int, start: int, length: int) -> None:
        if length >= _WEEK:
            self.weeks[row] += length // _WEEK
            length %= _WEEK
        start %= _WEEK
        end = start + length
        if end >= _WEEK:
            self._within(row * WEEK, start, _WEEK)
            start, end = 0, end - _WEEK
        self._within(row * WEEK, start, end)

    def _within(self, base: int, start: int, end: int) -> None:
        whole, part = self.whole, self.part
        first, last = start // 60, end // 60
        whole[base + first] += 1
        part[base + first] -= start - first * 60
        if last < WEEK:
            whole[base + last] -= 1
            part[base + last] += end - last * 60

    def counts(self, kinds: tuple[DayKind, ...]) -> Counts:
        """Folded into kinds of days."""
        news, minutes = [0] * CELLS, [0] * CELLS
        for row, weeks in enumerate(self.weeks):
            open_ = weeks
            for hour in range(WEEK):
                cell, slot = row * WEEK + hour, row * SLOTS + kinds[hour // 24] * 24 + hour % 24
                open_ += self.whole[cell]
                news[slot] += self.news[cell]
                minutes[slot] += open_ * 60 + self.part[cell]
        return Counts(tuple(news), tuple(minutes))


# ---- learning

_RATE_LEANS = 3.0
"""News, in each time since the last scan, that the broader rhythm counts for."""
_HOUR_LEANS = 1.0
"""The same in each hour of each kind of day."""
_ROUNDS = 4


def learnt(counted: Tally) -> Rhythms:
    """What the counts say: of all carriers together, and of each."""
    total = Counts((0,) * CELLS, (0,) * CELLS)
    for counts in counted.carriers.values():
        total = _sum(total, counts)
    usual = _rhythm(total, PRIOR)
    return Rhythms(usual, {slug: _rhythm(one, usual) for slug, one in counted.carriers.items() if slug != OTHERS})


def _rhythm(counts: Counts, broader: Rhythm) -> Rhythm:
    size = BUCKETS * SLOTS
    return MappingProxyType(
        {
            status: _pulse(counts.news[at : at + size], counts.minutes[at : at + size], broader[status])
            for status, at in zip(STAGES, range(0, CELLS, size), strict=True)
        }
    )


def _pulse(news: Sequence[int], minutes: Sequence[int], broader: Pulse) -> Pulse:
    """Rates and hours in turn, each as likely as the other makes it: four rounds settle it."""
    if not any(minutes):
        return broader
    came = [[one / _NEW for one in news[at : at + SLOTS]] for at in range(0, len(news), SLOTS)]
    spent = [[one / 60 for one in minutes[at : at + SLOTS]] for at in range(0, len(minutes), SLOTS)]
    came_then = [sum(column) for column in zip(*came, strict=True)]
    rates, hours, usual = list(broader.rates), list(broader.hours), sum(broader.hours)
    for _ in range(_ROUNDS):
        for bucket, (here, time) in enumerate(zip(came, spent, strict=True)):
            weighed = sum(map(_times, time, hours))
            rates[bucket] = (sum(here) + _RATE_LEANS) / (weighed + _RATE_LEANS / broader.rates[bucket])
        for slot, time_then in enumerate(zip(*spent, strict=True)):
            weighed = sum(map(_times, time_then, rates))
            hours[slot] = (came_then[slot] + _HOUR_LEANS) / (weighed + _HOUR_LEANS / broader.hours[slot])
        scale = sum(hours) / usual
        hours = [one / scale for one in hours]
        rates = [one * scale for one in rates]
    return Pulse(tuple(rates), tuple(hours))


def _times(one: float, other: float) -> float:
    return one * other


# ---- keeping


class _Kept(Struct):
    version: int
    carriers: dict[str, Counts]
    halved_on: date | None


def to_bytes(counted: Tally) -> bytes:
    """For the store; some 14 KB a carrier."""
    return msgspec.msgpack.encode(_Kept(VERSION, dict(counted.carriers), counted.halved_on))


def from_bytes(kept: bytes) -> Tally:
    """As kept; empty where it is of another version or no tally at all: learning starts anew."""
    try:
        found = msgspec.msgpack.decode(kept, type=_Kept)
    except msgspec.DecodeError:
        return Tally()
    whole = all(len(one.news) == len(one.minutes) == CELLS for one in found.carriers.values())
    return Tally(found.carriers, found.halved_on) if whole and found.version == VERSION else Tally()
