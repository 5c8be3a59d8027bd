"""A trainee's words to a customer: they wait in the topic until a lead or an owner lets them go, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from bot.domain.outgoing import Outgoing
from bot.flows.agents import Agent, Place, told
from bot.flows.relay import Said
from bot.flows.trainee_marks import NOT_SENT, mark_of, name_of, reaction, take_question, write_down
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import audit, outbox, pending
from bot.store.models import PendingReply
from bot.store.pending import TRAINEE, Held

VERB = "tr"
SEND, DROP = "s", "n"
"""Of the buttons: `tr:<id>:<what the words were>:<what>`: nobody lets go what he has not read."""
HOLDS = timedelta(days=7)
GONE, OVER = "gone", "over"
"""It was taken back by its author; nobody decided in time."""


async def say(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """His words wait, under one question; an album is one question, under its first item."""
    if where.is_forgotten:
        return told(turn, where, "desk_forgotten")
    held = Held(
        where.merchant.id,
        where.customer.id,
        agent.user_id,
        TRAINEE,
        said.text,
        said.entities,
        said.media,
        (turn.chat_id, said.message_id),
        said.reply_to,
        said.album or "",
    )
    made = await pending.hold(held, turn.now)
    row = await pending.find(made) if made is not None else None
    if row is not None and len(await pending.together(row)) == 1:
        await outbox.put([_question(turn, where, [row])])
    return None


def _question(turn: Turn, where: Place, rows: Sequence[PendingReply], edit: int | None = None) -> Outgoing:
    answer, row = told(turn, where, "trainee_asks"), rows[0]
    asks = Answer(answer.kind, answer.facts, _buttons(rows), edit, row.source_message_id, reader=answer.reader)
    made = turn.outgoing(replace(asks, merchant_id=where.merchant.id), 0)
    name = name_of(row)
    return msgspec.structs.replace(made, cause=f"{name}:u{turn.update_id}", collapse=name, customer_id=row.customer_id)


def _buttons(rows: Sequence[PendingReply]) -> Buttons:
    mark = f"{VERB}:{rows[0].id}:{mark_of(rows)}"
    return ((("send_reply", f"{mark}:{SEND}"), ("dont_send", f"{mark}:{DROP}")),)


async def correct(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """He corrects words that wait: the question is asked for the new ones. What has left stays as it was approved."""
    row = await pending.at(turn.chat_id, said.message_id)
    if row is None or row.customer_id != where.customer.id:
        return None
    if not await pending.reword((turn.chat_id, said.message_id), said.text, said.entities):
        await outbox.put([reaction(row, NOT_SENT, turn.now)])
        return None
    rows = await pending.changed(await pending.together(row), turn.now)
    await outbox.put([_question(turn, where, rows, await pending.stands_at(name_of(rows[0])))])
    return None


async def withdraw(turn: Turn, where: Place, agent: Agent, replied: int | None) -> Answers:
    """`/del` in reply to his own words that wait: they are taken back."""
    row = await pending.at(turn.chat_id, replied) if replied is not None else None
    mine = row is not None and row.user_id == agent.user_id and row.customer_id == where.customer.id
    if row is None or not mine or not await pending.decide(row.id, GONE, agent.user_id, turn.now):
        return told(turn, where, "desk_del_usage")
    await write_down(row, agent.user_id, "withdrawn", turn.now)
    await take_question(row, await pending.stands_at(name_of(row)), turn)
    await outbox.put([reaction(row, NOT_SENT, turn.now)])
    return None


async def expire(now: datetime) -> int:
    """What nobody decided on within a week is over; its author sees it. Returns how many."""
    rows = await pending.undecided(TRAINEE, now - HOLDS)
    await pending.end([row.id for row in rows], OVER, now)
    await audit.by_itself([(row.merchant_id, f"trainee.{OVER}", f"customer:{row.customer_id}") for row in rows], now)
    await outbox.put([reaction(row, NOT_SENT, now) for row in rows if row.source_message_id is not None])
    return len(rows)
