"""The week of a shop begins after its weekend."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.weeks import began, first_weekday
from bot.domain.zones import weekend_of

COUNTRIES = [None, "DE", "SA", "IR", "AE", "EG", "AF"]


@pytest.mark.parametrize(("country", "weekday"), [(None, 0), ("DE", 0), ("SA", 6), ("IR", 5)])
def test_it_begins_with_the_first_working_day(country: str | None, weekday: int) -> None:
    assert first_weekday(country) == weekday


@given(st.dates(), st.sampled_from(COUNTRIES))
def test_it_began_within_the_last_seven_days_on_a_working_day_after_one_off(today: date, country: str | None) -> None:
    if today < date(1, 1, 9):
        return
    first = began(today, country)
    assert timedelta() <= today - first < timedelta(days=7)
    assert first.weekday() not in weekend_of(country)
    assert (first - timedelta(days=1)).weekday() in weekend_of(country)
