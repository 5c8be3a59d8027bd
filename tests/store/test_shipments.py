"""Shipments as rows: every field comes back, what people set meanwhile stays, what is over may wake."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.domain.shipment import Shipment
from bot.store import shipments, sql, unreadable
from bot.store.shipments import Step
from carriers.kit.model import Pickup, Reason, Status
from tests.fakes.parcels import followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def one(**changes: object) -> int:
    return int((await followed(NOW, account_id=1, **changes)).shipment.id)


def changed(known: Shipment) -> Shipment:
    return replace(
        known,
        status=Status.EXCEPTION,
        status_at=NOW - HOUR,
        status_code="X1",
        reason=Reason.WEATHER,
        delay="Storm",
        scan_at=NOW - HOUR,
        scan_place="Köln",
        scan_digest=2**62 + 1,
        eta_on=date(2026, 11, 27),
        eta_from_on=date(2026, 11, 26),
        eta_window="14:00-18:00",
        delivered_at=NOW,
        pickup=Pickup("Shop", "9-18", "77", date(2026, 12, 1)),
        next_attempt_on=date(2026, 11, 28),
        country="DE",
        service="express",
        known_at=NOW,
        polled_at=NOW,
        misses=0,
    )


async def test_every_field_a_carrier_decides_comes_back_as_it_went() -> None:
    shipment_id = await one(known_ms=None)
    after = changed((await shipments.load([shipment_id]))[0])
    await shipments.save_changed([(after, Step(shipment_id, NOW + HOUR))], NOW)
    assert await shipments.load([shipment_id]) == [after]


async def test_what_people_set_while_the_carrier_was_asked_stays() -> None:
    shipment_id = await one(promised_on=None)
    known = (await shipments.load([shipment_id]))[0]
    await sql.run("UPDATE shipment SET promised_on = '2026-11-30', needed_on = '2026-12-01', open = 0")
    await shipments.save_changed(
        [(changed(replace(known, promised_on=date(2026, 11, 25))), Step(shipment_id, NOW))], NOW
    )
    row = (await sql.rows("SELECT * FROM shipment"))[0]
    assert (row["promised_on"], row["needed_on"], row["open"]) == ("2026-11-30", "2026-12-01", 0)


async def test_what_is_over_is_closed_and_no_longer_loaded() -> None:
    shipment_id = await one()
    await shipments.save_steps([Step(shipment_id, NOW, over=True)], NOW)
    assert await shipments.load([shipment_id]) == []


async def test_what_had_come_to_its_end_wakes_with_a_later_scan() -> None:
    shipment_id = await one(status="delivered", open=0)
    (over,) = await shipments.load_asked([shipment_id])
    await shipments.save_changed([(changed(over), Step(shipment_id, NOW + HOUR))], NOW)
    assert [(row.status, row.id) for row in await shipments.load([shipment_id])] == [(Status.EXCEPTION, shipment_id)]


async def test_what_people_have_closed_before_its_end_is_not_asked_for() -> None:
    shipment_id = await one(open=0)
    assert await shipments.load_asked([shipment_id]) == []


async def test_only_the_newest_unreadable_answers_of_a_carrier_are_kept() -> None:
    for number in range(unreadable.KEPT + 5):
        await unreadable.keep("ups", f"N{number}", "half a JSON", "sealed", NOW)
    await unreadable.keep("dhl_unified", "D", "HTML", "sealed", NOW)
    counts = {row["slug"]: row["kept"] for row in await unreadable.counts()}
    assert counts == {"dhl_unified": 1, "ups": unreadable.KEPT}
