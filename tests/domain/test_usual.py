"""What is usual: sums that fade, shares held against what is wider, time as carriers work it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.carriage import CarrierKind
from bot.domain.usual import FARTHEST, HALF_LIFE, NOTHING, RUNGS, Usual, counted, expected, gap, prior, reach
from tests.domain.values import DAY, HOUR, NOW, instants

spans = st.timedeltas(timedelta(), 30 * DAY)


def of(*gaps: timedelta) -> Usual:
    return sum(map(gap, gaps), NOTHING)


def test_nine_hours_between_scans_make_a_silence_of_two_days_unusual() -> None:
    often = expected([of(*[9 * HOUR] * 400)], CarrierKind.EXPRESS)
    assert often.gap == 9 * HOUR
    assert often.silent[1] < prior(CarrierKind.EXPRESS).silent[1] / 5


def test_a_share_is_by_time_not_by_gaps() -> None:
    # one gap of a hundred hours among ten of ten: half of all the time lies in it
    alone = expected([of(*[10 * HOUR] * 10 * 100, *[100 * HOUR] * 100)], CarrierKind.EXPRESS)
    assert alone.silent[0] == pytest.approx(64 / 200, abs=0.03)


def test_few_figures_change_little_and_a_group_is_held_against_its_carrier() -> None:
    carrier = of(*[9 * HOUR] * 400)
    lane = expected([carrier, of(60 * HOUR)], CarrierKind.EXPRESS)
    assert lane.gap == 9 * HOUR
    assert lane.silent[1] < 0.05


@given(st.lists(spans, max_size=20))
def test_shares_are_shares_and_fall_with_the_rungs(gaps: list[timedelta]) -> None:
    known = expected([of(*gaps)], CarrierKind.POST)
    assert all(0 <= one <= 1 for one in (*known.silent, known.slipping))
    assert list(known.silent) == sorted(known.silent, reverse=True)


@given(st.lists(spans, max_size=9))
def test_half_is_forgotten_in_a_month(gaps: list[timedelta]) -> None:
    known = of(*gaps)
    assert known.faded(HALF_LIFE).hours == pytest.approx(known.hours / 2)
    assert known.faded(timedelta()) == known
    assert known.faded(-DAY) == known


def test_slips_of_today_can_be_left_out() -> None:
    assert Usual(slips=3.0).without(2).slips == 1.0
    assert Usual(slips=1.0).without(2).slips == 0.0


def test_days_of_rest_and_holidays_do_not_count() -> None:
    thursday, monday = datetime(2026, 12, 24, 11, 0, tzinfo=UTC), datetime(2026, 12, 28, 11, 0, tzinfo=UTC)
    # Friday is Christmas Day, Saturday the second one on a day of rest, then Sunday
    assert counted(thursday, monday, "UTC", "DE") == DAY
    assert counted(thursday, monday, "UTC", None) == 2 * DAY


@given(instants, st.sampled_from(RUNGS), st.sampled_from(["DE", "SA"]))
def test_whoever_reaches_back_has_just_what_he_needs(now: datetime, needed: timedelta, country: str) -> None:
    span = reach(needed, now, lambda start, end: counted(start, end, "Asia/Riyadh", country))
    worked = counted(now - span, now, "Asia/Riyadh", country)
    assert needed <= worked <= needed + timedelta(minutes=1)
    assert span >= needed


def test_where_nobody_ever_works_the_search_ends() -> None:
    assert reach(HOUR, NOW, lambda start, end: timedelta()) == FARTHEST
