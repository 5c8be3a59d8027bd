"""How right warnings were: the definitions, one by one."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hindsight import Fate, Lived, Score, bounds, first_warnings, is_right, lived, score
from bot.domain.rehearsal import Move, Past
from carriers.kit.model import Status
from tests.domain.test_rehearsal import DAY, HOUR, START, past

DEADLINE = START + 6 * DAY
"""Of a parcel ordered at START and promised five days later: the end of that day."""
END = START + 60 * DAY


def fate(one: Past, as_of: datetime = END) -> Fate:
    found = lived(one, as_of)
    assert found is not None
    return found.fate


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (past(1, came=5.99), Fate.ON_TIME),
        (past(1, came=6), Fate.LATE),
        (past(1, came=None), Fate.LOST),
        (past(1, handed=None, came=None), Fate.NEVER_SHIPPED),
        (Past(past(1, came=None).shipment, (Move(Status.CANCELLED, START + DAY),)), Fate.UNDECIDED),
        (Past(past(1, came=None).shipment, (Move(Status.RETURNING, START + DAY),)), Fate.UNDECIDED),
        (Past(past(1).shipment, is_void=True), Fate.UNDECIDED),
        (Past(past(1).shipment, (Move(Status.LOST, START + DAY),)), Fate.LOST),
    ],
)
def test_how_a_parcel_fared(one: Past, expected: Fate) -> None:
    assert fate(one) is expected


def test_what_was_not_due_when_the_history_ends_is_not_judged() -> None:
    assert fate(past(1, came=None), DEADLINE - HOUR) is Fate.UNDECIDED
    assert fate(past(1, came=None), DEADLINE) is Fate.LOST


def test_a_parcel_told_of_after_its_day_could_not_be_warned_of() -> None:
    assert fate(past(1, ordered=8, promised=-2, came=1)) is Fate.UNDECIDED


ON_TIME, NEARLY = (
    Lived(Fate.ON_TIME, START, DEADLINE, START + 2 * DAY),
    Lived(Fate.ON_TIME, START, DEADLINE, DEADLINE - HOUR),
)
LATE, LOST = Lived(Fate.LATE, START, DEADLINE, DEADLINE + DAY), Lived(Fate.LOST, START, DEADLINE)


def test_every_figure_of_a_small_history() -> None:
    lives = dict(enumerate([ON_TIME, NEARLY, ON_TIME, LATE, LATE, LOST, LOST, Lived(Fate.UNDECIDED, START, DEADLINE)]))
    told = {0: START + DAY, 1: DEADLINE - DAY, 3: DEADLINE - 50 * HOUR, 4: DEADLINE, 5: DEADLINE - 90 * HOUR, 7: START}
    found = score(lives, told)
    assert found == Score(parcels=7, missed=4, warned=5, right=3, ahead=2, in_time=(2, 2, 1), near=1, lead=70.0)
    assert (found.precision, found.recall, found.wrong) == (3 / 5, 1 / 2, 2)
    assert found.per_thousand == pytest.approx(2000 / 7)
    assert found.is_thin


@pytest.mark.parametrize(
    ("at", "right"), [(-HOUR, False), (timedelta(), True), (7 * DAY - HOUR, True), (7 * DAY, False)]
)
def test_a_warning_is_right_from_the_order_until_the_arrival(at: timedelta, right: bool) -> None:
    assert is_right(LATE, START + at) is right


def test_an_empty_history_has_no_shares() -> None:
    found = score({}, {})
    assert (found.precision, found.recall, found.per_thousand, found.lead) == (None, None, None, None)
    assert bounds(0, 0) is None


LIVES = st.sampled_from([ON_TIME, NEARLY, LATE, LOST, Lived(Fate.UNDECIDED, START, DEADLINE)])


@given(st.lists(st.tuples(LIVES, st.none() | st.integers(-5, 300)), max_size=40))
def test_the_counts_fit_together(rows: list[tuple[Lived, int | None]]) -> None:
    lives = {number: life for number, (life, _) in enumerate(rows)}
    told = {number: START + hour * HOUR for number, (_, hour) in enumerate(rows) if hour is not None}
    found = score(lives, told)
    assert found.ahead <= found.right <= found.warned <= found.parcels <= len(rows)
    assert found.ahead <= found.missed
    assert found.near <= found.wrong
    assert list(found.in_time) == sorted(found.in_time, reverse=True)
    assert found.in_time[0] <= found.ahead


@given(st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_range_of_a_share_holds_the_share_and_narrows_with_more(counted: tuple[int, int]) -> None:
    part, whole = counted
    low, high = bounds(part, whole) or (1, 0)
    more_low, more_high = bounds(part * 10, whole * 10) or (1, 0)
    assert 0 <= low <= part / whole <= high <= 1
    assert more_high - more_low < high - low


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 100))))
def test_the_earliest_warning_counts(said: list[tuple[int, int]]) -> None:
    found = first_warnings((number, START + hour * HOUR) for number, hour in said)
    assert found == {number: START + min(hour for other, hour in said if other == number) * HOUR for number, _ in said}
