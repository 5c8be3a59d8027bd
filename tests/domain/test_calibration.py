import pytest

from bot.domain.calibration import BINS, Calibration, Moment, Outcome, calibration, looked_back, review, together
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
