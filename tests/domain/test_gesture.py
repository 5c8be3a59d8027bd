"""A gesture within a month's budget: what is given, what waits for a yes, what cannot be; nothing beyond it, ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gesture import Purse, Verdict, hundredths, left, purse_by, verdict, written

PURSE = Purse(month=50_000, limit=2_000, delivery=500)


@pytest.mark.parametrize(
    ("cost", "spent", "leads", "again", "expected"),
    [
        (2_000, 0, False, False, Verdict.GIVE),
        (2_001, 0, False, False, Verdict.LIMIT),
        (2_001, 0, True, False, Verdict.GIVE),
        (2_000, 48_000, False, False, Verdict.GIVE),
        (2_000, 48_001, False, False, Verdict.OVER),
        (2_000, 48_001, True, True, Verdict.OVER),
        (100, 0, True, True, Verdict.AGAIN),
        (0, 50_000, False, False, Verdict.GIVE),
    ],
)
def test_what_becomes_of_a_gesture(cost: int, spent: int, leads: bool, again: bool, expected: Verdict) -> None:
    assert verdict(cost, spent, PURSE, leads=leads, again=again) is expected


@given(st.lists(st.integers(1, 5_000), max_size=20))
def test_for_one_slip_no_agent_gives_more_than_the_limit_in_pieces(costs: list[int]) -> None:
    before = 0
    for cost in costs:
        found = verdict(cost, before, PURSE, leads=False, again=before > 0, before=before)
        before += cost if found in (Verdict.GIVE, Verdict.AGAIN) else 0
    assert before <= 2_000


def test_what_the_shop_has_not_said_is_not_allowed() -> None:
    assert verdict(0, 0, Purse(), leads=True, again=False) is Verdict.NO_BUDGET
    assert purse_by({}) == Purse()
    assert purse_by({"gestures": {"month": 500, "limit": 20, "delivery": 5}}) == PURSE


def test_without_a_limit_an_agent_gives_any_sum_within_the_budget() -> None:
    assert verdict(50_000, 0, Purse(month=50_000), leads=False, again=False) is Verdict.GIVE


@pytest.mark.parametrize(
    ("said", "counted"),
    [("10", 1000), ("10.5", 1050), ("0.01", 1), ("0", None), ("-1", None), ("x", None), ("1e30", None), ("NaN", None)],
)
def test_sums_are_counted_in_hundredths(said: str, counted: int | None) -> None:
    assert hundredths(said) == counted


@given(st.lists(st.integers(0, 10_000), max_size=40), st.booleans(), st.integers(0, 100_000))
def test_whatever_is_given_the_budget_holds(costs: list[int], leads: bool, month: int) -> None:
    spent, purse = 0, Purse(month=month, limit=2_000)
    for cost in costs:
        if verdict(cost, spent, purse, leads=leads, again=False) is Verdict.GIVE:
            spent += cost
            assert leads or cost <= 2_000
    assert spent <= month
    assert left(spent, purse) == month - spent


@given(st.integers(1, 10**12))
def test_a_sum_is_written_as_it_is_read(counted: int) -> None:
    assert hundredths(written(counted)) == counted
