"""A shop's share of warnings in an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import share

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("parcels", "percent", "most"), [(0, 5, 10), (200, 5, 10), (1000, 5, 50), (1000, 30, 300)])
def test_a_share_has_a_floor_of_ten(parcels: int, percent: int, most: int) -> None:
    assert share.limit(parcels, percent) == most


@given(st.integers(1, 5000), st.integers(1, 100))
def test_so_many_parcels_are_enough_for_so_many_warnings(count: int, percent: int) -> None:
    assert share.limit(share.parcels_for(count, percent), percent) >= count


@pytest.mark.parametrize(("settings", "percent"), [({}, 5), ({"warn_share": 30}, 30), ({"warn_share": None}, 5)])
def test_a_shop_may_set_it(settings: dict[str, int | None], percent: int) -> None:
    assert share.percent_of(settings) == percent


@given(st.dictionaries(st.integers(-40, 40).map(lambda n: NOW + 5 * n * MINUTE), st.integers(1, 9), max_size=20))
def test_no_hour_around_an_instant_holds_more_than_is_counted(slots: dict[datetime, int]) -> None:
    counted = share.in_an_hour(slots, NOW)
    for start in range(-60, 1, 5):
        first = NOW + start * MINUTE
        within = sum(count for slot, count in slots.items() if first <= slot < first + share.HOUR)
        assert within <= counted
