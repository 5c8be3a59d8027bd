"""A notice is remembered when it has left, and forgotten when it never did."""

from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, InDoubt
from bot.store import outbox, promises
from bot.store.models import Follow, OutboxRow, Promise
from bot.store.ms import to_ms
from tests.fakes.parcels import Followed, followed
from tests.fakes.rows import NOON, private
from tests.fakes.speaker import composed, composer
from tests.flows.outbound import LATER, carry

pytestmark = pytest.mark.usefixtures("store")
SPOKEN = composer(notice=composed())


async def waiting(**changes: Any) -> Followed:
    """A warning of one parcel waits, its next word is stored."""
    parcel = await followed(NOON, **changes)
    told = {"shipment_id": parcel.shipment.id, "told_on": "2026-11-29", "slips": 1, "warns": True}
    said = {"kind": "delay_slight", "shipments": [parcel.shipment.id], "told": [told]}
    await outbox.put([private(Act.NOTICE, parcel.customer.user_id, customer_id=parcel.customer.id, payload=said)])
    await promises.make(
        parcel.merchant.id, parcel.customer.id, parcel.shipment.id, None, "delay_slight", LATER, False, 0, NOON
    )
    return parcel


async def follow(parcel: Followed) -> tuple[str | None, int, int | None]:
    row = await Follow.get(id=parcel.follow.id)
    return row.told_on, row.slips, row.warned_ms


async def test_a_warning_that_arrived_is_remembered() -> None:
    parcel = await waiting()
    before = await follow(parcel)
    await carry(content=SPOKEN)
    assert await follow(parcel) == ("2026-11-29", before[1] + 1, to_ms(LATER))


async def test_a_warning_in_doubt_is_remembered_where_the_live_message_carries_it() -> None:
    parcel = await waiting()
    await Follow.filter(id=parcel.follow.id).update(live_message_id=4)
    await carry(InDoubt("time-out"), content=SPOKEN)
    assert (await follow(parcel))[0] == "2026-11-29"


async def test_a_warning_that_is_said_once_more_is_remembered_once() -> None:
    parcel = await waiting()
    await Follow.filter(id=parcel.follow.id).update(live_message_id=None)
    await carry(InDoubt("time-out"), content=SPOKEN)
    await carry(content=SPOKEN)
    assert (await follow(parcel))[1] == 1


async def test_the_promise_of_a_warning_that_never_left_is_void() -> None:
    parcel = await waiting()
    before = await follow(parcel)
    await carry(content=composer(notice=None))
    assert await follow(parcel) == before
    assert [row.open for row in await Promise.all()] == [0]


async def test_a_promise_to_who_was_warned_before_stands() -> None:
    parcel = await waiting()
    await Follow.filter(id=parcel.follow.id).update(warned_ms=to_ms(NOON))
    await carry(content=composer(notice=None))
    assert [row.open for row in await Promise.all()] == [1]


async def test_the_word_that_a_dropped_notice_was_to_take_the_place_of_is_owed_again() -> None:
    parcel = await waiting()
    await Follow.filter(id=parcel.follow.id).update(warned_ms=to_ms(NOON))
    planned = to_ms(NOON) + 5
    await Promise.all().update(open=0, cancelled_ms=planned)
    usual = {"merchant_id": parcel.merchant.id, "customer_id": parcel.customer.id, "shipment_id": parcel.shipment.id}
    newer = await Promise.create(kind="delay_again", due_ms=planned + 9, made_ms=planned, **usual)
    row = await OutboxRow.get()
    row.payload = orjson.dumps(orjson.loads(row.payload) | {"planned": planned}).decode()
    await row.save()

    await carry(content=composer(notice=None))

    assert [(one.id == newer.id, one.open) for one in await Promise.all().order_by("id")] == [(False, 1), (True, 0)]
