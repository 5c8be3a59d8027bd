"""Times and days in the tables."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.store import ms

moments = st.datetimes(timezones=st.just(UTC))


@given(moments)
def test_an_instant_comes_back_to_the_millisecond(at: datetime) -> None:
    assert timedelta() <= at - ms.from_ms(ms.to_ms(at)) < timedelta(milliseconds=1)


@given(moments, st.integers(-12, 14))
def test_the_zone_it_is_told_in_does_not_matter(at: datetime, hours: int) -> None:
    there = at.replace(year=min(max(at.year, 2), 9998)).astimezone(timezone(timedelta(hours=hours)))
    assert ms.to_ms(there) == ms.to_ms(there.astimezone(UTC))


@given(st.dates())
def test_a_day_comes_back(day: date) -> None:
    assert ms.from_day(ms.to_day(day)) == day


def test_nothing_stays_nothing() -> None:
    assert (ms.to_ms_or_none(None), ms.from_ms_or_none(None), ms.to_day(None), ms.from_day(None)) == (None,) * 4
