"""What is usual in a group of parcels: how long they go unscanned, how many slip. Sums that fade, no history kept."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from bot.domain.carriage import CarrierKind
from bot.domain.feasts import rests_around
from bot.domain.hours import working_time

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RUNGS = tuple(HOUR * hours for hours in (36, 48, 72, 96, 120, 168, 240))
"""Silences that are looked at, in the time that carriers work. A night and its two evenings stay below the first."""
HALF_LIFE = 30 * DAY
TRUSTED = 500.0
"""Working hours of parcels on their way after which a group's own figures weigh as much as what they are held against.

Twenty parcels for a day: fewer say little, more speak for themselves.
"""
GAPS_SHOWN = 20
"""So many gaps must be known before one is called usual."""


class Usual(Struct, frozen=True):
    """Sums over a group: `hours` between scans, how many such `gaps`, hours `beyond` each rung, parcels that `slips`.

    All fade by half in a month.
    """

    hours: float = 0.0
    gaps: float = 0.0
    beyond: tuple[float, ...] = (0.0,) * len(RUNGS)
    slips: float = 0.0

    def faded(self, age: timedelta) -> "Usual":
        """What is left of it after that time."""
        left = 0.5 ** (max(age, timedelta()) / HALF_LIFE)
        return Usual(self.hours * left, self.gaps * left, tuple(one * left for one in self.beyond), self.slips * left)

    def without(self, slips: int) -> "Usual":
        """The same with so many fewer slips."""
        return Usual(self.hours, self.gaps, self.beyond, max(self.slips - slips, 0.0))

    def __add__(self, other: "Usual") -> "Usual":
        beyond = tuple(mine + theirs for mine, theirs in zip(self.beyond, other.beyond, strict=True))
        return Usual(self.hours + other.hours, self.gaps + other.gaps, beyond, self.slips + other.slips)


NOTHING = Usual()


def gap(span: timedelta, looked: timedelta | None = None) -> Usual:
    """One gap between two scans, in working time; `looked`: how silent the parcel looked meanwhile, if longer."""
    beyond = tuple(max(((looked or span) - rung) / HOUR, 0.0) for rung in RUNGS)
    return Usual(span / HOUR, 1.0, beyond)


class Expected(Struct, frozen=True):
    """What chance brings in a group: the share of its parcels that are `silent` beyond each rung at any moment,

    the share that `slipping` in a day, the usual gap if enough are known.
    """

    silent: tuple[float, ...]
    slipping: float
    gap: timedelta | None = None


# Own: scans about every half day with a long tail, as a survey of nine events a parcel over some days has them; posts
# scan half as often. Of late parcels a tenth in four days, which is high: a prior shall not cry wolf.
_SCALE = {CarrierKind.EXPRESS: 24.0, CarrierKind.OWN: 24.0, CarrierKind.POST: 48.0, CarrierKind.AGGREGATOR: 48.0}
_SLIPPING = 0.025


def prior(kind: CarrierKind) -> Expected:
    """Before anything is known of a carrier."""
    scale = _SCALE[kind]
    return Expected(tuple((1 + rung / HOUR / scale) ** -3 for rung in RUNGS), _SLIPPING)


def expected(own: Iterable[Usual], kind: CarrierKind) -> Expected:
    """From wide to narrow, each held against what is wider: the carrier's sums, then the group's."""
    known = prior(kind)
    for usual in own:
        known = _refined(usual, known)
    return known


def _refined(usual: Usual, wider: Expected) -> Expected:
    """A parcel at a random moment is in a long gap rather than in a short one: shares are by hours, not by gaps."""
    weight = usual.hours + TRUSTED
    silent = tuple((own + TRUSTED * share) / weight for own, share in zip(usual.beyond, wider.silent, strict=True))
    slipping = min(24 * (usual.slips + TRUSTED * wider.slipping / 24) / weight, 1.0)
    mean = HOUR * (usual.hours / usual.gaps) if usual.gaps >= GAPS_SHOWN else wider.gap
    return Expected(silent, slipping, mean)


def counted(start: datetime, end: datetime, zone: str, country: str | None) -> timedelta:
    """The time in which carriers work there: without the days of rest, public holidays and standstills."""
    return working_time(start, end, zone, country, rests_around(country, end.year))


FARTHEST = 60 * DAY


def reach(needed: timedelta, now: datetime, measure: Callable[[datetime, datetime], timedelta]) -> timedelta:
    """How long before `now` a stretch must have begun to measure as much as `needed`; FARTHEST where it never does."""
    span = needed
    while span < FARTHEST:
        missing = needed - measure(now - span, now)
        if missing <= timedelta():
            return span
        span += max(missing, timedelta(minutes=1))
    return FARTHEST
