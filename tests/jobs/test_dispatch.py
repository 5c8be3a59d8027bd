"""The dispatcher with a Telegram that answers as told: order, width, faults, restarts."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.outgoing import Act, Outcome, Priority, Rejected, RetryAt, Unreachable
from bot.flows.calls import Call
from bot.flows.outgoing import Composer, StoreUnavailable
from bot.flows.settling import MOST_TRIES
from bot.gateways.pacer import Pacer
from bot.jobs.dispatch import DESK_REST, MOST_IN_CHAT, Dispatch, Dispatcher, dispatch_forever
from bot.store import core, destinations, outbox, sql
from bot.store.models import OutboxRow
from bot.texts.messages import MissingFact
from tests.fakes.clock import StandingClock
from tests.fakes.rows import GROUP, NOON, answer, customer, desk, private, shop
from tests.fakes.speaker import FakeSpeaker, FreePace, composed, composer

pytestmark = pytest.mark.usefixtures("store")


def deps(speaker: FakeSpeaker, pace: FreePace | Pacer | None = None, content: Composer | None = None) -> Dispatch:
    return Dispatch(speaker, pace or FreePace(), content or composer(), StandingClock(NOON + timedelta(seconds=5)))


class Running:
    """The dispatcher at work, for as long as the block."""

    def __init__(self, given: Dispatch) -> None:
        self.given = given
        self.stop = asyncio.Event()

    async def __aenter__(self) -> "Running":
        self.task = asyncio.create_task(dispatch_forever(self.given, self.stop))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self.task, 5)


async def until(true: Callable[[], bool], seconds: float = 3) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  (what it waits for has no event)
            await asyncio.sleep(0.002)


async def states() -> list[str]:
    return [row.state for row in await OutboxRow.all().order_by("id")]


async def test_what_waits_leaves_and_what_is_put_later_leaves_at_once() -> None:
    speaker = FakeSpeaker()
    await outbox.put([answer(5)])
    async with Running(deps(speaker)):
        await until(lambda: len(speaker.said) == 1)
        await asyncio.sleep(0.01)
        async with core.transaction():
            await outbox.put([answer(6)])
        await until(lambda: len(speaker.said) == 2, 0.5)
    assert (speaker.chats, await states()) == ([5, 6], ["sent", "sent"])


async def test_at_most_eight_are_in_the_air_and_one_to_a_lane() -> None:
    speaker = FakeSpeaker()
    speaker.gate = asyncio.Event()
    await outbox.put([answer(chat) for chat in (*range(1, 21), 1, 2)])
    async with Running(deps(speaker)):
        await until(lambda: speaker.in_air == 8)
        await asyncio.sleep(0.02)
        assert (speaker.most_in_air, len(set(speaker.chats))) == (8, 8)
        speaker.gate.set()
        await until(lambda: len(speaker.said) == 22)
    assert await states() == ["sent"] * 22


async def test_a_chat_under_flood_control_delays_nobody_else() -> None:
    standing = StandingClock()
    pace = Pacer(standing)

    def flooded(call: Call) -> Outcome | None:
        if call.chat_id != 5:
            return None
        pace.pause(5, timedelta(seconds=30))
        return RetryAt(timedelta(seconds=30))

    speaker = FakeSpeaker(flooded)
    given = deps(speaker, pace)
    await outbox.put([answer(5), answer(5), *[answer(chat) for chat in range(6, 16)]])
    dispatcher = Dispatcher(given)
    for _ in range(12):
        _ = await dispatcher.step()
        await asyncio.sleep(0.005)
        standing.advance(timedelta(seconds=0.04))
    assert speaker.chats == [5, *range(6, 16)]


async def test_an_agents_reply_passes_a_long_queue() -> None:
    speaker = FakeSpeaker()
    await outbox.put([private(Act.TEXT, chat, Priority.BULK, payload={"text": "ad"}) for chat in range(1, 40)])
    await outbox.put([private(Act.TEXT, 99, payload={"text": "Hello"})])
    dispatcher = Dispatcher(deps(speaker))
    assert await dispatcher.step()
    await until(lambda: speaker.chats == [99])


async def test_a_row_that_cannot_be_worded_fails_alone() -> None:
    async def notice(row: object, now: object) -> None:
        raise MissingFact("day")

    who = await customer(await shop())
    speaker = FakeSpeaker()
    await outbox.put([private(Act.NOTICE, customer_id=who.id, payload={"kind": "late"}), answer(6)])
    async with Running(deps(speaker, content=Composer(notice, notice, notice))):
        await until(lambda: speaker.chats == [6])
    assert await states() == ["failed", "sent"]


async def test_a_row_that_cannot_be_prepared_by_our_own_fault_is_tried_again_and_lost_only_at_the_end() -> None:
    async def notice(row: object, now: object) -> None:
        raise LookupError

    who = await customer(await shop())
    await outbox.put([private(Act.NOTICE, customer_id=who.id, payload={"kind": "late"}), answer(6)])
    speaker = FakeSpeaker()
    async with Running(deps(speaker, content=Composer(notice, notice, notice))):
        await until(lambda: speaker.chats == [6])
    assert await states() == ["queued", "sent"]

    for _ in range(MOST_TRIES):
        await sql.run("UPDATE outbox SET due_ms = 0 WHERE state = 'queued'")
        await Dispatcher(deps(speaker, content=Composer(notice, notice, notice))).step()
    assert await states() == ["failed", "sent"]


@pytest.mark.parametrize(("waited", "state"), [(timedelta(0), "queued"), (timedelta(days=2), "failed")])
async def test_what_only_a_newer_program_knows_waits_for_it_for_a_day(waited: timedelta, state: str) -> None:
    speaker = FakeSpeaker()
    await outbox.put([answer(5, payload={"kind": "of tomorrow", "reader": {"locale": "en"}}), answer(7), answer(6)])
    await sql.run("UPDATE outbox SET act = 'of_tomorrow' WHERE chat_id = 7")
    await sql.run("UPDATE outbox SET created_ms = created_ms - ?", (waited // timedelta(milliseconds=1),))
    async with Running(deps(speaker)):
        await until(lambda: speaker.chats == [6])
        await asyncio.sleep(0.02)
    assert await states() == [state, "queued", "sent"]


async def test_a_speaker_that_breaks_fails_that_row_alone() -> None:
    def breaks(call: Call) -> Outcome | None:
        if call.chat_id == 5:
            raise ZeroDivisionError
        return None

    speaker = FakeSpeaker(breaks)
    await outbox.put([answer(5), answer(6)])
    async with Running(deps(speaker)):
        await until(lambda: len(speaker.said) == 2)
    assert await states() == ["failed", "sent"]


async def test_a_group_that_takes_nothing_is_left_alone_for_a_while() -> None:
    who = await customer(await shop(), topic_chat_id=GROUP, topic_id=7, card_message_id=1)
    pace, speaker = FreePace(), FakeSpeaker(lambda call: Unreachable("kicked"))
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    async with Running(deps(speaker, pace)):
        await until(lambda: bool(pace.paused))
    assert (pace.paused, await states()) == ({GROUP: DESK_REST}, ["queued"])


async def test_a_missing_right_to_pin_holds_no_group_back() -> None:
    pace, speaker = FreePace(), FakeSpeaker(lambda call: Rejected("no_rights", rights=True))
    await outbox.put([private(Act.PIN, GROUP, payload={"message_id": 1})])
    async with Running(deps(speaker, pace)):
        await until(lambda: len(speaker.said) == 1)
    assert pace.paused == {}


async def test_a_store_that_fails_for_a_moment_loses_no_answer_of_telegrams() -> None:
    speaker, troubles = FakeSpeaker(), [StoreUnavailable("locked"), StoreUnavailable("disk_full")]

    async def notice(row: object, now: object) -> None:
        if troubles:
            raise troubles.pop()

    who = await customer(await shop())
    content = Composer(notice, notice, notice)
    await outbox.put([private(Act.NOTICE, customer_id=who.id, payload={"kind": "late"})])
    given = deps(speaker, content=content)
    dispatcher = Dispatcher(given, store_wait=0.001)
    assert await dispatcher.step()
    assert await states() == ["dropped"]


async def test_a_row_that_cannot_be_settled_blocks_nobody_and_is_not_said_again() -> None:
    who = await customer(await shop())
    speaker = FakeSpeaker()
    live = private(Act.LIVE, customer_id=who.id, payload={"no follow": 1})
    await outbox.put([live, answer(5)])
    async with Running(deps(speaker, content=composer(live=composed()))):
        await until(lambda: len(speaker.said) == 2)
    assert await states() == ["failed", "sent"]


async def test_what_was_in_the_air_at_a_kill_is_settled_before_anything_else_leaves() -> None:
    await outbox.put([answer(5), answer(6)])
    [_] = await outbox.lease(1, NOON)
    speaker = FakeSpeaker()
    async with Running(deps(speaker)):
        await until(lambda: len(speaker.said) == 2)
    texts = {call.chat_id: call.params["text"] for call in speaker.said}
    assert texts[5].startswith(texts[6] + "\n")


async def test_what_left_before_a_restart_still_counts_against_its_group() -> None:
    await outbox.put([answer(GROUP, lane=f"group:{GROUP}:{n}", cause=f"c{n}") for n in range(21)])
    for _ in range(20):
        await outbox.lease(1, NOON)
    pace = Pacer(StandingClock())
    dispatcher = Dispatcher(deps(FakeSpeaker(), pace))
    stop = asyncio.Event()
    stop.set()
    await dispatcher.round(stop)
    assert pace.held() == [GROUP]


async def test_two_processes_at_one_database_never_speak_both() -> None:
    first, second = FakeSpeaker(), FakeSpeaker()
    async with Running(deps(first)) as running:
        await asyncio.sleep(0.05)
        if sql.dialect() == "postgres":
            async with Running(deps(second)):
                await outbox.put([answer(chat) for chat in range(1, 20)])
                await until(lambda: len(first.said) == 19)
                running.stop.set()
                await running.task
                await outbox.put([answer(20)])
                await until(lambda: second.chats == [20])


async def test_stopping_lets_what_is_in_the_air_land() -> None:
    speaker = FakeSpeaker()
    speaker.gate = asyncio.Event()
    await outbox.put([answer(5), answer(5)])
    async with Running(deps(speaker)) as running:
        await until(lambda: speaker.in_air == 1)
        running.stop.set()
        asyncio.get_running_loop().call_later(0.02, speaker.gate.set)
    assert await states() == ["sent", "queued"]


async def test_who_stops_while_a_call_hangs_lets_the_next_one_speak_at_once() -> None:
    hanging, speaker = FakeSpeaker(), FakeSpeaker()
    hanging.gate = asyncio.Event()
    stop = asyncio.Event()
    stopped = asyncio.create_task(Dispatcher(deps(hanging), last_wait=0.02).run(stop))
    await outbox.put([answer(5)])
    await until(lambda: hanging.in_air == 1)
    stop.set()
    await stopped
    await outbox.put([answer(6)])
    async with Running(deps(speaker)):
        await until(lambda: len(speaker.said) == 2, 0.9)
    texts = {call.chat_id: call.params["text"] for call in speaker.said}
    assert texts[5].startswith(texts[6] + "\n")


async def test_a_chat_that_answers_slowly_leaves_room_for_the_others() -> None:
    speaker = FakeSpeaker()
    speaker.gate = asyncio.Event()
    await outbox.put([answer(GROUP, lane=f"group:{GROUP}:{n}") for n in range(9)])
    await outbox.put([answer(5), answer(6)])
    async with Running(deps(speaker)):
        await until(lambda: speaker.in_air == MOST_IN_CHAT + 2)
        speaker.gate.set()
        await until(lambda: len(speaker.said) == 11)
    assert speaker.chats[: MOST_IN_CHAT + 2] == [GROUP] * MOST_IN_CHAT + [5, 6]


async def test_words_whose_topic_turns_out_to_be_in_a_group_that_must_wait_are_put_back() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"}), answer(5)])
    await destinations.topic_made(who.id, -9, 7, "Layla")
    pace, speaker = FreePace(), FakeSpeaker()
    pace.paused[-9] = timedelta(seconds=9)
    dispatcher = Dispatcher(deps(speaker, pace))
    assert await dispatcher.step()
    assert await dispatcher.step()
    await until(lambda: speaker.chats == [5])
    assert [(row.chat_id, row.state) for row in await OutboxRow.filter(customer_id=who.id)] == [(-9, "queued")]


async def arrived(dispatcher: Dispatcher) -> None:
    """Nothing is in the air any more, and nothing of it is still being written down."""
    while dispatcher._flying:
        await asyncio.wait(dispatcher._flying, timeout=3)
        await asyncio.sleep(0)


async def test_a_card_gives_way_to_words_of_others_and_follows_after_them() -> None:
    merchant = await shop()
    people = [await customer(merchant, user) for user in range(1, 7)]
    await outbox.put([desk(Act.TEXT, one.id, payload={"text": "Hi"}) for one in people])
    speaker = FakeSpeaker()
    dispatcher = Dispatcher(deps(speaker, content=composer(card=composed())))
    while await dispatcher.step():
        await arrived(dispatcher)
    steps = [call.step for call in speaker.said]
    assert steps[:4] == [Act.TOPIC, Act.TEXT] * 2
    assert steps[4:7] == [Act.TOPIC, Act.CARD, Act.TEXT]
    assert sorted(Counter(steps).items()) == [(Act.CARD, 6), (Act.PIN, 6), (Act.TEXT, 6), (Act.TOPIC, 6)]


async def test_a_customers_words_make_topic_card_and_message_in_one_go() -> None:
    who = await customer(await shop())
    speaker = FakeSpeaker()
    await outbox.put([desk(Act.TEXT, who.id, payload={"text": "Hi"})])
    async with Running(deps(speaker, content=composer(card=composed()))):
        await until(lambda: len(speaker.said) == 4)
    assert [call.step for call in speaker.said] == [Act.TOPIC, Act.CARD, Act.TEXT, Act.PIN]


# ---- another takes over


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_takes_over_from_a_dead_one_spends_only_what_is_left_of_a_groups_minute() -> None:
    clock, speaker, now = StandingClock(NOON + timedelta(seconds=5)), FakeSpeaker(), asyncio.Event()
    now.set()  # nobody rests
    await outbox.put([answer(GROUP, lane=f"g:{place}") for place in range(30)])

    async def works(one: Dispatcher) -> None:
        for _ in range(60):
            await one.round(now)
            await until(lambda: one.in_air == 0)
            clock.advance(timedelta(seconds=0.5))

    dead, next_one = (Dispatcher(Dispatch(speaker, Pacer(clock), composer(), clock)) for _ in range(2))
    for _ in range(12):
        await dead.round(now)
        await until(lambda: dead.in_air == 0)
        clock.advance(timedelta(seconds=1))
    assert len(speaker.said) == 12
    await next_one.round(now)
    assert len(speaker.said) == 12  # the word is the dead one's until its time is over
    await sql.run("UPDATE mark SET value = split_part(value, '@', 1) || '@0' WHERE name = 'speaker'")
    await works(next_one)
    assert len(speaker.said) == 20
    clock.advance(timedelta(seconds=60))
    await works(next_one)
    assert len(speaker.said) == 30
