"""Packing beside workers that take answers in."""

import asyncio

from bot.flows import tidying
from bot.store import core, shipments
from tests.flows.test_packed import FOLD, LATER, delivered


async def test_a_parcel_whose_answer_is_being_taken_in_waits_for_the_next_walk(postgres_store: None) -> None:
    parcel = await delivered()
    held, go_on = asyncio.Event(), asyncio.Event()

    async def takes_in() -> None:
        async with core.transaction():
            await shipments.load_asked([parcel.shipment.id])
            held.set()
            await go_on.wait()

    taking = asyncio.create_task(takes_in())
    await held.wait()
    assert (await tidying.bite(FOLD, None, LATER)).gone == 0
    go_on.set()
    await taking
    assert (await tidying.bite(FOLD, None, LATER)).gone == 5
