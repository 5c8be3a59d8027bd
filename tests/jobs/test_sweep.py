"""Sweeping goes on through passing faults, and one promise that cannot be kept stops no other."""

import asyncio
from datetime import datetime, timedelta

from bot.flows.sweep import sweep
from bot.jobs.sweep import sweep_forever
from bot.store import core
from bot.store.models import OutboxRow, Promise
from bot.store.ms import to_ms
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.parcels import Followed


async def owed(parcel: Followed, at: datetime, customer_id: int | None = None) -> int:
    row = await Promise.create(
        merchant_id=parcel.merchant.id,
        customer_id=customer_id or parcel.customer.id,
        shipment_id=parcel.shipment.id,
        kind="stalled",
        due_ms=to_ms(at),
        made_ms=to_ms(at),
    )
    return int(row.id)


async def test_a_database_that_is_away_for_a_while_does_not_end_the_sweeping(database_url: str) -> None:
    stop, clock = asyncio.Event(), StandingClock()
    sweeping = asyncio.create_task(sweep_forever(clock, "22-8", stop, after_fault=0.01))
    await asyncio.sleep(0.03)
    assert not sweeping.done()
    await core.connect(database_url)
    try:
        async with asyncio.timeout(15):
            while clock.at == StandingClock().at:  # noqa: ASYNC110 (it rests only once it has swept)
                await asyncio.sleep(0.01)
    finally:
        stop.set()
        await sweeping
        await core.close()


async def test_a_promise_that_cannot_be_kept_is_set_aside_and_the_next_one_kept(
    store: str, clock: StandingClock
) -> None:
    parcel = await parcels.followed(clock.now())
    await parcels.finding(parcel, clock.now())
    broken = await owed(parcel, clock.now() - timedelta(hours=2), customer_id=999_999)
    kept = await owed(parcel, clock.now() - timedelta(hours=1))

    done = await sweep(clock.now(), "22-8", seldom=False)

    assert (await Promise.get(id=kept)).open == 0
    assert (await Promise.get(id=broken)).open == 1
    assert await OutboxRow.filter(act="notice").count() == 1
    assert done.next_at is not None
    assert done.next_at > clock.now()
