"""Spans of days as shops write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.spans import FARTHEST, FEASTS, parse_span, split_hours

TODAY = date(2026, 11, 24)
CHRISTMAS = (date(2026, 12, 24), date(2026, 12, 26))
NOWRUZ = (date(2027, 3, 21), date(2027, 4, 2))
RAMADAN = (date(2027, 2, 8), date(2027, 3, 8))


@pytest.mark.parametrize(
    ("said", "calendar", "span"),
    [
        ("2026-12-24..2026-12-26", "gregorian", CHRISTMAS),
        ("2026-12-24 - 2026-12-26", "gregorian", CHRISTMAS),
        ("from 24 December to 26 December", "gregorian", CHRISTMAS),
        ("من 24 ديسمبر إلى 26 ديسمبر", "gregorian", CHRISTMAS),
        ("٢٤/١٢/٢٠٢٦ حتى ٢٦/١٢/٢٠٢٦", "gregorian", CHRISTMAS),
        ("از ۳ دی تا ۵ دی", "jalali", CHRISTMAS),
        ("۱۴۰۵/۱۰/۰۳..۱۴۰۵/۱۰/۰۵", "jalali", CHRISTMAS),
        ("1405-10-03…1405-10-05", "gregorian", CHRISTMAS),
        ("2026-12-24", "gregorian", (date(2026, 12, 24),) * 2),
        ("فردا", "jalali", (date(2026, 11, 25),) * 2),
        ("2026-11-20..2026-11-30", "gregorian", (date(2026, 11, 20), date(2026, 11, 30))),
        ("از ۲۹ اسفند تا ۱۳ فروردین", "jalali", (date(2027, 3, 20), date(2027, 4, 2))),
        ("1 رمضان 1448 .. 2027-03-08", "gregorian", RAMADAN),
        ("nowruz", "gregorian", NOWRUZ),
        ("نوروز", "jalali", NOWRUZ),
        ("Ramadan", "gregorian", RAMADAN),
        ("شهر رمضان", "gregorian", RAMADAN),
    ],
)
def test_a_span_is_read_in_any_calendar_and_language(said: str, calendar: str, span: tuple[date, date]) -> None:
    assert parse_span(said, TODAY, calendar) == span


@pytest.mark.parametrize(
    "said", ["", "whenever", "2026-12-26..2026-12-24", "2026-11-20", "2026-11-01..2026-11-20", "2029-01-01", ".."]
)
def test_what_is_over_or_none_is_not_read(said: str) -> None:
    assert parse_span(said, TODAY) is None


@given(st.text(max_size=60), st.sampled_from(["gregorian", "jalali", "umalqura"]))
def test_whatever_is_said_is_no_error_and_never_over(said: str, calendar: str) -> None:
    found = parse_span(split_hours(said)[0], TODAY, calendar)
    assert found is None or (found[0] <= found[1] and found[1] >= TODAY)


@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)), st.sampled_from(sorted(FEASTS)))
def test_a_feast_by_name_goes_on_or_comes_within_a_year(today: date, name: str) -> None:
    first, last = FEASTS[name](today)
    assert last >= today
    assert first <= today + timedelta(days=370)
    assert 12 <= (last - first).days <= 29


@given(first=st.integers(0, 300), length=st.integers(0, 90))
def test_two_dates_are_read_as_they_are_written(first: int, length: int) -> None:
    begins, ends = TODAY + timedelta(days=first), TODAY + timedelta(days=first + length)
    assert timedelta(days=390) < FARTHEST
    assert parse_span(f"{begins}..{ends}", TODAY) == (begins, ends)


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("2026-12-20 10-14", ("2026-12-20", "10-14")),
        ("۲۰۲۶-۱۲-۲۰ ۱۰:۰۰-۱۴:۳۰", ("2026-12-20", "10:00-14:30")),
        ("ramadan Sun-Thu 10:00-15:00, Sat 10-12", ("ramadan", "Sun-Thu 10:00-15:00, Sat 10-12")),
        ("2026-12-24..2026-12-26", ("2026-12-24..2026-12-26", "")),
        ("24-12", ("24-12", "")),
    ],
)
def test_hours_stand_behind_the_days(said: str, parts: tuple[str, str]) -> None:
    assert split_hours(said) == parts
