"""The dispatcher, python-telegram-bot and the sandbox together: what people read after things went wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.clock import RunningClock
from bot.domain.outgoing import Act
from bot.flows import outgoing
from bot.flows.calls import IN_DOUBT, Call
from bot.flows.outgoing import Composer
from bot.gateways.pacer import Pacer
from bot.gateways.telegram import Speaker
from bot.jobs.dispatch import Dispatch, dispatch_forever
from bot.sandbox.telegram import Chat, TelegramSandbox, User
from bot.store import outbox
from bot.store.models import Customer, Follow, Member, Merchant, TicketMessage
from tests.fakes.rows import NOON, answer, customer, desk, private, shop
from tests.fakes.speaker import composed, composer

pytestmark = pytest.mark.usefixtures("store")


class PausesOnly(Pacer):
    """Holds back only what Telegram asked to hold back: its usual limits would make these tests slow."""

    def spend(self, method: str, chat_id: int | None) -> float:
        return 0.0


class Street:
    """A shop with its desk, a customer, and the bot that speaks to them."""

    def __init__(self, telegram: TelegramSandbox) -> None:
        self.telegram = telegram
        self.content: Composer = composer(card=composed("forget_sure"))

    async def settle_in(self) -> None:
        self.sara = await self.telegram.user("Sara", "ar")
        self.sam = await self.telegram.user("Sam", "en")
        await self.telegram.starts(self.sara)
        await self.telegram.starts(self.sam)
        self.desk: Chat = await self.telegram.group("Desk", owner=self.sam)
        self.merchant: Merchant = await shop(desk_chat_id=self.desk.id)
        self.customer: Customer = await customer(self.merchant, self.sara.id, name="Sara")
        _ = await Member.create(merchant_id=self.merchant.id, user_id=self.sam.id, role="owner", created_ms=0)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """While the bot runs."""
        clock = RunningClock(NOON)
        pacer = PausesOnly(clock)
        speaker = Speaker(self.telegram.token, self.telegram.url, pacer, patience=timedelta(seconds=0.3))
        stop = asyncio.Event()
        task = asyncio.create_task(dispatch_forever(Dispatch(speaker, pacer, self.content, clock), stop))
        try:
            yield
        finally:
            stop.set()
            await task
            await speaker.close()

    async def asks(self, text: str) -> None:
        """Sara's words on their way to the desk."""
        await outbox.put([desk(Act.TEXT, self.customer.id, payload={"text": text})])

    async def reads(self, who: User, text: str, times: int = 1) -> None:
        """Wait until somebody has read it so often."""
        await self.telegram.wait_for(lambda: self.seen(who, text) == times)

    def seen(self, who: User | Chat, text: str) -> int:
        return sum(text in one.text for one in self.telegram.messages(who) if one.from_bot)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async with TelegramSandbox() as telegram:
        there = Street(telegram)
        await there.settle_in()
        yield there
        assert telegram.violations("schema") == []


async def test_a_customers_words_open_a_topic_with_a_pinned_card(street: Street) -> None:
    async with street.open():
        await street.asks("Where is it?")
        await street.telegram.wait_for(lambda: street.telegram.pinned(street.desk))
    said = [one.text for one in street.telegram.messages(street.desk, "Sara")]
    assert [one.split("\n")[0][:20] for one in said] == ["It can't be brought ", "Where is it?"]


async def test_a_topic_that_was_deleted_is_made_anew_and_nothing_is_lost(street: Street) -> None:
    async with street.open():
        await street.asks("First")
        await street.telegram.wait_for(lambda: street.seen(street.desk, "First"))
        await street.telegram.deletes_topic(street.desk, "Sara")
        await street.asks("Second")
        await street.telegram.wait_for(lambda: street.seen(street.desk, "Second"))
    assert [topic.name for topic in street.telegram.topics(street.desk)] == ["Sara"]
    await street.customer.refresh_from_db()
    assert street.customer.topic_generation == 1


async def test_a_group_that_moved_is_followed(street: Street) -> None:
    async with street.open():
        await street.asks("First")
        await street.telegram.wait_for(lambda: street.seen(street.desk, "First"))
        moved = await street.telegram.migrates(street.desk)
        await street.asks("Second")
        await street.telegram.wait_for(lambda: street.seen(moved, "Second"))
    await street.merchant.refresh_from_db()
    assert street.merchant.desk_chat_id == moved.id


