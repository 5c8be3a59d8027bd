"""The real python-telegram-bot against the sandbox: what is said, and what every answer means."""

import logging
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.outgoing import (
    Act,
    InDoubt,
    Moved,
    Outcome,
    Rejected,
    RetryAt,
    Sent,
    TopicGone,
    Unreachable,
    Vanished,
)
from bot.flows import calls, media_calls
from bot.flows.calls import Call
from bot.gateways.addresses import is_loopback
from bot.gateways.pacer import Pacer
from bot.gateways.telegram import Speaker
from bot.sandbox.telegram import Chat, TelegramSandbox, User
from bot.texts.messages import Button, Rendered
from tests.fakes.clock import StandingClock

PATIENCE = timedelta(seconds=0.3)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    async with TelegramSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def pacer() -> Pacer:
    return Pacer(StandingClock())


@pytest.fixture
async def speaker(telegram: TelegramSandbox, pacer: Pacer) -> AsyncIterator[Speaker]:
    voice = Speaker(telegram.token, telegram.url, pacer, patience=PATIENCE)
    yield voice
    await voice.close()


@pytest.fixture
async def sara(telegram: TelegramSandbox) -> User:
    person = await telegram.user("Sara", "ar")
    await telegram.starts(person)
    return person


@pytest.fixture
async def desk(telegram: TelegramSandbox, sara: User) -> Chat:
    return await telegram.group("Desk", owner=await telegram.user("Sam", "en"))


def hello(chat_id: int, text: str = "<b>Hello</b>", **more: Any) -> Call:
    return calls.message(Act.ANSWER, chat_id, Rendered(text, [[Button("Where?", data="w:1")]]), **more)


async def test_a_text_arrives_with_its_buttons(telegram: TelegramSandbox, speaker: Speaker, sara: User) -> None:
    outcome = await speaker.do(hello(sara.id))
    [seen] = [message for message in telegram.messages(sara) if message.from_bot]
    assert outcome == Sent(seen.id)
    assert (seen.text, seen.buttons[0][0].data) == ("Hello", "w:1")
    assert telegram.violations() == []


async def test_every_act_is_a_call_that_telegram_knows(
    telegram: TelegramSandbox, speaker: Speaker, sara: User, desk: Chat
) -> None:
    topic = await speaker.do(calls.new_topic(desk.id, calls.Named("Sara")))
    assert isinstance(topic, Sent)
    assert topic.message_id is not None
    said = await telegram.says(sara, "Hi")
    sent = await speaker.do(calls.words(desk.id, topic.message_id, {"text": "Hi", "entities": []}))
    assert isinstance(sent, Sent)
    target = {"message_id": sent.message_id, "emoji": "👀"}
    source = {"from_chat_id": sara.id, "from_message_id": said.id}
    more = [
        media_calls.media(desk.id, topic.message_id, source),
        media_calls.media(desk.id, topic.message_id, source | {"forward": True}),
        calls.words(desk.id, topic.message_id, {"text": "Hi!", "message_id": sent.message_id}),
        calls.pin(desk.id, target),
        calls.react(desk.id, target),
        calls.react(desk.id, target | {"emoji": ""}),
        calls.rename_topic(desk.id, topic.message_id, calls.Named("Sara B")),
        calls.turn_topic(desk.id, topic.message_id, "close"),
        calls.turn_topic(desk.id, topic.message_id, "reopen"),
        media_calls.delete(desk.id, target),
    ]
    outcomes = [await speaker.do(call) for call in more]
    assert [type(outcome) for outcome in outcomes] == [Sent] * len(more)
    assert telegram.violations() == []


async def test_an_edit_that_changes_nothing_is_as_good_as_done(speaker: Speaker, sara: User) -> None:
    first = await speaker.do(hello(sara.id))
    assert isinstance(first, Sent)
    assert await speaker.do(hello(sara.id, edit=first.message_id)) == first


