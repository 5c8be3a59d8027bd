"""Cards are renewed when what they say changes, and only where somebody reads them."""

from datetime import timedelta

from bot.flows import cards, desk
from bot.flows.ingest import Polled, ingest_batch
from bot.store import core, destinations, outbox, tickets
from bot.store.models import Customer, OutboxRow
from carriers.kit.model import ScanEvent, Status, TrackingResult
from tests.fakes.parcels import Followed, followed
from tests.fakes.rows import GROUP, NOON

LATER = NOON + timedelta(hours=1)


async def with_topic(*, ticket: bool) -> Followed:
    parcel = await followed(NOON)
    await destinations.topic_made(parcel.customer.id, GROUP, 900, "Layla")
    if ticket:
        _ = await tickets.add(parcel.customer, "words", None, {}, NOON)
    return parcel


async def queued() -> list[str]:
    return [row.collapse or "" for row in await OutboxRow.filter(act="card", state="queued").order_by("id")]


async def test_a_scan_renews_the_card_of_who_waits_for_an_answer(store: str) -> None:
    parcel = await with_topic(ticket=True)
    event = ScanEvent(NOON + timedelta(minutes=30), "Customs", place="Riyadh", status=Status.CUSTOMS)
    answer = TrackingResult(number=parcel.shipment.number, status=Status.CUSTOMS, events=(event,))
    await ingest_batch([Polled(parcel.shipment.id, answer)], LATER)
    assert await queued() == [f"card:{parcel.customer.id}"]


async def test_without_an_open_ticket_nobody_reads_it(store: str) -> None:
    parcel = await with_topic(ticket=False)
    assert await cards.refresh_cards([parcel.shipment.id], LATER) == 0
    assert await queued() == []


async def test_a_card_waits_once_however_much_changes(store: str) -> None:
    parcel = await with_topic(ticket=True)
    for minutes in range(3):
        assert await cards.refresh_cards([parcel.shipment.id], LATER + timedelta(minutes=minutes)) == 1
    assert await queued() == [f"card:{parcel.customer.id}"]


async def test_who_has_no_topic_has_no_card(store: str) -> None:
    parcel = await followed(NOON)
    await desk.refresh_card(parcel.customer.id, LATER)
    await desk.refresh_card(404, LATER)
    assert await queued() == []


async def test_a_desk_bound_later_hears_who_has_been_waiting(store: str) -> None:
    parcel = await followed(NOON)
    _ = await tickets.add(parcel.customer, "words", None, {}, NOON)
    async with core.transaction():
        assert await desk.open_waiting(parcel.merchant.id, LATER) == 1
    assert [row.act for row in await outbox.lease(1, LATER)] == ["topic"]


async def test_a_topic_that_is_gone_belongs_to_nobody(store: str) -> None:
    parcel = await with_topic(ticket=True)
    await destinations.topic_gone(parcel.customer.id, 900)
    assert (await Customer.get(id=parcel.customer.id)).topic_generation == 1
    assert await cards.refresh_cards([parcel.shipment.id], LATER) == 0
