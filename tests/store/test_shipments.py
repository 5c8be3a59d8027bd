"""Shipments as rows: every field comes back, what is due is claimed in order, what people set meanwhile stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.domain.shipment import Shipment
from bot.store import shipments, sql, unreadable
from bot.store.ms import to_ms
from bot.store.shipments import Step
from carriers.kit.model import Pickup, Reason, Status
from tests.fakes.parcels import followed

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def one(**changes: object) -> int:
    return int((await followed(NOW, account_id=1, **changes)).shipment.id)


async def more(first: int, *next_polls: datetime) -> None:
    row = (await sql.rows("SELECT * FROM shipment WHERE id = ?", (first,)))[0]
    names = [name for name in row if name != "id"]
    for at in next_polls:
        values = row | {"number": f"N{at}", "next_poll_ms": to_ms(at)}
        marks = ", ".join("?" * len(names))
        await sql.run(f"INSERT INTO shipment ({', '.join(names)}) VALUES ({marks})", [values[name] for name in names])


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
    assert await shipments.claim(1, NOW + HOUR, 10, HOUR) == []


async def test_the_longest_due_are_claimed_first_and_no_more_than_asked_for() -> None:
    first = await one(next_poll_ms=to_ms(NOW))
    await more(first, NOW - HOUR, NOW + HOUR, NOW - 2 * HOUR)
    assert await shipments.count_due(1, NOW, 10) == 3
    assert await shipments.count_due(1, NOW, 2) == 2
    claimed = await shipments.claim(1, NOW, 2, HOUR)
    assert {one.number for one in claimed} == {f"N{NOW - 2 * HOUR}", f"N{NOW - HOUR}"}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_claim_that_nobody_finishes_comes_back_after_its_lease() -> None:
    await one(next_poll_ms=to_ms(NOW))
    assert len(await shipments.claim(1, NOW, 10, HOUR)) == 1
    assert await shipments.claim(1, NOW + HOUR / 2, 10, HOUR) == []
    assert len(await shipments.claim(1, NOW + HOUR, 10, HOUR)) == 1


async def test_only_the_newest_unreadable_answers_of_a_carrier_are_kept() -> None:
    for number in range(unreadable.KEPT + 5):
        await unreadable.keep("ups", f"N{number}", "half a JSON", "sealed", NOW)
    await unreadable.keep("dhl_unified", "D", "HTML", "sealed", NOW)
    counts = {row["slug"]: row["kept"] for row in await unreadable.counts()}
    assert counts == {"dhl_unified": 1, "ups": unreadable.KEPT}
