"""A forecast of each parcel is kept near its day, and scored once the parcel has ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.calibration import Calibration
from bot.domain.forecast import Window
from bot.flows import foretelling, learning
from bot.flows.experience import Experience
from bot.store import learnt, sql
from bot.store.models import Foretold as Row
from bot.store.models import Score, Shipment
from bot.store.ms import to_ms
from tests.fakes.parcels import Followed, followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DUE = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
"""The end of the promised day in Berlin."""


async def foretell(now: datetime = NOW) -> int:
    return await foretelling.foretell(Experience(), now)


async def came(parcel: Followed, at: datetime | None, status: str = "delivered") -> None:
    ms = None if at is None else to_ms(at)
    await Shipment.filter(id=parcel.shipment.id).update(status=status, status_ms=ms, delivered_ms=ms, open=0)
    await learning.learn_ended(NOW + 9 * DAY)


async def measured(parcel: Followed) -> Calibration:
    return await foretelling.how_right(parcel.merchant.id, NOW)


async def test_a_parcel_is_foretold_once_within_two_days_of_its_deadline() -> None:
    parcel = await followed(NOW)
    assert await foretell(DUE - 49 * HOUR) == 0
    assert await foretell(DUE - 47 * HOUR) == 1
    first = await Row.get()
    assert await foretell(DUE - HOUR) == 0
    assert (await Row.get()).p_late == first.p_late
    assert (first.shipment_id, first.merchant_id, first.due_ms) == (parcel.shipment.id, parcel.merchant.id, to_ms(DUE))
    assert first.claimed == pytest.approx(0.9, abs=0.1)


@pytest.mark.parametrize(
    "changes",
    [{"promised_on": None}, {"promised_on": "2026-11-20"}, {"promised_on": "2026-12-20"}, {"open": 0}],
)
async def test_what_has_no_day_near_is_not_foretold(changes: dict[str, Any]) -> None:
    await followed(NOW, **changes)
    assert await foretell() == 0


async def test_pages_are_gone_through_to_the_end() -> None:
    parcel = await followed(NOW)
    names = ("merchant_id", "order_id", "slug", "status", "promised_on", "zone", "next_poll_ms", "created_ms")
    usual = {name: getattr(parcel.shipment, name) for name in names}
    await Shipment.bulk_create([Shipment(**usual, number=f"N{number}") for number in range(7)])
    assert await foretelling.foretell(Experience(), NOW, page_of=3) == 8
    assert await Row.all().count() == 8


async def test_a_forecast_is_scored_when_its_parcel_is_counted() -> None:
    parcel = await followed(NOW)
    await foretell()
    await came(parcel, DUE + DAY)
    found = await measured(parcel)
    assert (found.count, found.arrived, sum(one.late for one in found.bins)) == (1, 1, 1)
    assert await Row.all().count() == 0
    assert (await Score.get()).month == "2026-11"


async def test_scores_of_a_month_add_up_and_those_of_other_shops_stay_apart() -> None:
    parcel = await followed(NOW)
    names = ("order_id", "slug", "status", "promised_on", "zone", "next_poll_ms", "created_ms")
    usual = {name: getattr(parcel.shipment, name) for name in names}
    others = [
        await Shipment.create(**usual, merchant_id=merchant_id, number=f"N{number}")
        for number, merchant_id in enumerate([parcel.merchant.id, parcel.merchant.id, parcel.merchant.id + 1])
    ]
    await foretell()
    for number, box in enumerate([parcel.shipment, *others]):
        await came(parcel._replace(shipment=box), DUE - HOUR if number else DUE + DAY)
    found = await measured(parcel)
    assert (found.count, sum(one.late for one in found.bins)) == (3, 1)
    assert (await foretelling.how_right(None, NOW)).count == 4
    assert (await foretelling.how_right(None, NOW + 9 * DAY)).count == 0


async def test_a_lost_parcel_is_late_and_one_given_up_is_not_scored() -> None:
    parcel = await followed(NOW)
    await foretell()
    await came(parcel, None, "in_transit")
    assert await measured(parcel) == Calibration()
    assert await Row.all().count() == 0


async def test_scores_of_another_shape_are_counted_anew() -> None:
    parcel = await followed(NOW)
    await learnt.save_scores([(parcel.merchant.id, "2026-11", '{"bins": [], "count": 9}')])
    await foretell()
    await came(parcel, DUE - HOUR)
    assert (await measured(parcel)).count == 1


async def test_a_forecast_comes_back_as_it_was_kept() -> None:
    parcel = await followed(NOW)
    window = Window(date(2026, 11, 25), None, 0.93, date(2026, 11, 26))
    kept = learnt.Foretold(parcel.shipment.id, parcel.merchant.id, NOW, DUE, 0.4, window)
    await learnt.foretell([kept])
    assert await learnt.take_foretold([parcel.shipment.id]) == [kept]
    assert await sql.rows("SELECT * FROM foretold") == []
