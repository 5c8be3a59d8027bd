"""A shop's hours: its week, and the days apart from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import hours
from bot.domain.opening import (
    CLOSED,
    Shift,
    Spell,
    WrongHours,
    closed_days,
    hours_written,
    opened_days,
    opening_text,
    parse_opening,
    parse_spells,
    parse_staffed,
    spell_of,
    usual_shift,
    week_written,
    with_spell,
    without,
    written,
)

DAY = timedelta(days=1)
START = date(2026, 11, 24)
WEEK = "Sun-Thu 09:00-18:00"

DAYS = st.integers(0, 120).map(lambda step: START + step * DAY)
SPANS = st.tuples(DAYS, st.integers(0, 40)).map(lambda one: (one[0], one[0] + one[1] * DAY))
HOURS = st.sampled_from([CLOSED, "10:00-14:00", "Sun-Thu 10:00-15:00", "Sat 10-11, Sun 9-24"])
SPELLS = st.tuples(SPANS, HOURS).map(lambda one: spell_of(*one[0], one[1]))
KNOWN = st.lists(SPELLS, max_size=5).map(lambda new: _said(new))


def _said(new: list[Spell]) -> tuple[Spell, ...]:
    known: tuple[Spell, ...] = ()
    for one in new:
        known = with_spell(known, one)
    return known


@given(KNOWN)
def test_what_is_written_is_read_again(spells: tuple[Spell, ...]) -> None:
    assert parse_spells(written(spells)) == spells
    assert parse_opening(opening_text(WEEK, None, written(spells))).spells == spells


@given(KNOWN, SPELLS, DAYS)
def test_what_was_said_last_holds_and_all_other_days_are_as_they_were(
    known: tuple[Spell, ...], new: Spell, day: date
) -> None:
    after = with_spell(known, new)
    standing = [one for one in after if one.covers(day)]
    before = [one for one in known if one.covers(day)]
    assert len(standing) == len(before) or new.covers(day)
    held = new if new.covers(day) else next(iter(before), None)
    assert [one.shifts for one in standing] == ([held.shifts] if held else [])


@given(KNOWN, SPANS, DAYS)
def test_days_taken_back_are_usual_again_and_no_others(
    known: tuple[Spell, ...], span: tuple[date, date], day: date
) -> None:
    left = without(known, *span)
    is_apart = any(one.covers(day) for one in left)
    assert is_apart == (any(one.covers(day) for one in known) and not span[0] <= day <= span[1])
    assert without(left, *span) == left


@given(KNOWN, DAYS.map(lambda day: datetime(day.year, day.month, day.day, 13, 30, tzinfo=UTC)))
def test_nobody_is_awaited_on_a_closed_day(spells: tuple[Spell, ...], at: datetime) -> None:
    text = opening_text(WEEK, "SA", written(spells))
    then = hours.staffed(at, "Asia/Riyadh", text)
    assert then >= at
    if then != at:
        assert hours.day_there(then, "Asia/Riyadh") not in closed_days(text)


@given(KNOWN)
def test_a_day_is_opened_or_closed_and_never_both(spells: tuple[Spell, ...]) -> None:
    text = opening_text(WEEK, None, written(spells))
    assert not closed_days(text) & opened_days(text)


def test_an_opened_day_is_staffed_whatever_its_weekday_and_feast() -> None:
    friday = date(2026, 12, 25)
    opening = parse_opening(f"{WEEK}; {friday} 10:00-14:00")
    assert opening.on(friday, is_feast=True) == (Shift(0, 600, 840),)
    assert opening.on(friday + 7 * DAY, is_feast=False) == ()


def test_special_hours_hold_by_weekday_and_not_on_a_feast() -> None:
    opening = parse_opening(f"{WEEK}; 2027-02-08..2027-03-09 Sun-Thu 10:00-15:00")
    monday = date(2027, 2, 8)
    assert opening.on(monday, is_feast=False) == (Shift(0, 600, 900),)
    assert opening.on(monday, is_feast=True) == ()
    assert opening.on(date(2027, 2, 12), is_feast=False) == ()
    assert opening.on(date(2027, 3, 10), is_feast=False) == (Shift(2, 540, 1080),)


def test_an_answer_asked_for_before_a_closing_is_due_after_it() -> None:
    text = f"{WEEK}; 2026-12-23..2026-12-26 closed"
    evening = datetime(2026, 12, 22, 14, 30, tzinfo=UTC)
    assert hours.answer_by(evening, "Asia/Riyadh", text, 2 * hours.HOUR) == datetime(2026, 12, 27, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-12-24", "2026-12-26..2026-12-24 closed", "2026-13-01 closed", "2026-12-24 whenever", "2026-12-24 14-10",
     "tomorrow closed", "2026-12-24 25:00-26:00"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(WrongHours):
        parse_spells(text)


def test_hours_are_written_as_people_write_them() -> None:
    assert hours_written(spell_of(START, START, "sun-mon 9-17:30")) == "Sun-Mon 09:00-17:30"
    assert hours_written(spell_of(START, START, "mon 9-12, mon 14-17, thu 9-12")) == (
        "Mon 09:00-12:00, Thu 09:00-12:00, Mon 14:00-17:00"
    )
    assert hours_written(spell_of(START, START, "wed-tue 9-17")) == "Mon-Sun 09:00-17:00"
    assert hours_written(spell_of(START, START, "9-24")) == "09:00-24:00"


SHIFTS = st.frozensets(
    st.builds(lambda day, start: Shift(day, start * 60, start * 60 + 90), st.integers(0, 6), st.integers(0, 22)),
    max_size=9,
).map(lambda shifts: tuple(sorted(shifts, key=lambda one: (one.weekday, one.start))))


@given(SHIFTS)
def test_a_week_is_read_as_it_was_written(shifts: tuple[Shift, ...]) -> None:
    assert parse_staffed(week_written(shifts)) == shifts


def test_the_usual_hours_of_a_day_are_its_own_or_those_of_the_first_working_day() -> None:
    week = parse_staffed("Mon 9-17, Sat 10-14")
    assert usual_shift(week, date(2026, 12, 5)) == Shift(5, 600, 840)
    assert usual_shift(week, date(2026, 12, 6)) == Shift(0, 540, 1020)
    assert usual_shift((), date(2026, 12, 6)) is None
