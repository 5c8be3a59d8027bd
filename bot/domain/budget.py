"""How many questions an account may ask now, by the carrier's documented limits: a leaky bucket and a count a day."""

from datetime import date, datetime, timedelta
from math import ceil

from msgspec import Struct

from carriers.kit.model import Limits

HORIZON = timedelta(seconds=10)
"""Questions are granted this far ahead, each with its own time to leave."""
USUAL_A_DAY = 4.0
"""Questions a day an open parcel is worth where nothing limits them (measured: tests/benchmarks/cadence.py)."""
_NO_TIME = timedelta()
_DAY = timedelta(days=1)
_TICK = timedelta(milliseconds=1)
"""Rounding must not bring anybody back a moment too early."""


class Budget(Struct, frozen=True):
    """What an account has spent: `free_at` is the theoretical arrival time, `spent` counts on `spent_on` (UTC)."""

    free_at: datetime
    spent_on: date | None = None
    spent: int = 0


class Grant(Struct, frozen=True):
    """`count` questions, the n-th to leave at `first_at + n * apart` or now; if none, ask again at `again_at`."""

    count: int
    first_at: datetime
    apart: timedelta
    after: Budget
    again_at: datetime | None = None

    def leave_at(self, place: int, now: datetime) -> datetime:
        """When the question at `place` (from 0) may leave."""
        return max(now, self.first_at + place * self.apart)


def pressure(parcels: int, limits: Limits, batch_size: int) -> float:
    """How many times a day's allowance so many open parcels would like to be asked for; 1 where it is enough."""
    if not limits.per_day:
        return 1.0
    return max(parcels * USUAL_A_DAY / (limits.per_day * batch_size), 1.0)


def grant(budget: Budget, limits: Limits, now: datetime, wanted: int, pressed: float = 1.0) -> Grant:
    """Up to `wanted` questions within both limits; a limit that is not documented does not bind.

    `pressed`: see pressure; the scarcer questions are, the more evenly they go over the day.
    """
    today = now.date()
    spent = budget.spent if budget.spent_on == today else 0
    at_once = _AT_ONCE / pressed**2
    left = wanted if limits.per_day is None else min(wanted, _earned(limits.per_day, now, at_once) - spent)
    if left <= 0:
        return _none(budget, now, _earns_again(limits.per_day or 0, spent, now, at_once))
    apart = timedelta(seconds=1 / limits.per_second) if limits.per_second else _NO_TIME
    first_at = max(budget.free_at, now) - (limits.burst - 1) * apart
    if apart:
        left = min(left, (now + HORIZON - first_at) // apart + 1)
    if left <= 0:
        return _none(budget, now, first_at)
    after = Budget(max(budget.free_at, now) + left * apart, today, spent + left)
    return Grant(left, first_at, apart, after)


def _none(budget: Budget, now: datetime, again_at: datetime) -> Grant:
    return Grant(0, now, _NO_TIME, budget, again_at)


# A day's allowance is not eaten up before breakfast: the out-for-delivery parcels of the afternoon need theirs, too.
_AT_ONCE = 0.5


def _earned(per_day: int, now: datetime, at_once: float) -> int:
    """What of a day's allowance may be spent by now: a share of it at once, the rest as the day (UTC) goes."""
    return ceil(per_day * (at_once + (1 - at_once) * ((now - _midnight(now)) / _DAY)))


def _earns_again(per_day: int, spent: int, now: datetime, at_once: float) -> datetime:
    """When one more question is earned: today still, or with the next day."""
    share = (spent / per_day - at_once) / (1 - at_once) if per_day else 1
    return _midnight(now) + _DAY * min(max(share, 0), 1) + _TICK


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
