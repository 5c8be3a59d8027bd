"""Half of the time gone and nobody has written: the customer reads that he is not forgotten, once, while it is true."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.flows import facts, reminding, tickets
from bot.flows.to_desk import relay
from bot.store import core, promises
from bot.store.models import OutboxRow, Person, Promise, Ticket, TicketMessage
from bot.store.ms import from_ms, to_ms
from bot.store.tickets import Words
from tests.fakes import parcels
from tests.fakes.parcels import Followed

pytestmark = pytest.mark.usefixtures("store")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def asked(at: datetime = NOON, *, promised: bool = True) -> Followed:
    """A customer who wrote, and was promised an answer unless he wrote into a talk."""
    parcel = await parcels.followed(at)
    async with core.transaction():
        opened = await tickets.open_ticket(parcel.customer.id, "words", at)
        await relay(opened, parcel.customer.user_id, Words(1, "Where is it?"), at)
        if promised:
            await tickets.promise(opened, at, "UTC", None)
    return parcel


async def reassured(at: datetime) -> int:
    await reminding.remind_due(at, "22-8")
    return await OutboxRow.filter(act="notice").count()


async def agent_writes(parcel: Followed, at: datetime) -> None:
    words = TicketMessage(
        customer_id=parcel.customer.id, direction="out", user_id=9, source_chat_id=-1, source_message_id=1,
        created_ms=to_ms(at),
    )  # fmt: skip
    await words.save()


async def test_a_holding_word_comes_when_half_of_the_time_is_gone_and_once() -> None:
    await asked()
    assert await reassured(NOON + 59 * HOUR / 60) == 0
    assert await reassured(NOON + HOUR) == 1
    assert await reassured(NOON + 1.2 * HOUR) == 1
    row = await OutboxRow.get(act="notice")
    assert row.cause == promises.holding_cause((await Promise.get()).id)


async def test_it_goes_by_the_shops_own_target() -> None:
    parcel = await parcels.followed(NOON)
    parcel.merchant.settings = '{"first_response": 4}'
    await parcel.merchant.save()
    async with core.transaction():
        opened = await tickets.open_ticket(parcel.customer.id, "human", NOON)
        await tickets.promise(opened, NOON, "UTC", None)
    assert await reassured(NOON + HOUR) == 0
    assert await reassured(NOON + 2 * HOUR) == 1


async def test_who_wrote_into_a_talk_is_promised_an_answer_by_the_word_in_between() -> None:
    await asked(promised=False)
    assert await reassured(NOON + HOUR) == 1
    made = await Promise.get()
    assert (made.kind, from_ms(made.due_ms)) == ("answer", NOON + 2 * HOUR)


async def test_who_has_it_is_named_only_if_somebody_has_it() -> None:
    parcel = await asked()
    leaving = parcels.notice(parcel, "holding", NOON, shipments=[], promise=(await Promise.get()).id)
    nobody = await facts.notice(leaving, NOON)
    await Person(user_id=9, name="Sara Holm").save()
    await Ticket.all().update(assignee_id=9)
    somebody = await facts.notice(leaving, NOON)
    assert nobody is not None
    assert "agent" not in nobody.facts
    assert somebody is not None
    assert somebody.facts["agent"] == "Sara"


async def test_after_an_agents_words_no_holding_word_is_said_or_leaves() -> None:
    parcel = await asked()
    leaving = parcels.notice(parcel, "holding", NOON, shipments=[], promise=(await Promise.get()).id)
    await agent_writes(parcel, NOON + HOUR / 2)
    assert await reassured(NOON + HOUR) == 0
    assert await facts.notice(leaving, NOON) is None


@pytest.mark.parametrize("changes", [{"kind": "delay_again"}, {"due_ms": to_ms(NOON + HOUR)}])
async def test_other_words_that_are_owed_need_none_nor_does_one_that_is_nearly_due(changes: dict[str, Any]) -> None:
    await asked()
    await Promise.all().update(**changes)
    assert await reassured(NOON + HOUR) == 0


async def test_who_asked_for_nobody_and_was_promised_nothing_needs_none() -> None:
    parcel = await parcels.followed(NOON)
    async with core.transaction():
        await tickets.open_ticket(parcel.customer.id, "lost", NOON, parcel.shipment.id)
    assert await reassured(NOON + HOUR) == 0


async def test_half_of_the_time_is_counted_while_somebody_is_there() -> None:
    evening = NOON + 9 * HOUR
    await asked(evening)
    assert await reassured(evening + 6 * HOUR) == 0
    assert await reassured(evening + 13 * HOUR) == 1
