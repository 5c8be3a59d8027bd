"""The shop hears first, in its hours; its customer when it has had its time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.heads_up import LEAD, customer_hears_from, shop_hears_at
from bot.domain.hours import in_quiet, is_staffed
from bot.domain.telling import Shop
from tests.domain.values import SHOP, instants


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_in_the_shops_hours_it_hears_when_more_of_them_have_gathered() -> None:
    assert shop_hears_at(at(24, 10), SHOP, touches=False) == at(24, 10, 15)


def test_on_its_days_off_only_what_concerns_a_customer_reaches_it() -> None:
    assert shop_hears_at(at(28, 10), SHOP, touches=False) == at(30, 8)
    assert shop_hears_at(at(28, 10), SHOP, touches=True) == at(28, 10, 15)


def test_nobody_is_woken() -> None:
    assert shop_hears_at(at(24, 23), SHOP, touches=True) == at(25, 7)
    assert customer_hears_from(at(24, 23), SHOP) == at(25, 9)


@given(instants, st.booleans())
def test_the_shop_hears_in_its_hours_and_at_least_two_hours_before_the_customer(now: datetime, touches: bool) -> None:
    heard = shop_hears_at(now, SHOP, touches=touches)
    assert heard >= now + timedelta(minutes=15)
    assert not in_quiet(heard, SHOP.zone, None) if touches else is_staffed(heard, SHOP.zone, SHOP.staffed)
    if touches:
        assert customer_hears_from(now, SHOP) - heard >= LEAD


def test_a_holiday_is_a_day_off() -> None:
    closed = Shop(SHOP.zone, SHOP.staffed, SHOP.country, frozenset({at(24, 0).date()}))
    assert shop_hears_at(at(24, 10), closed, touches=False) == at(25, 8)
