"""How long parcels take, as counts in bins of working days, and the odds that follow: Kaplan-Meier with back-off.

A tally counts parcels of one kind and stage by two bins: when they left the stage and when they arrived, both since
the stage was entered. So "of those that were still here after four days" is a plain question to it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from operator import add as add_up
from operator import mul, neg

from msgspec import Struct

# half working days up to three weeks, then days, double days, ten days: fine where parcels arrive, coarse in the tail
EDGES: tuple[float, ...] = (
    *(step / 2 for step in range(30)),
    *(float(step) for step in range(15, 20)),
    *(float(step) for step in range(20, 40, 2)),
    *(float(step) for step in range(40, 110, 10)),
)
BINS = len(EDGES) - 1
BEYOND = BINS
"""The bin of what never arrived."""
NEVER = EDGES[-1]
"""Spans from here on fall into it."""
_SHIFT = 7
_MASK = (1 << _SHIFT) - 1
_HALVES = tuple(max(n for n, edge in enumerate(EDGES) if edge <= half / 2) for half in range(int(NEVER * 2)))

_WAITED = (0, 1, 2, 3, 5, 8, 12, 20, 30, 50)
_MARKS = tuple(max(n for n, edge in enumerate(EDGES) if edge <= days) for days in _WAITED)
_MARK_OF = tuple(max(mark for mark in _MARKS if mark <= place) for place in range(BINS + 1))


def bin_of(span: float) -> int:
    """The bin of a span in working days; BEYOND for what is longer than the last edge."""
    if span >= NEVER:
        return BEYOND
    half = int(span * 2)
    return _HALVES[half] if half > 0 else 0


def landmark_of(span: float) -> int:
    """The bin from which on parcels are like one that has waited `span`: few, so that what is known of each is kept."""
    return _MARK_OF[bin_of(span)]


def code_of(left: float, ended: float) -> int:
    """Both bins as one key; nothing leaves a stage after it has arrived."""
    end = bin_of(ended)
    return min(bin_of(left), end) << _SHIFT | end


Counts = dict[int, float]


class Tally(Struct, array_like=True, gc=False):
    """Weights by code: `arrived` (bin BEYOND: never), and `cut`, no longer watched from that bin on."""

    arrived: Counts = {}
    cut: Counts = {}

    @property
    def weight(self) -> float:
        """Parcels counted, by their weight."""
        return sum(self.arrived.values()) + sum(self.cut.values())


def add(counts: Counts, others: Mapping[int, float], factor: float) -> None:
    """Add `others`, weighed by `factor`, to `counts` in place."""
    for code, weight in others.items():
        counts[code] = counts.get(code, 0.0) + weight * factor


def scaled(counts: Mapping[int, float], factor: float, least: float = 1e-3) -> Counts:
    """A copy weighed by `factor`, without what has become negligible."""
    return {code: weight * factor for code, weight in counts.items() if weight * factor >= least}


def led(
    tallies: Iterable[Tally], first: int, behind: Sequence[float], strength: float
) -> tuple[Sequence[float], float]:
    """Chance of arriving in each bin for who was still in the stage at bin `first`, and how many of those have ended.

    Own experience, as if `strength` more parcels had gone as those `behind`. Who was cut off in a bin was not at risk
    in it: the day on which it was last seen is not over.
    """
    arrived, cut, least = [0.0] * (BINS + 1), [0.0] * (BINS + 1), first << _SHIFT
    for tally in tallies:
        for code, weight in tally.arrived.items():
            if code >= least:
                arrived[code & _MASK] += weight
        for code, weight in tally.cut.items():
            if code >= least:
                cut[code & _MASK] += weight
    alive = list(accumulate(map(add_up, reversed(arrived), reversed(cut))))[::-1]
    chances = [
        (came + strength * back) / (there - gone + strength)
        for came, gone, there, back in zip(arrived, cut, alive, behind, strict=True)
    ]
    return chances, sum(arrived[first:])


def risk(tallies: Iterable[Tally], bins: int) -> tuple[list[float], list[float]]:
    """Arrivals, and parcels at risk, in each of the first `bins` bins."""
    known = list(tallies)
    arrived, alive, at_risk = [0.0] * bins, sum(tally.weight for tally in known), []
    gone = [0.0] * bins
    for tally in known:
        for sums, counts in ((arrived, tally.arrived), (gone, tally.cut)):
            for code, weight in counts.items():
                if code & _MASK < bins:
                    sums[code & _MASK] += weight
    for came, cut in zip(arrived, gone, strict=True):
        at_risk.append(alive - cut)
        alive -= came + cut
    return arrived, at_risk


class Curve(Struct, frozen=True, gc=False):
    """Share not yet arrived at each edge, of those still in the stage at edge `first`."""

    first: int
    left: Sequence[float]

    def at(self, span: float) -> float:
        """Share not yet arrived after `span` working days; at least what never arrives within the last edge."""
        place = bin_of(span)
        if place < self.first:
            return 1.0
        if place >= BEYOND:
            return self.left[BEYOND]
        start, end = EDGES[place], EDGES[place + 1]
        return self.left[place] + (self.left[place + 1] - self.left[place]) * (span - start) / (end - start)

    def when(self, share: float) -> float | None:
        """The span after which only `share` has not arrived; None if that is beyond the last edge."""
        place = bisect_left(self.left, -share, key=neg) - 1
        if place >= BEYOND:
            return None
        if place < self.first:
            return EDGES[self.first]
        before, after = self.left[place], self.left[place + 1]
        return EDGES[place] + (before - share) / (before - after) * (EDGES[place + 1] - EDGES[place])


def curve(first: int, chances: Sequence[float], pace: float = 1.0) -> Curve:
    """The curve of chances by bin, for who goes `pace` times as fast."""
    stays = [1 - chance for chance in chances[first:BEYOND]]
    if pace != 1:
        stays = [stay**pace for stay in stays]
    return Curve(first, [1.0] * first + list(accumulate(stays, mul, initial=1.0)))