async def test_what_telegram_says_is_understood(
    telegram: TelegramSandbox, speaker: Speaker, sara: User, desk: Chat
) -> None:
    gone = await speaker.do(calls.new_topic(desk.id, calls.Named("Gone")))
    assert isinstance(gone, Sent)
    await telegram.deletes_topic(desk, "Gone")
    expected: list[tuple[Call, Outcome]] = [
        (hello(desk.id, thread_id=gone.message_id), TopicGone()),
        (hello(sara.id, "<b>broken"), Rejected("markup")),
        (hello(sara.id, edit=99999), Vanished()),
        (media_calls.delete(sara.id, {"message_id": 99999}), Vanished()),
        (hello(4242), Unreachable("not_found")),
        (calls.words(sara.id, None, {"text": "x" * 5000}), Rejected("too_long")),
    ]
    assert [(await speaker.do(call)) for call, _ in expected] == [outcome for _, outcome in expected]


async def test_a_closed_topic_is_told_from_a_deleted_one(
    telegram: TelegramSandbox, speaker: Speaker, desk: Chat
) -> None:
    topic = await speaker.do(calls.new_topic(desk.id, calls.Named("T")))
    assert isinstance(topic, Sent)
    await telegram.fault("bad_request", "sendMessage", text="TOPIC_CLOSED")
    assert await speaker.do(hello(desk.id, thread_id=topic.message_id)) == TopicGone(closed=True)


async def test_people_and_groups_out_of_reach_are_known_by_their_reason(
    telegram: TelegramSandbox, speaker: Speaker, sara: User, desk: Chat
) -> None:
    stranger = await telegram.user("Nobody")
    await telegram.blocks(sara)
    assert await speaker.do(hello(sara.id)) == Unreachable("blocked")
    assert isinstance(await speaker.do(hello(stranger.id)), Unreachable)
    await telegram.promote_bot(desk, [])
    assert await speaker.do(calls.new_topic(desk.id, calls.Named("T"))) == Rejected("no_rights", rights=True)


async def test_a_group_that_moved_says_where(telegram: TelegramSandbox, speaker: Speaker, desk: Chat) -> None:
    new = await telegram.migrates(desk)
    assert await speaker.do(hello(desk.id)) == Moved(new.id)


async def test_flood_control_rests_its_chat_alone(
    telegram: TelegramSandbox, speaker: Speaker, pacer: Pacer, sara: User
) -> None:
    await telegram.fault("flood", "sendMessage", chat=sara, seconds=7)
    assert await speaker.do(hello(sara.id)) == RetryAt(timedelta(seconds=7), "flood")
    assert pacer.held() == [sara.id]
    assert pacer.delay() == 0


@pytest.mark.parametrize("fault", ["bad_gateway", "late_gateway", "hang", "lose", "drop"])
async def test_what_may_have_arrived_is_in_doubt(
    telegram: TelegramSandbox, speaker: Speaker, sara: User, fault: str
) -> None:
    await telegram.fault(fault, "sendMessage", seconds=1)
    assert isinstance(await speaker.do(hello(sara.id)), InDoubt)


async def test_what_never_left_is_not_in_doubt_and_everybody_waits_longer_each_time(pacer: Pacer) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        voice = Speaker("1:x", f"http://127.0.0.1:{closed.getsockname()[1]}", pacer)
        outcomes = [await voice.do(hello(5)) for _ in range(8)]
    await voice.close()
    assert {type(outcome) for outcome in outcomes} == {RetryAt}
    assert pacer.delay() == 30


async def test_a_token_that_is_refused_stops_everything_for_a_while(telegram: TelegramSandbox, pacer: Pacer) -> None:
    voice = Speaker("1:wrong", telegram.url, pacer)
    assert await voice.do(hello(5)) == RetryAt(timedelta(minutes=1), "token")
    await voice.close()
    assert pacer.delay() == 60


async def test_neither_token_nor_words_are_ever_logged(
    speaker: Speaker, sara: User, telegram: TelegramSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await telegram.fault("forbidden", "sendMessage", text="bot was blocked by the user")
    assert await speaker.do(hello(sara.id, "a secret word")) == Unreachable("blocked")
    assert telegram.token not in caplog.text + repr(speaker)
    assert "secret word" not in caplog.text


def test_a_proxy_of_the_environment_is_not_used_on_this_machine() -> None:
    local = ("http://127.0.0.1:81", "http://localhost:81", "http://[::1]:81")
    assert [is_loopback(url) for url in local] == [True] * 3
    assert not is_loopback("https://api.telegram.org")
