"""Parcels whose scans are packed: late scans, readers and statistics find what they found before."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import packing as packs
from bot.flows import journeys, tidying
from bot.flows.ingest import Polled, ingest_batch
from bot.flows.tidying import Chore
from bot.store import case, claims, learnt, packing, sql, tickets
from bot.store.due import NEVER_MS
from bot.store.models import OutboxRow, ScanRow, Shipment
from bot.store.ms import to_ms
from bot.store.pruning import DAY
from carriers.kit.model import Status, TrackingResult
from tests.fakes.answers import answer, scan
from tests.fakes.parcels import Followed, followed
from tests.fakes.rows import NOON

pytestmark = pytest.mark.usefixtures("store")
LATER = NOON + 60 * DAY
FOLD = Chore("scan_event", packing.fold, packing.PARCELS)
CAME = (
    scan(NOON, Status.DELIVERED, "Berlin", description="Signed by L. Haddad"),
    scan(NOON - timedelta(hours=5), Status.OUT_FOR_DELIVERY, "Berlin"),
    scan(NOON - timedelta(hours=6), None, description="E-mail sent"),
    scan(NOON - timedelta(days=1), place="Leipzig"),
    scan(NOON - timedelta(days=2), Status.PRE_TRANSIT),
)


async def delivered() -> Followed:
    parcel = await followed(NOON - 3 * DAY, status="pre_transit", scan_ms=None, known_ms=None, polled_ms=None)
    await ingest_batch([Polled(parcel.shipment.id, answer(*CAME))], NOON)
    await sql.run("UPDATE shipment SET learnt = 1, next_poll_ms = ?", (NEVER_MS,))
    await OutboxRow.all().delete()
    return parcel


async def packed() -> Followed:
    parcel = await delivered()
    assert (await tidying.bite(FOLD, None, LATER)).gone == 5
    return parcel


async def take_in(parcel: Followed, said: TrackingResult, **more: Any) -> int:
    return await ingest_batch([Polled(parcel.shipment.id, said, **more)], LATER)


async def stands() -> tuple[int, int, int]:
    """Scans, packs, and the parcel's mark."""
    packs_ = await sql.rows("SELECT shipment_id FROM scan_pack")
    return await ScanRow.all().count(), len(packs_), (await Shipment.get()).learnt


async def test_scans_of_what_is_long_over_lie_in_one_row() -> None:
    await packed()
    assert await stands() == (0, 1, 2)


@pytest.mark.parametrize(
    "change",
    ["learnt = 0", "open = 1", "next_poll_ms = 0", "status = 'in_transit'", f"delivered_ms = {to_ms(LATER)}"],
)
async def test_what_may_still_be_asked_for_or_learnt_from_is_left(change: str) -> None:
    await delivered()
    await sql.run(f"UPDATE shipment SET {change}")
    assert (await tidying.bite(FOLD, None, LATER)).gone == 0
    assert await ScanRow.all().count() == 5


async def test_what_ended_lately_is_left() -> None:
    await delivered()
    assert (await tidying.bite(FOLD, None, NOON + packs.AFTER)).gone == 0
    assert (await tidying.bite(FOLD, None, NOON + packs.AFTER + timedelta(seconds=1))).gone == 5


async def test_the_same_answer_once_more_wakes_nothing() -> None:
    parcel = await packed()
    assert await take_in(parcel, answer(*CAME)) == 0
    assert await stands() == (0, 1, 2)


async def test_a_scan_that_comes_late_is_neither_told_nor_doubles_the_old_ones() -> None:
    parcel = await packed()
    await take_in(parcel, answer(*CAME, scan(NOON - timedelta(days=3), place="Hub")))
    assert await stands() == (6, 0, 1)
    assert await OutboxRow.filter(act__in=["notice", "live"]).count() == 0
    assert (await Shipment.get()).status == "delivered"


async def test_a_part_of_the_history_is_held_against_all_of_it() -> None:
    parcel = await packed()
    await take_in(parcel, answer(CAME[3]), merges=True, is_push=True)
    assert await ScanRow.all().count() == 5
    assert (await Shipment.get()).status == "delivered"
    assert await OutboxRow.filter(act__in=["notice", "live"]).count() == 0


async def test_what_was_wrongly_delivered_wakes_with_all_its_scans_and_is_told() -> None:
    parcel = await packed()
    back = scan(LATER - timedelta(hours=1), Status.RETURNING, "Berlin")
    await take_in(parcel, answer(back, *CAME))
    assert (await Shipment.get()).open == 1
    assert await ScanRow.all().count() == 6
    assert await OutboxRow.filter(act="notice").count() == 1


async def test_woken_scans_are_packed_again_when_it_is_over_again() -> None:
    parcel = await packed()
    await take_in(parcel, answer(*CAME, scan(NOON - timedelta(days=3), place="Hub")))
    await sql.run("UPDATE shipment SET next_poll_ms = ?", (NEVER_MS,))
    assert (await tidying.bite(FOLD, None, LATER)).gone == 6
    assert await stands() == (0, 1, 2)


async def test_statistics_find_the_same_movements() -> None:
    parcel = await delivered()
    box = parcel.shipment
    before = {one: sorted(moves) for one, moves in (await learnt.scans([box.id])).items()}
    first = await claims.handed_over_at(box.id)
    assert (await tidying.bite(FOLD, None, LATER)).gone == 5
    assert {one: sorted(moves) for one, moves in (await learnt.scans([box.id])).items()} == before
    assert await claims.handed_over_at(box.id) == first == NOON - DAY


async def test_who_looks_at_an_old_parcel_sees_its_way() -> None:
    parcel = await delivered()
    before = (await journeys.of(parcel.shipment))["scans"]
    assert (await tidying.bite(FOLD, None, LATER)).gone == 5
    assert (await journeys.of(parcel.shipment))["scans"] == before
    found = await case.parcel(parcel.shipment.id, 2)
    assert [(row.status, row.place) for row in found.scans] == [("delivered", "Berlin"), ("out_for_delivery", "Berlin")]
    assert [row.status for row in await tickets.scans(parcel.shipment.id, "delivered")] == ["delivered"]


async def test_no_name_that_a_carrier_wrote_is_left() -> None:
    await packed()
    body = bytes((await sql.rows("SELECT body FROM scan_pack"))[0]["body"])
    assert all("Haddad" not in repr(one) for one in packs.unpack(body))
