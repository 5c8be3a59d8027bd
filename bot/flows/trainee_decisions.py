"""Who lets a trainee's words go: a lead or an owner of the shop, whoever presses first."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from msgspec import Struct

from bot.domain.access import Deed, may
from bot.flows import agents, pending_replies, relay
from bot.flows.agents import Agent, Place
from bot.flows.relay import Said
from bot.flows.trainee_marks import LET_GO, NOT_SENT, mark_of, reaction, take_question, write_down
from bot.flows.trainees import DROP, GONE, HOLDS, OVER, SEND
from bot.flows.turn import Answer, Answers, Turn
from bot.store import customers, desk_tickets, outbox, pending, tickets
from bot.store.models import PendingReply
from bot.store.ms import from_ms
from bot.store.pending import DROPPED, SENT, TRAINEE, WAITING


class Press(Struct, frozen=True):
    """Who pressed what in the group of which shop; `under`: the message that the question replies to, None where it
    was deleted."""

    said: Sequence[str]
    shop_id: int | None
    agent: Agent | None
    under: int | None


async def press(turn: Turn, pressed: Press) -> Answers:
    """One press; words of another shop are answered as none."""
    number, mark, what = (*pressed.said, "", "", "")[:3]
    row = await pending.find(int(number)) if _is_id(number) else None
    if row is None or not _is_theirs(row, pressed.shop_id) or what not in _CARRY_OUT:
        turn.toast = Answer("not_for_you")
    elif pressed.agent is None:
        turn.toast = Answer("desk_unchecked")
    elif not may(pressed.agent.role, Deed.APPROVE):
        turn.toast = Answer("reply_not_yours", {TRAINEE: True})
    else:
        await _decide(turn, row, pressed.agent, pressed.under, mark, what)
    return None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _is_theirs(row: PendingReply, shop_id: int | None) -> bool:
    return row.why == TRAINEE and row.merchant_id == shop_id


async def _decide(turn: Turn, row: PendingReply, agent: Agent, under: int | None, mark: str, what: str) -> None:
    _ = await tickets.lock(row.customer_id)
    if row.state != WAITING:
        turn.toast = await pending_replies.decided(row)
    elif under != row.source_message_id:
        await _give_up(turn, row, agent.user_id, GONE, "trainee_gone")
    elif await _is_over(row, turn.now):
        await _give_up(turn, row, agent.user_id, OVER, "trainee_over")
    elif mark != mark_of(await pending.together(row)):
        turn.toast = Answer("trainee_changed")
    else:
        await _CARRY_OUT[what](turn, row, agent)


async def _is_over(row: PendingReply, now: datetime) -> bool:
    """Nobody decided within a week, or the ticket was closed since."""
    closed = await desk_tickets.closed_of(row.customer_id, 1)
    since = any((one.closed_ms or 0) >= row.made_ms for one in closed)
    return since or now - from_ms(row.made_ms) > HOLDS


async def _give_up(turn: Turn, row: PendingReply, user_id: int, state: str, why: str) -> None:
    for one in await pending.together(row):
        await pending.decide(one.id, state, user_id, turn.now)
        await outbox.put([reaction(one, NOT_SENT, turn.now)])
    await write_down(row, user_id, {GONE: "withdrawn"}.get(state, state), turn.now)
    await take_question(row, turn.message_id, turn)
    turn.toast = Answer(why)


async def _send(turn: Turn, row: PendingReply, agent: Agent) -> None:
    items = [one for one in await pending.together(row) if await pending.decide(one.id, SENT, agent.user_id, turn.now)]
    if not items:
        turn.toast = await pending_replies.decided(await PendingReply.get(id=row.id))
        return
    customer = await customers.customer(row.customer_id)
    assert customer is not None  # noqa: S101 - held by the caller
    where = Place(customer, await customers.merchant(row.merchant_id))
    author = await agents.author(row.merchant_id, row.user_id)
    for one in items:
        there = replace(turn, chat_id=one.source_chat_id or turn.chat_id)
        await relay.agent_says(there, where, author, _said(one))
        await outbox.put([reaction(one, LET_GO, turn.now)])
    await write_down(row, agent.user_id, "send", turn.now)
    await take_question(row, turn.message_id, turn)


def _said(row: PendingReply) -> Said:
    return Said(
        message_id=row.source_message_id or 0,
        text=row.text,
        entities=orjson.loads(row.entities),
        media=row.media,
        reply_to=row.reply_to,
        album=row.subject or None,
    )


async def _drop(turn: Turn, row: PendingReply, agent: Agent) -> None:
    for one in await pending.together(row):
        await pending.decide(one.id, DROPPED, agent.user_id, turn.now)
        await outbox.put([reaction(one, NOT_SENT, turn.now)])
    await write_down(row, agent.user_id, "drop", turn.now)
    await take_question(row, turn.message_id, turn)


_CARRY_OUT: Mapping[str, Callable[[Turn, PendingReply, Agent], Awaitable[None]]] = {SEND: _send, DROP: _drop}
