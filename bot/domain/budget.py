"""How many questions an account may ask now, by the carrier's documented limits: a leaky bucket and a count a day."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from carriers.kit.model import Limits

HORIZON = timedelta(seconds=10)
"""Questions are granted this far ahead, each with its own time to leave."""
_NO_TIME = timedelta()


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


def grant(budget: Budget, limits: Limits, now: datetime, wanted: int) -> Grant:
    """Up to `wanted` questions within both limits; a limit that is not documented does not bind."""
    today = now.date()
    spent = budget.spent if budget.spent_on == today else 0
    left = wanted if limits.per_day is None else min(wanted, limits.per_day - spent)
    if left <= 0:
        return _none(budget, now, _tomorrow(now))
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


def _tomorrow(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
