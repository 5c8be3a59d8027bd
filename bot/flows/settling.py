"""What Telegram said about a row, written down in one transaction: one way for each outcome."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec.structs import replace

from bot.domain.outgoing import (
    Act,
    InDoubt,
    Leaving,
    Moved,
    Outgoing,
    Priority,
    Rejected,
    RetryAt,
    Sent,
    TopicGone,
    Unreachable,
    Vanished,
)
from bot.flows import asked_again, calls, desk_health, doubt, heard, place, reach, reminding
from bot.flows.calls import Call, Drop, Fate, Later, Unprepared
from bot.flows.outgoing import NO_DESK
from bot.flows.word_fates import failed as words_failed
from bot.flows.words_settling import instead, stand, went_on
from bot.store import core, destinations, draft_posts, outbox
from bot.store.outbox import Settled

log = structlog.get_logger(__name__)

GENERAL_CLOSED = timedelta(seconds=30)
MOST_TRIES = 12
SECOND, LONGEST_REST = timedelta(seconds=1), timedelta(minutes=10)
"""So often a row may come back with something mended (a topic made anew, markup left out) before it is given up."""
_STEPS_DONE = ("reopen", "topic_repeat", "card_repeat")
_MARKS = frozenset({Act.PIN, Act.REACT, Act.DELETE})
_LEFT_ALONE = _MARKS | {Act.TOPIC, Act.PLACE}
"""What was to be changed is gone: nothing takes its place."""


async def settle(row: Leaving, call: Call | None, outcome: Fate, now: datetime) -> None:
    """Carry out what an outcome means; `call` is what was sent, None where nothing could be."""
    async with core.transaction():
        if not await went_on(row, call, outcome, now):
            await _WAYS[type(outcome)](row, call, outcome, now)


# ---- it arrived


async def _sent(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    write = _WRITES.get(call.step)
    if write is not None:
        await write(row, call, sent, now)
    if row.lane.startswith(outbox.DESK) and row.merchant_id is not None:
        await desk_health.works(row.merchant_id, call.chat_id, _over(call), f"{row.id}:{row.attempts}", now)
    if call.step is row.act:
        done = _with(row, {"digest": call.digest}) if call.digest else row
        await outbox.settle([Settled(done, "sent", sent.message_id)], now)
    else:
        rest = {name: value for name, value in row.payload.items() if name not in _STEPS_DONE}
        await outbox.requeue(row, rest, counted=False)


def _over(call: Call) -> frozenset[str]:
    """Troubles of a group that are over since it took this."""
    if call.step is Act.TOPIC:
        return reach.REACH | desk_health.FLAT
    return reach.REACH | {desk_health.NO_FORUM} if "message_thread_id" in call.params else reach.REACH


async def _notice_stands(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    await heard.remember(row, now)


async def _answer_stands(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    await place.stands(row, sent.message_id, now)


async def _live_stands(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    await destinations.live_stands(row.payload["follow"], sent.message_id, call.digest)


async def _topic_stands(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    if row.customer_id is None:
        return
    if call.method == "createForumTopic" and sent.message_id is not None:
        await destinations.topic_made(row.customer_id, call.chat_id, sent.message_id, call.params["name"], call.digest)
        await asked_again.topic_made(row.customer_id, call.chat_id, now)
    elif call.method == "editForumTopic":
        await destinations.topic_renamed(row.customer_id, call.params["name"], call.digest)
    else:
        await destinations.topic_closed(row.customer_id, call.method == "closeForumTopic")


async def _card_stands(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    if call.method != "sendMessage" or row.customer_id is None or sent.message_id is None:
        return
    await destinations.card_stands(row.customer_id, sent.message_id)
    pin = _beside(row, Act.PIN, call.chat_id, f"pin:{call.chat_id}:{sent.message_id}", now)
    await outbox.put([pin({"message_id": sent.message_id})])
    if row.payload.get("repeat" if call.step is row.act else "card_repeat"):
        await _mark_repeat(row, call, sent.message_id, now)


async def _draft_stands(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    await draft_posts.stands(row.payload["post"], call.chat_id, sent.message_id, call.digest)


async def _words_stand(row: Leaving, call: Call, sent: Sent, now: datetime) -> None:
    await stand(row, call, sent)
    if row.payload.get("repeat") and sent.message_id is not None:
        await _mark_repeat(row, call, sent.message_id, now)


async def _mark_repeat(row: Leaving, call: Call, message_id: int, now: datetime) -> None:
    """A mark that stays, whatever is edited later."""
    mark = _beside(row, Act.REACT, call.chat_id, f"repeat:{call.chat_id}:{message_id}", now)
    await outbox.put([mark({"message_id": message_id, "emoji": calls.IN_DOUBT})])


def _beside(row: Leaving, act: Act, chat_id: int, cause: str, now: datetime) -> Callable[[dict[str, Any]], Outgoing]:
    """A small act in the same lane as the row."""
    return lambda payload: Outgoing(
        act=act,
        cause=cause,
        payload=payload,
        priority=Priority.NEWS,
        lane=row.lane,
        due_at=now,
        chat_id=chat_id,
        customer_id=row.customer_id,
        merchant_id=row.merchant_id,
    )


_WRITES: Mapping[Act, Callable[[Leaving, Call, Sent, datetime], Awaitable[None]]] = {
    Act.ANSWER: _answer_stands,
    Act.NOTICE: _notice_stands,
    Act.LIVE: _live_stands,
    Act.TOPIC: _topic_stands,
    Act.CARD: _card_stands,
    Act.DRAFT: _draft_stands,
    Act.TEXT: _words_stand,
    Act.COPY: _words_stand,
    Act.ALBUM: _words_stand,
}


# ---- later, elsewhere, not at all


async def _again(row: Leaving, payload: Mapping[str, Any], now: datetime) -> None:
    """Once more with something mended."""
    if row.attempts >= MOST_TRIES:
        await _fail(row, "gave_up", now)
    else:
        await outbox.requeue(row, payload, counted=True)


async def _retry(row: Leaving, call: Call | None, outcome: RetryAt, now: datetime) -> None:
    await outbox.requeue(row, counted=False)


async def _put_off(row: Leaving, call: Call | None, outcome: Later, now: datetime) -> None:
    await outbox.put_off(row, outcome.at)


async def _unprepared(row: Leaving, call: Call | None, outcome: Unprepared, now: datetime) -> None:
    if row.attempts >= MOST_TRIES:
        await _fail(row, "unprepared", now)
    else:
        await outbox.put_off(row, now + min(SECOND * 2**row.attempts, LONGEST_REST), counted=True)


async def _moved(row: Leaving, call: Call, outcome: Moved, now: datetime) -> None:
    await destinations.move_chat(call.chat_id, outcome.chat_id)
    await outbox.requeue(row, counted=False)


async def _dropped(row: Leaving, call: Call | None, drop: Drop, now: datetime) -> None:
    if drop.reason == NO_DESK:
        await outbox.unaddress(row)
    else:
        await outbox.settle([Settled(row, "dropped", trouble=drop.reason)], now)
        if row.act is Act.NOTICE:
            await heard.forget(row, now)


async def _topic_gone(row: Leaving, call: Call, outcome: TopicGone, now: datetime) -> None:
    """A desk row makes or reopens the topic first when it leaves again; any other had its place only there."""
    thread_id = call.params.get("message_thread_id")
    if not row.lane.startswith(outbox.DESK) or row.customer_id is None:
        await _fail(row, "topic_gone", now)
    elif thread_id is None:  # General itself is closed to us
        await outbox.put_off(row, now + GENERAL_CLOSED)
        await _desk_trouble(row, call.chat_id, desk_health.MUTED, now)
    elif outcome.closed:
        await _again(row, row.payload | {"reopen": True}, now)
    else:
        await destinations.topic_gone(row.customer_id, thread_id)
        await asked_again.topic_gone(row.customer_id, call.chat_id, now)
        await _again(row, _unquoted(row), now)


def _unquoted(row: Leaving) -> dict[str, Any]:
    return {name: value for name, value in row.payload.items() if name not in ("reply_to", "reply_of")}


async def _vanished(row: Leaving, call: Call, outcome: Vanished, now: datetime) -> None:
    """What was to be changed is gone: marks have nothing left to do, a message of ours is sent anew."""
    if call.step in _LEFT_ALONE:
        await outbox.settle([Settled(row, "sent", trouble="vanished")], now)
    elif "message_id" in call.params and call.step is Act.LIVE:
        await destinations.live_stands(row.payload["follow"], None, 0)
        await _again(row, row.payload, now)
    elif "message_id" in call.params and call.step is Act.CARD and row.customer_id is not None:
        await destinations.card_stands(row.customer_id, None)
        await _again(row, row.payload, now)
    elif "message_id" in call.params and call.step is Act.DRAFT:
        await draft_posts.stands(row.payload["post"], call.chat_id, None, 0)
        await _again(row, row.payload, now)
    elif row.act is Act.ANSWER and "message_id" in row.payload:
        await _again(row, {name: value for name, value in row.payload.items() if name != "message_id"}, now)
    elif (said_anew := instead(row)) is not None:
        await _again(row, said_anew, now)
    else:
        await _fail(row, "vanished", now)


async def _rejected(row: Leaving, call: Call | None, outcome: Rejected, now: datetime) -> None:
    if outcome.rights and call is not None and call.step is Act.TOPIC and row.lane.startswith(outbox.DESK):
        await _no_topic(row, call, outcome.reason, now)
        return
    if outcome.rights and call is not None and _needs_desk(row, call):
        await outbox.requeue(row, counted=False)
        await _desk_trouble(row, call.chat_id, outcome.reason, now)
        return
    mended = _mended(row, call, outcome.reason)
    if mended is not None:
        log.warning("mended", outbox=row.id, act=row.act, trouble=outcome.reason)
        await _again(row, mended, now)
    else:
        await _fail(row, outcome.reason, now)


async def _no_topic(row: Leaving, call: Call, reason: str, now: datetime) -> None:
    """No topic can be made, opened or named: what was to be said there goes to General, and its name can wait."""
    if row.act is Act.TOPIC:
        await outbox.settle([Settled(row, "dropped", trouble=reason)], now)
    else:
        more = {"general": True} if call.method == "reopenForumTopic" else {}
        await outbox.requeue(row, row.payload | more, counted=False)
    await desk_health.refused_topic(row, call, reason, now)


def _mended(row: Leaving, call: Call | None, reason: str) -> dict[str, Any] | None:
    """The payload with which Telegram may take it after all."""
    if call is not None and call.step is Act.CARD and row.act is not Act.CARD:
        return row.payload | {"no_card": True}
    if call is not None and "icon_custom_emoji_id" in call.params:
        return row.payload | {"no_icon": True}
    if reason == "markup" and not row.payload.get("plain"):
        return row.payload | {"plain": True}
    if reason == "no_reply" and row.payload.keys() & {"reply_to", "reply_of"}:
        return _unquoted(row)
    if reason == "caption_too_long" and row.lane.startswith(outbox.DESK) and not row.payload.keys() & {"forward", "of"}:
        return row.payload | {"forward": True}
    return instead(row)


def _needs_desk(row: Leaving, call: Call) -> bool:
    """True for what must get into the topic: it waits until the desk works again."""
    return (
        row.lane.startswith(outbox.DESK) and call.step not in _MARKS and not (call.step is Act.TOPIC and call.harmless)
    )


async def _desk_trouble(row: Leaving, chat_id: int, reason: str, now: datetime) -> None:
    if row.merchant_id is not None:
        await desk_health.fell_ill(row.merchant_id, chat_id, reason, f"{row.id}:{row.attempts}", now)


async def _unreachable(row: Leaving, call: Call, outcome: Unreachable, now: datetime) -> None:
    if call.chat_id > 0 and outcome.reason in reach.OF_GROUPS:
        await _fail(row, "vanished", now)
    elif call.chat_id > 0:
        await _fail(row, outcome.reason, now)
        for dropped in await outbox.drop_lane(row.lane, outcome.reason, now):
            await words_failed(dropped, outcome.reason, now)
            await reminding.refused(dropped, call.chat_id, now)
        await reach.person_lost(row, call.chat_id, outcome.reason, now)
        await reminding.refused(row, call.chat_id, now)
    elif _needs_desk(row, call):
        await outbox.requeue(row, counted=False)
        await _desk_trouble(row, call.chat_id, outcome.reason, now)
    else:
        await _fail(row, outcome.reason, now)


async def _fail(row: Leaving, reason: str, now: datetime) -> None:
    log.warning("not_sent", outbox=row.id, act=row.act, trouble=reason)
    await outbox.settle([Settled(row, "failed", trouble=reason)], now)
    await words_failed(row, reason, now)


async def _in_doubt(row: Leaving, call: Call, outcome: InDoubt, now: datetime) -> None:
    await doubt.settle(row, call.step, harmless=call.harmless, reason=outcome.reason, now=now)


def _with(row: Leaving, more: Mapping[str, Any]) -> Leaving:
    return replace(row, payload=row.payload | dict(more))


_WAYS: Mapping[type, Callable[..., Awaitable[None]]] = {
    Sent: _sent,
    RetryAt: _retry,
    Moved: _moved,
    Unreachable: _unreachable,
    TopicGone: _topic_gone,
    Vanished: _vanished,
    Rejected: _rejected,
    InDoubt: _in_doubt,
    Drop: _dropped,
    Later: _put_off,
    Unprepared: _unprepared,
}
