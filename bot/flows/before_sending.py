"""An agent's words on their way out: most leave at once, those that he had better look at again wait for a tap."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from bot.flows import corrections, pending_replies, relay, reply_doubts
from bot.flows.agents import Agent, Place, told
from bot.flows.relay import Said
from bot.flows.trainee_marks import name_of
from bot.flows.turn import Answer, Answers, Turn
from bot.store import outbox, pending, ticket_messages
from bot.store.models import PendingReply, TicketMessage
from bot.store.pending import WAITING, WARNED
from bot.store.ticket_messages import OUT


async def say(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """To the customer, or back to the agent with what there is to see; by then nothing has left.

    An album waits as one, under one question.
    """
    beside = await pending.album(turn.chat_id, WARNED, said.album) if said.album is not None else []
    if not beside and not await _look(turn, where, said.text):
        return await relay.agent_says(turn, where, agent, said)
    pending_id = await pending_replies.hold(turn, where, agent, said, WARNED)
    row = await pending.find(pending_id) if pending_id is not None else None
    if row is not None and (said.text or not beside):
        await _ask(turn, where, await pending.together(row))
    return None


async def correct(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """He corrects what he wrote: looked at like any words, be it that the old ones wait or that they have left."""
    row = await pending.at(turn.chat_id, said.message_id)
    if row is not None and row.state == WAITING:
        return await _reworded(turn, where, agent, said, row)
    kept = await _said_before(turn, said)
    if kept is not None and await _look(turn, where, said.text):
        await corrections.pin(kept)
        pending_id = await pending_replies.hold_correction(turn, where, agent, said, WARNED)
        made = await pending.find(pending_id) if pending_id is not None else None
        if made is not None:
            await _ask(turn, where, [made], has_left=True)
        return None
    return await corrections.agent_edits(turn, where, agent, said)


async def take_back(turn: Turn, where: Place, agent: Agent, replied: Said | None) -> Answers:
    """`/del` in reply to words that wait as to words that have left: of a correction that waits, both go."""
    row = await pending.at(turn.chat_id, replied.message_id) if replied is not None else None
    if row is None or row.customer_id != where.customer.id or (row.why, row.state) != (WARNED, WAITING):
        return await relay.take_back(turn, where, agent, replied)
    await pending_replies.withdraw(turn, where, agent, await pending.together(row))
    left = await ticket_messages.by_source(turn.chat_id, row.source_message_id or 0)
    return None if left is None else await relay.take_back(turn, where, agent, replied)


async def _said_before(turn: Turn, said: Said) -> TicketMessage | None:
    kept = await ticket_messages.by_source(turn.chat_id, said.message_id)
    return kept if kept is not None and kept.direction == OUT else None


async def _reworded(turn: Turn, where: Place, agent: Agent, said: Said, row: PendingReply) -> Answers:
    """What waits is what he says now: without a doubt it leaves, else the question is asked for it."""
    await pending.reword((turn.chat_id, said.message_id), said.text, said.entities)
    if row.why != WARNED:
        return None
    rows = await pending.changed(await pending.together(row), turn.now)
    if await _look(turn, where, _words(rows)):
        await _ask(turn, where, rows, has_left=await _said_before(turn, said) is not None)
        return None
    return await pending_replies.let_go(turn, where, agent, rows)


async def _look(turn: Turn, where: Place, text: str) -> list[dict[str, Any]]:
    return [] if where.is_forgotten else await reply_doubts.facts_of(text, where, turn.now)


def _words(rows: Sequence[PendingReply]) -> str:
    """Of an album all captions."""
    return "\n".join(row.text for row in rows if row.text)


async def _ask(turn: Turn, where: Place, rows: Sequence[PendingReply], *, has_left: bool = False) -> None:
    """Under the (first) message; asked before, the question changes in its place."""
    doubts, row, name = await _look(turn, where, _words(rows)), rows[0], name_of(rows[0])
    more = {"has_left": True} if has_left else {}
    answer = told(turn, where, "reply_held", doubts=doubts, **more)
    asked = Answer(
        answer.kind,
        answer.facts,
        pending_replies.warned(rows),
        edit=await pending.stands_at(name),
        reply_to=row.source_message_id,
        reader=answer.reader,
        merchant_id=answer.merchant_id,
    )
    made = turn.outgoing(asked, 0)
    await outbox.put([replace(made, cause=f"{name}:u{turn.update_id}", collapse=name, customer_id=row.customer_id)])