async def test_agents_hear_that_the_customer_blocked_the_bot_and_see_what_did_not_arrive(street: Street) -> None:
    async with street.open():
        await street.asks("Hello")
        await street.telegram.wait_for(lambda: street.seen(street.desk, "Hello"))
        await street.telegram.blocks(street.sara)
        reply = await street.telegram.in_group(street.sam, street.desk, "On its way", topic="Sara")
        message = await TicketMessage.create(
            customer_id=street.customer.id,
            direction="out",
            user_id=street.sam.id,
            source_chat_id=street.desk.id,
            source_message_id=reply.id,
            created_ms=0,
        )
        said = {"text": "On its way", "message": message.id}
        words = private(Act.TEXT, street.sara.id, customer_id=street.customer.id, payload=said)
        await outbox.put([words])
        await street.telegram.wait_for(lambda: street.telegram.find(reply.id, street.desk).reactions)
    await street.customer.refresh_from_db()
    assert street.customer.unreachable_reason == "blocked"


async def test_a_chat_under_flood_control_delays_nobody(street: Street) -> None:
    await street.telegram.fault("flood", "sendMessage", chat=street.sara, seconds=1)
    async with street.open():
        await outbox.put([answer(street.sara.id), answer(street.sam.id)])
        await street.reads(street.sam, "Nothing was erased")
        assert street.seen(street.sara, "Nothing was erased") == 0
        await street.reads(street.sara, "Nothing was erased")


async def test_an_answer_whose_fate_is_unknown_is_repeated_once_and_says_so(street: Street) -> None:
    await street.telegram.fault("hang", "sendMessage", chat=street.sara, seconds=2)
    async with street.open():
        await outbox.put([answer(street.sara.id)])
        await street.reads(street.sara, "Nothing was erased", times=2)
    first, again = (one.text for one in street.telegram.messages(street.sara) if one.from_bot)
    assert again.startswith(first + "\n")


async def test_an_agents_words_whose_fate_is_unknown_are_marked_and_not_repeated(street: Street) -> None:
    reply = await street.telegram.in_group(street.sam, street.desk, "On its way")
    message = await TicketMessage.create(
        customer_id=street.customer.id,
        direction="out",
        user_id=street.sam.id,
        source_chat_id=street.desk.id,
        source_message_id=reply.id,
        created_ms=0,
    )
    await street.telegram.fault("lose", "sendMessage", chat=street.sara)
    async with street.open():
        await outbox.put([private(Act.TEXT, street.sara.id, payload={"text": "On its way", "message": message.id})])
        await street.telegram.wait_for(lambda: street.telegram.find(reply.id, street.desk).reactions)
    assert IN_DOUBT in str(street.telegram.find(reply.id, street.desk).reactions)
    assert street.seen(street.sara, "On its way") == 1


async def test_a_warning_whose_fate_is_unknown_goes_into_the_live_message(street: Street) -> None:
    follow = await Follow.create(shipment_id=3, customer_id=street.customer.id, created_ms=0)
    given = {"customer_id": street.customer.id}
    street.content = composer(notice=composed(chat_id=street.sara.id), live=composed("forgotten", street.sara.id))
    async with street.open():
        await outbox.put([private(Act.LIVE, street.sara.id, payload={"follow": follow.id}, **given)])
        await street.reads(street.sara, "Done")
    await follow.refresh_from_db()
    edited = composed("forget_sure", street.sara.id, edit=follow.live_message_id, digest=9)
    street.content = composer(notice=composed(chat_id=street.sara.id), live=edited)
    await street.telegram.fault("lose", "sendMessage", chat=street.sara)
    async with street.open():
        await outbox.put([private(Act.NOTICE, street.sara.id, payload={"kind": "late", "shipments": [3]}, **given)])
        await street.reads(street.sara, "can't be brought back")
    assert street.seen(street.sara, "Nothing was erased") == 1


@pytest.mark.parametrize("landed", [False, True])
async def test_a_kill_before_or_after_sending_loses_nothing_and_marks_what_may_be_a_repeat(
    street: Street, landed: bool
) -> None:
    await outbox.put([answer(street.sara.id)])
    clock = RunningClock(NOON)
    [row] = await outgoing.lease(1, clock.now())
    call = await outgoing.prepare(row, street.content, clock.now())
    if landed:
        assert isinstance(call, Call)
        speaker = Speaker(street.telegram.token, street.telegram.url, Pacer(clock))
        await speaker.do(call)
        await speaker.close()
    async with street.open():
        await street.reads(street.sara, "Nothing was erased", times=1 + landed)
    assert street.telegram.messages(street.sara)[-1].text.count("\n") == 1
