"""What the chaos run counts of budgets: what is granted is never too much, what nobody granted is told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import Budget, grant
from bot.sandbox.parcels.server import Asked
from carriers.kit.model import Limits
from tests.chaos.__main__ import broken
from tests.chaos.budget import LOT, overspent
from tests.chaos.run import Told
from tests.chaos.shop import Count

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
LIMITS = Limits(per_second=1, per_day=250)
GRANTED = 161
"""Of 250 a day, by seven in the morning."""


def at(*seconds: float) -> list[Asked]:
    return [Asked("dhl_unified", "/", ("1",), NOW + timedelta(seconds=one)) for one in seconds]


@given(st.lists(st.tuples(st.integers(0, 3600), st.integers(1, 60)), max_size=40))
def test_what_is_granted_is_never_too_much(wishes: list[tuple[int, int]]) -> None:
    now, budget, asked = NOW, Budget(NOW), []
    for later, wanted in wishes:
        now += timedelta(seconds=later)
        granted = grant(budget, LIMITS, now, wanted)
        budget = granted.after
        asked += [Asked("dhl_unified", "/", (), granted.leave_at(place, now)) for place in range(granted.count)]
    assert overspent(asked, LIMITS) == []


def test_lots_that_come_late_and_all_at_once_are_forgiven_and_no_more() -> None:
    assert overspent(at(*[0] * (2 * LOT + 1)), LIMITS) == []
    [said] = overspent(at(*[0] * (2 * LOT + 2)), LIMITS)
    assert "22 questions at once" in said


def test_more_than_the_day_has_earned_by_then_is_told() -> None:
    assert overspent(at(*range(GRANTED + LOT)), LIMITS) == []
    [said] = overspent(at(*range(GRANTED + LOT + 2)), LIMITS)
    assert "162 of 250" in said


def test_of_a_whole_days_allowance_not_one_more_is_forgiven() -> None:
    evening = [16 * 3600 + 14 * one for one in range(251)]
    assert overspent(at(*evening[:250]), LIMITS) == []
    assert "251 questions" in overspent(at(*evening), LIMITS)[0]


def test_a_clock_that_is_set_forward_and_back_is_no_overspending() -> None:
    assert overspent(at(0, 90, 0, 1, 2, 91), LIMITS) == []


def test_a_run_breaks_by_a_budget_overspent_and_by_a_recovery_that_takes_too_long() -> None:
    assert broken(Told(Count(), 0, recovered=[("away", 59.0)])) == []
    said = broken(Told(Count(overspent=["251 questions"]), 0, recovered=[("kill", 2.0), ("away", 61.0)]))
    assert [one.split(":")[0] for one in said] == ["carrier asked more than it allows", "61 s until it answered again"]
