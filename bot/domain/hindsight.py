"""How right warnings were, once it is known how everything ended. Definitions in the names of Score's fields."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from msgspec import Struct

from bot.domain.journey import HANDED, STAGES, deadline_of
from bot.domain.rehearsal import Past
from carriers.kit.model import Status

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEAR = DAY
"""An arrival this shortly before the deadline was a near miss: a warning of it was wrong, but not absurd."""
AHEAD = (24, 48, 72)
"""Hours of which it is told how many of the missed were warned of that long before."""
FEW_MISSED = 30
FEW_PARCELS = 200
"""With fewer than either, shares say little: they are told with the warning that they are wide."""


class Fate(StrEnum):
    """How it went, seen from the end of the history. UNDECIDED is not judged: cancelled, sent back, not due yet."""

    ON_TIME = "on_time"
    LATE = "late"
    LOST = "lost"
    """Handed over, and never seen to arrive though the promised day is over."""
    NEVER_SHIPPED = "never_shipped"
    UNDECIDED = "undecided"


MISSED = frozenset({Fate.LATE, Fate.LOST, Fate.NEVER_SHIPPED})
_NO_MATTER = frozenset({Status.CANCELLED, Status.RETURNED, Status.RETURNING})


class Lived(NamedTuple):
    """A parcel's life in hindsight; `deadline` is the end of the promised day."""

    fate: Fate
    ordered_at: datetime
    deadline: datetime
    arrived_at: datetime | None = None


def lived(past: Past, as_of: datetime) -> Lived | None:
    """How a parcel fared, as far as a history that ends at `as_of` tells; None where nothing was promised."""
    deadline, ordered_at = deadline_of(past.shipment), past.shipment.created_at
    if deadline is None:
        return None
    arrived_at = min((move.at for move in past.moves if move.status is Status.DELIVERED), default=None)
    return Lived(_fate(past, arrived_at, deadline, as_of), ordered_at, deadline, arrived_at)


def _fate(past: Past, arrived_at: datetime | None, deadline: datetime, as_of: datetime) -> Fate:
    if past.shipment.created_at >= deadline:
        return Fate.UNDECIDED
    if arrived_at is not None:
        return Fate.LATE if arrived_at >= deadline else Fate.ON_TIME
    reached = {move.status for move in past.moves}
    if past.is_void or deadline > as_of or reached & _NO_MATTER:
        return Fate.UNDECIDED
    handed = any(STAGES.get(status) in HANDED or status is Status.LOST for status in reached)
    return Fate.LOST if handed else Fate.NEVER_SHIPPED


class Score(Struct, frozen=True):
    """Counts of parcels. A warning is right where the promise was missed and the parcel had not arrived yet.

    `ahead`: of the missed, warned of before the deadline; `in_time`: at least so many hours before it, by AHEAD.
    `near`: of the wrong warnings, those whose parcel arrived within NEAR of the deadline. `lead`: hours, the median.
    """

    parcels: int = 0
    missed: int = 0
    warned: int = 0
    right: int = 0
    ahead: int = 0
    in_time: tuple[int, ...] = (0,) * len(AHEAD)
    near: int = 0
    lead: float | None = None

    @property
    def wrong(self) -> int:
        """False alarms."""
        return self.warned - self.right

    @property
    def precision(self) -> float | None:
        """Right warnings of all."""
        return share(self.right, self.warned)

    @property
    def recall(self) -> float | None:
        """Missed promises that were warned of before the deadline."""
        return share(self.ahead, self.missed)

    @property
    def per_thousand(self) -> float | None:
        """False alarms per thousand parcels."""
        return 1000 * self.wrong / self.parcels if self.parcels else None

    @property
    def is_thin(self) -> bool:
        """Whether too little happened to say much."""
        return self.parcels < FEW_PARCELS or self.missed < FEW_MISSED


def share(part: int, whole: int) -> float | None:
    """A share, where there is a whole."""
    return part / whole if whole else None


def score(lives: Mapping[int, Lived], warned: Mapping[int, datetime]) -> Score:
    """The warnings held against what came. `warned`: the first warning of each parcel; undecided ones do not count."""
    judged = [(life, warned.get(id_)) for id_, life in lives.items() if life.fate is not Fate.UNDECIDED]
    told = [(life, at) for life, at in judged if at is not None]
    right = [(life, at) for life, at in told if is_right(life, at)]
    leads = [(life.deadline - at) / HOUR for life, at in right if at < life.deadline]
    return Score(
        parcels=len(judged),
        missed=sum(life.fate in MISSED for life, _ in judged),
        warned=len(told),
        right=len(right),
        ahead=len(leads),
        in_time=tuple(sum(lead >= hours for lead in leads) for hours in AHEAD),
        near=sum(_is_near(life) for life, at in told if not is_right(life, at)),
        lead=round(median(leads), 1) if leads else None,
    )


def is_right(life: Lived, at: datetime) -> bool:
    """Whether a warning at that time was right."""
    return life.fate in MISSED and life.ordered_at <= at and (life.arrived_at is None or at < life.arrived_at)


def _is_near(life: Lived) -> bool:
    return life.fate is Fate.ON_TIME and life.arrived_at is not None and life.arrived_at >= life.deadline - NEAR


_95 = 1.96


def bounds(part: int, whole: int) -> tuple[float, float] | None:
    """Between which shares the true one lies, 19 times out of 20 (Wilson); None without a whole."""
    if not whole:
        return None
    found, spread = part / whole, _95**2 / whole
    middle = (found + spread / 2) / (1 + spread)
    reach = _95 * math.sqrt(found * (1 - found) / whole + spread / (4 * whole)) / (1 + spread)
    return max(min(middle - reach, found), 0.0), min(max(middle + reach, found), 1.0)


def first_warnings(warnings: Iterable[tuple[int, datetime]]) -> dict[int, datetime]:
    """The earliest warning of each parcel."""
    first: dict[int, datetime] = {}
    for id_, at in warnings:
        first[id_] = min(at, first.get(id_, at))
    return first
