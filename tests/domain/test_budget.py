"""Budgets: documented limits are never overspent, and what is granted leaves no earlier than it may."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import HORIZON, USUAL_A_DAY, Budget, grant, pressure
from carriers.kit.model import Limits

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
minutes = st.integers(0, 24 * 60 - 1)
steps = st.lists(st.tuples(st.floats(0, 90), st.integers(1, 300)), min_size=1, max_size=30)


@given(steps, st.floats(0.05, 50), st.integers(1, 5))
def test_any_two_questions_are_as_far_apart_as_the_rate_allows(
    asked: list[tuple[float, int]], per_second: float, burst: int
) -> None:
    leaves = _leave(asked, Limits(per_second=per_second, burst=burst))
    room = timedelta(seconds=burst / per_second)
    for place, at in enumerate(leaves):
        allowed = timedelta(seconds=place / per_second)
        assert at - leaves[0] + room + timedelta(milliseconds=1) >= allowed


@given(steps, st.integers(1, 400))
def test_a_day_is_never_overspent(asked: list[tuple[float, int]], per_day: int) -> None:
    assert len(_leave(asked, Limits(per_day=per_day))) <= per_day


@given(steps)
def test_without_documented_limits_all_is_granted_at_once(asked: list[tuple[float, int]]) -> None:
    assert len(_leave(asked, Limits())) == sum(wanted for _, wanted in asked)


def _leave(asked: list[tuple[float, int]], limits: Limits) -> list[datetime]:
    budget, now, leaves = Budget(START), START, []
    for seconds, wanted in asked:
        now = min(now + timedelta(seconds=seconds), START.replace(hour=23))
        granted = grant(budget, limits, now, wanted)
        budget = granted.after
        leaves += [granted.leave_at(place, now) for place in range(granted.count)]
        assert all(now <= at <= now + HORIZON for at in leaves[len(leaves) - granted.count :])
    return sorted(leaves)


def test_a_spent_day_says_when_to_come_back() -> None:
    spent = Budget(START, START.date(), 250)
    granted = grant(spent, Limits(per_day=250), START, 1)
    assert granted.count == 0
    assert granted.again_at is not None
    assert datetime(2026, 11, 25, tzinfo=UTC) <= granted.again_at < datetime(2026, 11, 25, 0, 1, tzinfo=UTC)


@given(st.integers(1, 5000), minutes)
def test_half_a_day_is_there_at_once_and_the_rest_as_it_goes(per_day: int, minute: int) -> None:
    now = START.replace(hour=0) + minute * timedelta(minutes=1)
    granted = grant(Budget(now), Limits(per_day=per_day), now, 10_000).count
    assert per_day // 2 <= granted <= per_day


@given(st.integers(1, 5000), minutes)
def test_coming_back_when_told_brings_at_least_one_question(per_day: int, minute: int) -> None:
    now, limits = START.replace(hour=0) + minute * timedelta(minutes=1), Limits(per_day=per_day)
    spent = grant(Budget(now), limits, now, 10_000).after
    again_at = grant(spent, limits, now, 1).again_at
    assert again_at is not None
    assert grant(spent, limits, again_at, 1).count == 1


def test_a_spent_second_says_when_to_come_back() -> None:
    busy = Budget(START + timedelta(minutes=1), START.date(), 1)
    granted = grant(busy, Limits(per_second=1), START, 1)
    assert (granted.count, granted.again_at) == (0, START + timedelta(minutes=1))


def test_a_burst_leaves_at_once_and_the_rest_spaced() -> None:
    granted = grant(Budget(START), Limits(per_second=2, burst=3), START, 5)
    waits = [(granted.leave_at(place, START) - START).total_seconds() for place in range(5)]
    assert waits == [0, 0, 0, 0.5, 1]


def test_the_scarcer_questions_are_the_more_evenly_they_go_over_the_day() -> None:
    limits, midnight = Limits(per_day=250), START.replace(hour=0)
    at_once = [grant(Budget(midnight), limits, midnight, 10_000, pressed).count for pressed in (1, 1.5, 2, 4)]
    assert at_once == sorted(at_once, reverse=True)
    assert (at_once[0], at_once[-1]) == (125, 8)


@given(st.integers(1, 5000), minutes, st.floats(1, 50))
def test_coming_back_when_told_brings_a_question_also_where_they_are_scarce(
    per_day: int, minute: int, pressed: float
) -> None:
    now, limits = START.replace(hour=0) + minute * timedelta(minutes=1), Limits(per_day=per_day)
    spent = grant(Budget(now), limits, now, 10_000, pressed).after
    again_at = grant(spent, limits, now, 1, pressed).again_at
    assert again_at is not None
    assert now < again_at
    assert grant(spent, limits, again_at, 1, pressed).count == 1


def test_questions_are_scarce_where_a_day_allows_less_than_its_parcels_are_worth() -> None:
    assert pressure(10_000, Limits(per_second=1), 1) == pressure(5, Limits(per_day=250), 1) == 1
    assert pressure(250, Limits(per_day=250), 1) == USUAL_A_DAY
    assert pressure(250, Limits(per_day=250), 40) == 1
