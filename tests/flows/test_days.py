"""Days as people write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from bot.flows.days import FARTHEST, parse_day

TODAY = date(2026, 11, 24)
THURSDAY = date(2026, 11, 26)
CALENDARS = st.sampled_from(["jalali", "umalqura", "gregorian"])
AHEAD = st.integers(0, 170).map(lambda days: TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-26", "26/11", "26.11.2026", "26-11-26", "11/26", "26 November", "Nov 26th 2026", "by Thursday please",
        "الخميس", "يوم الخميس", "26 نوفمبر", "٢٦/١١", "٢٦ تشرين الثاني", "بعد غد", "پنجشنبه", "پنج شنبه",
        "پنج‌شنبه ۵ آذر", "۵ آذر", "1405/09/05", "۱۴۰۵/۹/۵", "پس‌فردا", "5 azar", "1448/06/16",
    ],
)  # fmt: skip
def test_a_day_is_read_in_any_language_digits_and_calendar(text: str) -> None:
    assert parse_day(text, TODAY) == THURSDAY


@pytest.mark.parametrize(
    "text",
    [
        "", "as soon as you can", "31 February", "99/99", "2020-01-01", "2031-01-01", "29 فوریه", "26", "0501234567",
        "1/2/3/4/5",
    ],
)  # fmt: skip
def test_what_is_no_day_ahead_is_not_guessed(text: str) -> None:
    assert parse_day(text, TODAY) is None


def test_a_bare_day_and_month_is_read_in_the_readers_calendar() -> None:
    assert parse_day("5/9", TODAY, calendar="jalali") == THURSDAY
    assert parse_day("۵/۹", TODAY) is None


def test_a_day_that_is_over_this_year_means_next_year() -> None:
    assert parse_day("15 January", TODAY) == date(2027, 1, 15)


@given(AHEAD)
def test_every_day_ahead_is_read_back_from_its_iso_form(day: date) -> None:
    assert parse_day(day.isoformat(), TODAY) == day


@given(AHEAD)
def test_every_day_ahead_is_read_back_from_its_jalali_form(day: date) -> None:
    written = JalaliDate.to_jalali(day.year, day.month, day.day).strftime("%Y/%m/%d")  # type: ignore[no-untyped-call]
    assert parse_day(written, TODAY) == day


@given(st.text(max_size=60), st.dates(date(2024, 1, 1), date(2060, 12, 31)), CALENDARS)
def test_any_text_gives_a_near_day_or_none(text: str, today: date, calendar: str) -> None:
    found = parse_day(text, today, calendar=calendar)
    assert found is None or today <= found <= today + FARTHEST


@given(st.integers(0, 99_999), st.integers(0, 99), st.integers(0, 9999), st.sampled_from("/.-"))
def test_any_numbers_with_strokes_give_a_near_day_or_none(a: int, b: int, c: int, stroke: str) -> None:
    found = parse_day(f"{a}{stroke}{b}{stroke}{c}", TODAY)
    assert found is None or TODAY <= found <= TODAY + FARTHEST
