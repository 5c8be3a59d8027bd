import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calibration import (
    BINS,
    Calibration,
    Moment,
    Outcome,
    calibration,
    from_text,
    grouped,
    looked_back,
    review,
    to_text,
    together,
)
from bot.domain.journey import Ending
from bot.domain.learning import empty, learn
from tests.domain.values import DAY, NOW, journey

RIGHT = Outcome(p_late=0.9, was_late=True, claimed=0.9, held=True, days_off=1, width=3)
WRONG = Outcome(p_late=0.8, was_late=False, claimed=0.9, held=False, days_off=5)
LOST = Outcome(p_late=0.5, was_late=True, claimed=0.9, held=False)


def test_nothing_measured_is_no_measure() -> None:
    nothing = calibration([])
    assert nothing == Calibration()
    assert (nothing.brier, nothing.coverage, nothing.error_days, nothing.bias) == (None, None, None, None)


def test_the_sums_say_how_right_the_chances_were() -> None:
    sums = calibration([RIGHT, WRONG, LOST])
    assert sums.brier == pytest.approx((0.01 + 0.64 + 0.25) / 3)
    assert sums.bias == pytest.approx((2.2 - 2) / 3)
    assert [(one.count, one.late) for one in sums.bins[5:]] == [(1, 1), (0, 0), (0, 0), (1, 0), (1, 1)]


def test_the_sums_say_what_windows_held_and_how_far_the_likely_day_was_off() -> None:
    sums = calibration([RIGHT, WRONG, LOST])
    assert sums.coverage == pytest.approx((0.9, 1 / 3))
    assert sums.error_days == 3


def test_nights_add_up() -> None:
    assert together([calibration([RIGHT]), calibration([WRONG, LOST])]) == calibration([RIGHT, WRONG, LOST])
    assert together([]) == Calibration()


def test_a_chance_of_one_falls_into_the_last_bin() -> None:
    sums = calibration([Outcome(p_late=1.0, was_late=True, claimed=0.9, held=True)])
    assert sums.bins[BINS - 1].count == 1


def test_a_parcel_is_looked_back_at_as_it_was_known_then() -> None:
    model = learn(empty(NOW), [journey(4)] * 60, (), NOW + 40 * DAY)
    late, early = (looked_back(model, journey(days), NOW + 2 * DAY) for days in (20, 4))
    assert late is not None
    assert early is not None
    assert late.p_late == early.p_late
    assert (late.was_late, late.held, early.was_late, early.held) == (True, False, False, True)


def test_who_is_over_or_cut_off_is_not_looked_back_at() -> None:
    model = empty(NOW)
    assert looked_back(model, journey(4), NOW + 5 * DAY) is None
    assert looked_back(model, journey(4), NOW - DAY) is None
    assert looked_back(model, journey(4, ended_as=Ending.CUT_OFF), NOW + DAY) is None
    assert looked_back(model, journey(), NOW + DAY) is None
    assert looked_back(model, journey(4, promised_by=None), NOW + DAY) is None


def test_a_lost_parcel_is_late_and_outside_of_every_window() -> None:
    outcome = looked_back(empty(NOW), journey(20, ended_as=Ending.LOST), NOW + 2 * DAY)
    assert outcome is not None
    assert (outcome.was_late, outcome.held, outcome.days_off) == (True, False, None)


def test_each_moment_is_measured_by_itself() -> None:
    found = review(empty(NOW), [journey(4), journey(20), journey(30, ended_as=Ending.LOST)])
    assert (found[Moment.HANDED_OVER].count, found[Moment.NEAR_DEADLINE].count) == (3, 2)


outcomes = st.lists(
    st.builds(
        Outcome,
        p_late=st.floats(0, 1),
        was_late=st.booleans(),
        claimed=st.floats(0.5, 1),
        held=st.booleans(),
        days_off=st.one_of(st.none(), st.integers(0, 30)),
    ),
    max_size=30,
)


@given(outcomes)
def test_sums_are_kept_whole_and_grouped_without_loss(found: list[Outcome]) -> None:
    sums = calibration(found)
    assert from_text(to_text(sums)) == sums
    few, some, many = grouped(sums)
    assert few.count + some.count + many.count == len(found)
    assert few.late + some.late + many.late == sum(one.was_late for one in found)
    assert (few.count, many.count) == (
        sum(one.p_late < 0.3 for one in found),
        sum(int(one.p_late * BINS) >= 7 for one in found),
    )


@pytest.mark.parametrize("text", ["", "[]", '{"count": "x"}', '{"bins": []}'])
def test_what_is_no_sum_counts_as_nothing(text: str) -> None:
    assert from_text(text) == Calibration()
