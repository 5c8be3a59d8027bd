"""How likely a carrier has something new: by stage, time since the last scan, and hour of the week there.

News is counted by its worth: a new status is 1, another scan of the same status MERE. It comes at a rate an hour: what
is usual after such a silence, times a factor of the hour where the parcel goes.
"""

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from enum import IntEnum
from itertools import accumulate, pairwise
from math import sqrt
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

from bot.domain.zones import weekend_of
from carriers.kit.model import Status

MERE = 0.1
"""Own: a new status is told; that a parcel has passed one more hub only changes what its follower may look at."""
EDGES = (2.0, 6.0, 12.0, 24.0, 48.0, 96.0, 240.0)
"""Hours since the last scan at which the rate changes; it stays beyond the last."""
BUCKETS = len(EDGES) + 1
WEEK = 168
LONGEST = float(WEEK)
"""Hours that can be looked ahead."""


class DayKind(IntEnum):
    """A working day, a rest day that another follows, the last or only rest day."""

    WORKING = 0
    REST = 1
    LAST_REST = 2


SLOTS = 24 * len(DayKind)


def day_kinds(country: str | None) -> tuple[DayKind, ...]:
    """Of Monday to Sunday there."""
    rest = weekend_of(country)
    return tuple(
        DayKind.WORKING if day not in rest else DayKind.REST if (day + 1) % 7 in rest else DayKind.LAST_REST
        for day in range(7)
    )


class Pulse(Struct, frozen=True):
    """Of one stage: news an hour in each of BUCKETS, and the factor of each hour of each kind of day (SLOTS)."""

    rates: tuple[float, ...]
    hours: tuple[float, ...]


Rhythm = Mapping[Status, Pulse]
"""Of one carrier: a pulse for each status that is not final."""


class Beat(NamedTuple):
    """A pulse laid out over two weeks, at each full hour: the factors summed up, and these sums summed up in turn."""

    rates: tuple[float, ...]
    worked: "array[float]"
    waited: "array[float]"


def beat_of(pulse: Pulse, country: str | None) -> Beat:
    """The pulse in the week of a country."""
    hours = [pulse.hours[24 * kind + hour] for kind in day_kinds(country) for hour in range(24)]
    worked = array("d", accumulate(hours * 2, initial=0.0))
    means = ((one + other) / 2 for one, other in pairwise(worked))
    return Beat(pulse.rates, worked, array("d", accumulate(means, initial=0.0)))


def waiting(beat: Beat, silent: float, hour: float, patience: float, longest: float) -> float:
    """Hours until what may have come will have waited for `patience` (expected news, times hours); at most `longest`.

    With a steady rate that is the cheapest way to ask: half as much waiting costs 1.4 times the questions. `silent`:
    hours since the last scan; `hour` of the week there, Monday's first is 0; `longest` is LONGEST or less.
    """
    rates, worked, waited = beat
    last = len(EDGES)
    bucket = bisect_right(EDGES, silent)
    start, came, left = hour, 0.0, patience
    end = hour + longest
    here = _here(worked, waited, start)
    while True:
        rate = rates[bucket]
        until = end if bucket == last else min(end, hour + EDGES[bucket] - silent)
        there = _here(worked, waited, until)
        # what has come by x waits: left(x) = left - steady * (x - start) - rate * (waited(x) - waited(start))
        steady = came - rate * here[0]
        if steady * (until - start) + rate * (there[1] - here[1]) >= left:
            return _reached(beat, rate, steady, start, until, left + steady * start + rate * here[1]) - hour
        if until >= end:
            return longest
        left -= steady * (until - start) + rate * (there[1] - here[1])
        came += rate * (there[0] - here[0])
        start, here = until, there
        bucket += 1


def waited(beat: Beat, silent: float, hour: float, ahead: float) -> float:
    """What may come in the next `ahead` hours (LONGEST or less) will have waited for so much by their end."""
    start, came, has_waited = hour, 0.0, 0.0
    end = hour + ahead
    here = _here(beat.worked, beat.waited, start)
    for bucket in range(bisect_right(EDGES, silent), BUCKETS):
        rate = beat.rates[bucket]
        until = end if bucket == len(EDGES) else min(end, hour + EDGES[bucket] - silent)
        there = _here(beat.worked, beat.waited, until)
        has_waited += (came - rate * here[0]) * (until - start) + rate * (there[1] - here[1])
        came += rate * (there[0] - here[0])
        start, here = until, there
    return max(has_waited, 0.0)


def _here(worked: "array[float]", waited: "array[float]", hour: float) -> tuple[float, float]:
    """Both sums at a broken hour."""
    whole = int(hour)
    part = hour - whole
    if not part:
        return worked[whole], waited[whole]
    before = worked[whole]
    factor = worked[whole + 1] - before
    return before + factor * part, waited[whole] + (before + factor * part / 2) * part


def _reached(beat: Beat, rate: float, steady: float, start: float, until: float, amount: float) -> float:
    """Where in the span `steady * x + rate * waited(x)` comes to `amount`."""
    _, worked, waited = beat
    low, high = int(start), int(until) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if steady * middle + rate * waited[middle] < amount:
            low = middle
        else:
            high = middle
    slope = steady + rate * worked[low]
    half = rate * (worked[low + 1] - worked[low]) / 2
    left = amount - steady * low - rate * waited[low]
    root = sqrt(max(slope * slope + 4 * half * left, 0.0))
    return min(max(low + _root(slope, half, left, root), start), until)


def _root(slope: float, half: float, left: float, root: float) -> float:
    """The later solution of `slope * t + half * t² = left`, by the form that loses no digits.

    The slope falls below 0 where the span begins within an hour: at its full hour the parabola has yet to turn.
    """
    if slope <= 0:
        return (root - slope) / (2 * half) if half > 0 else LONGEST
    return 2 * left / (slope + root)


class Rhythms:
    """What is known of the carriers' rhythms; who is not known has that of all. Remembers what it has laid out."""

    def __init__(self, usual: Rhythm, carriers: Mapping[str, Rhythm] = MappingProxyType({})) -> None:
        self.usual = usual
        self.carriers = carriers
        self._beats: dict[tuple[str, Status, frozenset[int]], Beat] = {}

    def beat(self, slug: str, status: Status, country: str | None) -> Beat:
        """Of a carrier's parcels of a status that is not final, on their way to a country."""
        known = slug if slug in self.carriers else ""
        key = (known, status, weekend_of(country))
        beat = self._beats.get(key)
        if beat is None:
            beat = self._beats[key] = beat_of(self.carriers.get(known, self.usual)[status], country)
        return beat
