"""A notice that promises a person's word opens a ticket, so that somebody knows of it."""

from datetime import date, timedelta

from bot.flows.ingest import Polled, ingest_batch
from bot.store.models import Follow, OutboxRow, Promise, Ticket
from bot.store.ms import to_ms
from carriers.kit.model import ScanEvent, Status, TrackingResult
from tests.fakes import parcels
from tests.fakes.clock import StandingClock

DAY = timedelta(days=1)


async def test_a_second_slip_promises_a_person_and_the_desk_hears_of_it(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now(), eta_on="2026-11-26")
    saw = {"slip": 1, "mark": "1", "eta_on": "2026-11-26", "promised_on": "2026-11-25"}
    await parcels.finding(parcel, clock.now() - DAY, kind="at_risk", severity="slight", saw=saw)
    await Follow.filter(id=parcel.follow.id).update(
        slips=1, told_on="2026-11-26", warned_ms=to_ms(clock.now() - 2 * DAY)
    )
    answer = TrackingResult(
        number=parcel.shipment.number,
        status=Status.IN_TRANSIT,
        events=(ScanEvent(clock.now(), "AF", "Arrived", "Leipzig", Status.IN_TRANSIT),),
        eta=date(2026, 11, 29),
    )

    await ingest_batch([Polled(parcel.shipment.id, answer)], clock.now())

    ticket = await Ticket.get(customer_id=parcel.customer.id)
    promise = await Promise.get(open=1)
    desk = await OutboxRow.filter(act="desk").values_list("payload", flat=True)
    assert (ticket.cause, promise.by_person) == ("at_risk", True)
    assert ["desk_delay_again" in str(one) for one in desk] == [True]


async def test_a_parcel_on_its_way_back_is_handed_over_too(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(clock.now())
    answer = TrackingResult(
        number=parcel.shipment.number,
        status=Status.RETURNING,
        events=(ScanEvent(clock.now(), "RT", "Returning", "Leipzig", Status.RETURNING),),
    )

    await ingest_batch([Polled(parcel.shipment.id, answer)], clock.now())

    assert (await Ticket.get(customer_id=parcel.customer.id)).cause == "returning"
    assert await OutboxRow.filter(act="desk").count() == 1
