from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import HORIZON, Budget, grant
from carriers.kit.model import Limits
from tests.domain.values import DAY, HOUR, NOW, TODAY

FRESH = Budget(NOW - DAY)
SECOND = timedelta(seconds=1)


def test_undocumented_limits_bind_nobody() -> None:
    given_ = grant(FRESH, Limits(), NOW, 250)
    assert (given_.count, given_.leave_at(249, NOW)) == (250, NOW)


def test_a_rate_spreads_questions_after_a_burst() -> None:
    given_ = grant(FRESH, Limits(per_second=1, burst=3), NOW, 5)
    leaving = [given_.leave_at(place, NOW) - NOW for place in range(given_.count)]
    assert leaving == [0 * SECOND, 0 * SECOND, 0 * SECOND, 1 * SECOND, 2 * SECOND]


def test_the_days_allowance_ends_and_comes_back_at_midnight() -> None:
    limits = Limits(per_day=3)
    first = grant(FRESH, limits, NOW, 5)
    spent = grant(first.after, limits, NOW + HOUR, 5)
    assert (first.count, spent.count) == (3, 0)
    assert spent.again_at == NOW.replace(hour=0) + DAY
    assert grant(first.after, limits, NOW + DAY, 5).count == 3


def test_a_spent_rate_names_the_moment_to_come_back() -> None:
    busy = Budget(NOW + HOUR, TODAY, 1)
    refused = grant(busy, Limits(per_second=1), NOW, 5)
    assert (refused.count, refused.again_at, refused.after) == (0, NOW + HOUR, busy)


@given(
    st.builds(Limits, per_second=st.sampled_from([0.5, 1, 5, 28]), per_day=st.none(), burst=st.integers(1, 5)),
    st.lists(st.tuples(st.integers(1, 60), st.floats(0, 30)), max_size=8),
)
def test_however_it_is_asked_no_more_leaves_than_the_rate_and_the_burst_allow(
    limits: Limits, wishes: list[tuple[int, float]]
) -> None:
    now, budget, leaving = NOW, FRESH, list[datetime]()
    for wanted, later in wishes:
        now += timedelta(seconds=later)
        found = grant(budget, limits, now, wanted)
        leaving += [found.leave_at(place, now) for place in range(found.count)]
        budget = found.after
        assert all(at <= now + HORIZON for at in leaving)
    assert limits.per_second is not None
    for start in leaving:
        within = sum(start <= at < start + 10 * SECOND for at in leaving)
        assert within <= limits.burst + 10 * limits.per_second + 1


@given(st.integers(1, 50), st.lists(st.tuples(st.integers(1, 60), st.integers(0, 20)), max_size=8))
def test_no_day_has_more_than_its_allowance(allowance: int, wishes: list[tuple[int, int]]) -> None:
    now, budget, spent = NOW, FRESH, dict[object, int]()
    for wanted, hours in wishes:
        now += hours * HOUR
        found = grant(budget, Limits(per_day=allowance), now, wanted)
        spent[now.date()] = spent.get(now.date(), 0) + found.count
        budget = found.after
    assert all(count <= allowance for count in spent.values())
