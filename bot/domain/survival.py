"""How long parcels take, as counts in bins of working days, and the odds that follow: Kaplan-Meier with back-off.

A tally counts parcels of one kind and stage by two bins: when they left the stage and when they arrived, both since
the stage was entered. So "of those that were still here after four days" is a plain question to it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from operator import neg

from msgspec import Struct

# half working days up to three weeks, then days, double days, ten days: fine where parcels arrive, coarse in the tail
EDGES: tuple[float, ...] = (
    *(step / 2 for step in range(30)),
    *(float(step) for step in range(15, 30)),
    *(float(step) for step in range(30, 60, 2)),
    *(float(step) for step in range(60, 110, 10)),
)
BINS = len(EDGES) - 1
BEYOND = BINS
"""The bin of what never arrived."""
_SHIFT = 7
_MASK = (1 << _SHIFT) - 1
_HALVES = tuple(max(n for n, edge in enumerate(EDGES) if edge <= half / 2) for half in range(int(EDGES[-1] * 2)))


def bin_of(span: float) -> int:
    """The bin of a span in working days; BEYOND for what is longer than the last edge."""
    half = int(span * 2)
    return _HALVES[half] if 0 <= half < len(_HALVES) else (0 if half < 0 else BEYOND)


def code_of(left: float, ended: float) -> int:
    """Both bins as one key; nothing leaves a stage after it has arrived."""
    end = bin_of(ended)
    return min(bin_of(left), end) << _SHIFT | end


Counts = dict[int, float]


class Tally(Struct, array_like=True):
    """Weights by code: `arrived` (bin BEYOND: never), and `cut`, no longer watched from that bin on."""

    arrived: Counts = {}
    cut: Counts = {}

    def counts(self, is_cut: bool) -> Counts:
        """Where to count a parcel that is, or is not, out of sight."""
        return self.cut if is_cut else self.arrived

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


class Risk(Struct, frozen=True, gc=False):
    """Of the parcels still in the stage at bin `first`: arrivals and parcels at risk by bin."""

    first: int
    arrived: tuple[float, ...]
    at_risk: tuple[float, ...]

    @property
    def count(self) -> float:
        """Parcels that were still in the stage."""
        return self.at_risk[self.first]


def risk(tallies: Iterable[Tally], first: int) -> Risk:
    """What parcels still in the stage at bin `first` went through; who was cut off in a bin counts half of it."""
    arrived, cut = [0.0] * (BINS + 1), [0.0] * (BINS + 1)
    for tally in tallies:
        _fill(arrived, tally.arrived, first)
        _fill(cut, tally.cut, first)
    leaving = [gone + lost for gone, lost in zip(arrived, cut, strict=True)]
    alive = list(accumulate(reversed(leaving)))[::-1]
    at_risk = tuple(max(there - away / 2, 0.0) for there, away in zip(alive, cut, strict=True))
    return Risk(first, tuple(arrived), at_risk)


def _fill(sums: list[float], counts: Mapping[int, float], first: int) -> None:
    least = first << _SHIFT
    for code, weight in counts.items():
        if code >= least:
            sums[code & _MASK] += weight


def hazards(own: Risk, behind: Sequence[float], strength: float) -> list[float]:
    """Chance of arriving in each bin for who has not yet: own experience, as if `strength` more had gone as behind."""
    return [
        (arrived + strength * back) / (at_risk + strength)
        for arrived, at_risk, back in zip(own.arrived, own.at_risk, behind, strict=True)
    ]


def paced(chances: Sequence[float], pace: float) -> Sequence[float]:
    """The chances of who goes `pace` times as fast."""
    return chances if pace == 1 else [1 - (1 - chance) ** pace for chance in chances]


class Curve(Struct, frozen=True, gc=False):
    """Share not yet arrived at each edge, of those still in the stage at edge `first`."""

    first: int
    left: tuple[float, ...]

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


def curve(first: int, chances: Sequence[float]) -> Curve:
    """The curve of chances by bin."""
    left = [1.0] * (first + 1)
    for place in range(first, BEYOND):
        left.append(left[-1] * (1 - chances[place]))
    return Curve(first, tuple(left))
