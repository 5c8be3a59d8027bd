"""A group with more to say than it may: told once before all that waits, and once that it is over."""

from datetime import timedelta

import pytest

from bot.domain.outgoing import Act, Priority
from bot.flows import desk_full, outgoing
from bot.store import desks, outbox, sql
from bot.store.models import Customer, Member, Merchant, OutboxRow
from bot.texts.messages import Reader, render
from tests.fakes.rows import GROUP, NOON, customer, desk, shop

pytestmark = pytest.mark.usefixtures("store")
OWNER = 77


async def crowd(count: int, *, topics: bool = True) -> Merchant:
    """So many customers whose words wait for the shop's one group."""
    merchant = await shop(desk_chat_id=None)
    await desks.bind(merchant.id, GROUP, "Desk", NOON, beside=False)
    _ = await Member.create(merchant_id=merchant.id, user_id=OWNER, role="owner", created_ms=0)
    for user in range(1, count + 1):
        who = await customer(merchant, user)
        await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    if topics:
        await sql.run("UPDATE customer SET topic_chat_id = ?, topic_id = id", (GROUP,))
    return merchant


async def said() -> list[tuple[int, str]]:
    """(chat, kind) of our own words, in their order."""
    rows = await OutboxRow.filter(act="answer").order_by("id")
    return [(row.chat_id or 0, row.payload.split('"kind":"')[1].split('"')[0]) for row in rows]


async def leave(count: int) -> None:
    """So many words have arrived."""
    for row in await OutboxRow.filter(act="text", state="queued").order_by("id").limit(count):
        await OutboxRow.filter(id=row.id).update(state="sent", message_id=1)


async def test_agents_and_owners_are_told_once_that_the_desk_is_full() -> None:
    _ = await crowd(61)
    assert (await desk_full.look(NOON), await desk_full.look(NOON + timedelta(seconds=10))) == (1, 0)
    assert await said() == [(GROUP, "desk_full"), (OWNER, "desk_full_owner")]


async def test_what_they_read_names_words_minutes_and_what_to_do() -> None:
    _ = await crowd(61)
    await desk_full.look(NOON)
    row = await OutboxRow.get(chat_id=GROUP, act="answer")
    facts = (await outbox.lease(1, NOON))[0].payload["facts"]
    text = render("desk_full", facts, Reader("en")).text
    assert "61 messages" in text
    assert "about 4 minutes" in text
    assert "/desk add" in text
    assert (row.priority, row.merchant_id) == (Priority.FIRST, (await Merchant.get()).id)


async def test_it_is_said_before_the_words_that_wait() -> None:
    _ = await crowd(61)
    await outgoing.tidy(NOON)
    assert [row.act for row in await outbox.lease(2, NOON)] == [Act.ANSWER, Act.TEXT]


async def test_topics_that_must_be_made_count_too() -> None:
    _ = await crowd(31, topics=False)
    assert await desk_full.look(NOON) == 1


@pytest.mark.parametrize("count", [0, 60])
async def test_what_can_be_said_in_three_minutes_is_told_to_nobody(count: int) -> None:
    _ = await crowd(count)
    assert await desk_full.look(NOON) == 0
    assert await said() == []


async def test_its_end_is_told_when_less_than_a_minute_waits_by_an_edit() -> None:
    _ = await crowd(61)
    await desk_full.look(NOON)
    await OutboxRow.filter(act="answer").update(state="sent", message_id=42)
    await leave(40)
    assert await desk_full.look(NOON) == 0
    await leave(1)
    assert (await desk_full.look(NOON), await desk_full.look(NOON)) == (1, 0)
    assert sorted((await said())[2:]) == [(GROUP, "desk_eased"), (OWNER, "desk_eased_owner")]
    over = await OutboxRow.get(chat_id=GROUP, act="answer", state="queued")
    assert '"message_id":42' in over.payload
    assert over.priority == Priority.LIVE


async def test_the_next_time_it_is_told_again() -> None:
    merchant = await crowd(61)
    await desk_full.look(NOON)
    await leave(61)
    await desk_full.look(NOON)
    for who in await Customer.filter(merchant_id=merchant.id):
        await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    assert await desk_full.look(NOON + timedelta(hours=1)) == 1


async def test_a_group_in_trouble_is_told_of_by_that_and_not_by_its_queue() -> None:
    merchant = await crowd(61)
    await desks.set_trouble(merchant.id, GROUP, "no_rights")
    assert await desk_full.look(NOON) == 0
