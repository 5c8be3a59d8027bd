"""Words to a customer that wait for a tap: shown with Send, sent by whoever presses first, once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import orjson

from bot.domain.access import Deed, may
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import agents, cards, corrections, ready_replies, relay
from bot.flows.agents import Agent, Place, told
from bot.flows.ready_replies import Ready
from bot.flows.relay import Said
from bot.flows.trainee_marks import mark_of, name_of, take_question
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import audit, customers, outbox, pending, ticket_messages, tickets
from bot.store.models import PendingReply
from bot.store.ms import from_ms
from bot.store.pending import DROPPED, MACRO, RENEWED, SENT, SUGGESTED, TRAINEE, WARNED, Held
from bot.texts.bidi import utf16_len
from bot.texts.forms import MissingFact
from bot.texts.macros import signed
from bot.texts.marked import with_entities

VERB = "pr"
SEND, ANYWAY, DROP, EDIT = "s", "a", "n", "e"
"""Of the buttons: `pr:<id>:<what>`; ANYWAY: of ready words under which there are doubts to read."""
HOLDS = timedelta(days=1)
"""Later a day that is named in it may be over."""
NOT_SENT = "🤷"
MOST_COPIED = 256
"""UTF-16 units that a button can copy."""
NEEDS: Mapping[str, Deed] = {TRAINEE: Deed.APPROVE, WARNED: Deed.ANSWER, MACRO: Deed.ANSWER, SUGGESTED: Deed.ANSWER}
"""Why it waits → the right of who may let it go."""
OF_PERSONS = frozenset({TRAINEE, WARNED})
"""Written by an agent: they leave in his name, whoever lets them go."""


# ---- waiting


async def hold(turn: Turn, where: Place, agent: Agent, said: Said, why: str) -> int | None:
    """An agent's own message waits; None where it does already (the same update once more)."""
    return await pending.hold(_held(turn, where, agent, said, why), turn.now)


async def hold_correction(turn: Turn, where: Place, agent: Agent, said: Said, why: str) -> int | None:
    """His words have left; the ones he would put in their place wait."""
    held = msgspec.structs.replace(_held(turn, where, agent, said, why), subject="")
    row = await pending.at(turn.chat_id, said.message_id)
    if row is None:
        return await pending.hold(held, turn.now)
    await pending.hold_again(row.id, held, turn.now)
    return int(row.id)


def _held(turn: Turn, where: Place, agent: Agent, said: Said, why: str) -> Held:
    return Held(
        where.merchant.id,
        where.customer.id,
        agent.user_id,
        why,
        said.text,
        said.entities,
        said.media,
        (turn.chat_id, said.message_id),
        said.reply_to,
        said.album or "",
    )


async def preview(turn: Turn, where: Place, agent: Agent, ready: Ready) -> Answer:
    """Words of ours wait, shown as he will read them; they leave in the name of whoever sends them."""
    held = Held(
        where.merchant.id, where.customer.id, agent.user_id, ready.why, ready.words, subject=ready.subject
    )  # fmt: skip
    pending_id = await pending.hold(held, turn.now) or 0
    plain = with_entities(signed(ready.words, agent.name))[0]
    macro = ready.subject if ready.why == MACRO else None
    more = {"macro": macro, "name": ready.name, "fallback": ready.fallback, "doubts": list(ready.doubts)}
    under = _buttons(pending_id, plain, doubtful=bool(ready.doubts))
    return in_topic(turn, where, Answer("reply_preview", shown(plain, **more), under))


def warned(rows: Sequence[PendingReply]) -> Buttons:
    """Send anyway, don't: of these words alone, not of what they may be changed to."""
    name, mark = f"{VERB}:{rows[0].id}", mark_of(rows)
    return ((("send_anyway", f"{name}:{SEND}:{mark}"), ("dont_send", f"{name}:{DROP}:{mark}")),)


def once_more(row: PendingReply) -> Buttons:
    """The same for words that are shown again, as their topic is gone."""
    return warned([row]) if row.why == WARNED else _buttons(row.id, row.text, doubtful=False)


def _buttons(pending_id: int, text: str, *, doubtful: bool) -> Buttons:
    """Send, take the `text` to edit, don't."""
    label, what = ("send_anyway", ANYWAY) if doubtful else ("send_reply", SEND)
    send, drop = (label, f"{VERB}:{pending_id}:{what}"), ("dont_send", f"{VERB}:{pending_id}:{DROP}")
    return ((send, ("edit_reply", _copied(pending_id, text)), drop),)


def _copied(pending_id: int, text: str) -> str:
    """What a button can copy, else what asks for the words alone."""
    return f"copy:{text}" if utf16_len(text) <= MOST_COPIED else f"{VERB}:{pending_id}:{EDIT}"


# ---- pressed


async def press(turn: Turn, shop_id: int | None, agent: Agent | None, said: Sequence[str]) -> Answers:
    """One press. Words of another shop are answered as none; `agent` None: nobody knows whether he belongs here."""
    number, what, mark = (*said, "", "", "")[:3]
    row = await pending.find(int(number)) if number.isascii() and number.isdecimal() and len(number) <= 18 else None
    if row is None or row.merchant_id != shop_id or what not in _CARRY_OUT:
        turn.toast = Answer("not_for_you")
    elif agent is None:
        turn.toast = Answer("desk_unchecked")
    elif not may(agent.role, NEEDS.get(row.why, Deed.APPROVE)):
        turn.toast = Answer("reply_not_yours", {row.why: True})
    elif row.state != pending.WAITING:
        turn.toast = await decided(row)
    elif turn.now - from_ms(row.made_ms) > HOLDS:
        turn.toast = Answer("reply_old")
    elif row.why == WARNED and mark != mark_of(await pending.together(row)):
        turn.toast = Answer("trainee_changed")
    else:
        return await _CARRY_OUT[what](turn, row, agent)
    return None


async def decided(row: PendingReply) -> Answer:
    who = await agents.name_of(row.merchant_id, row.decided_by) if row.decided_by is not None else ""
    at = from_ms(row.decided_ms).isoformat() if row.decided_ms is not None else None
    merchant = await customers.merchant(row.merchant_id)
    reader = {"zone": merchant.zone, "country": merchant.country}
    return Answer("reply_decided", {row.state: True, "who": who, "decided_at": at}, reader=reader)


async def _take(turn: Turn, row: PendingReply, agent: Agent, state: str) -> Place | None:
    """Whoever is first; None where somebody was faster."""
    customer = await tickets.lock(row.customer_id)
    if not await pending.decide(row.id, state, agent.user_id, turn.now):
        turn.toast = await decided(await PendingReply.get(id=row.id))
        return None
    deed = f"reply.{row.why}.{state}"
    await audit.write(row.merchant_id, agent.user_id, deed, f"customer:{customer.id}", turn.now, row.subject)
    return Place(customer, await customers.merchant(row.merchant_id))


async def _send(turn: Turn, row: PendingReply, agent: Agent) -> Answers:
    if row.why not in OF_PERSONS:
        return await _send_ready(turn, row, agent, seen=False)
    others = (await pending.together(row))[1:]
    where = await _take(turn, row, agent, SENT)
    if where is None:
        return None
    refused = await _leave(turn, where, row)
    for one in others:
        if await pending.decide(one.id, SENT, agent.user_id, turn.now):
            await _leave(turn, where, one)
    if row.source_message_id is None:
        author = await agents.author(row.merchant_id, row.user_id)
        return refused or _as_sent(turn, where, author, row.text)
    await outbox.put([_gone(turn, where)])
    return refused


async def let_go(turn: Turn, where: Place, agent: Agent, rows: Sequence[PendingReply]) -> Answers:
    """Changed by their author, they need nobody's tap any more: they leave, and the question is not asked."""
    refused: Answers = None
    for row in rows:
        if await pending.decide(row.id, SENT, agent.user_id, turn.now):
            refused = await _leave(turn, where, row) or refused
    await take_question(rows[0], await pending.stands_at(name_of(rows[0])), turn)
    return refused


async def withdraw(turn: Turn, where: Place, agent: Agent, rows: Sequence[PendingReply]) -> None:
    """Taken back by a word instead of the button: they do not leave, and the question goes."""
    for row in rows:
        await pending.decide(row.id, DROPPED, agent.user_id, turn.now)
    about = f"customer:{where.customer.id}"
    await audit.write(where.merchant.id, turn.user_id, f"reply.{WARNED}.{DROPPED}", about, turn.now)
    await take_question(rows[0], await pending.stands_at(name_of(rows[0])), turn)
    await outbox.put([mark for row in rows for mark in _marked(turn, where, row)])


async def _leave(turn: Turn, where: Place, row: PendingReply) -> Answers:
    """An agent's words, in his name; where earlier ones of the message have left, in their place."""
    author = await agents.author(row.merchant_id, row.user_id)
    there = replace(turn, chat_id=row.source_chat_id or turn.chat_id)
    entities, album = orjson.loads(row.entities), row.subject or None
    said = Said(row.source_message_id or turn.message_id or 0, row.text, row.media, row.reply_to, entities, album)
    left = await ticket_messages.by_source(there.chat_id, said.message_id)
    if left is None:
        return await relay.agent_says(there, where, author, said)
    return await corrections.agent_edits(there, where, author, msgspec.structs.replace(said, file=left.file))


async def _send_anyway(turn: Turn, row: PendingReply, agent: Agent) -> Answers:
    return await (_send(turn, row, agent) if row.why in OF_PERSONS else _send_ready(turn, row, agent, seen=True))


async def _send_ready(turn: Turn, row: PendingReply, agent: Agent, *, seen: bool) -> Answers:
    """Words of ours leave only as they hold now; `seen`: he has read what there is to doubt in them."""
    customer = await tickets.lock(row.customer_id)
    where = Place(customer, await customers.merchant(row.merchant_id))
    try:
        ready = await ready_replies.again(row, where, agent, turn.now)
    except MissingFact as error:
        turn.toast = unfilled(row.subject, error)
        return None
    if ready is None:
        turn.toast = Answer("macro_gone")
        return None
    if ready.words != row.text or (ready.doubts and not seen):
        return await _renew(turn, where, row, agent, ready)
    if await _take(turn, row, agent, SENT) is None:
        return None
    text, entities = with_entities(signed(row.text, agent.name))
    said = Said(turn.message_id or 0, text, entities=entities)
    refused = await relay.agent_says(turn, where, agent, said, ready.next_at)
    return refused or _as_sent(turn, where, agent, text)


async def _renew(turn: Turn, where: Place, row: PendingReply, agent: Agent, ready: Ready) -> Answers:
    """What holds now takes the place of what was shown, to be pressed again."""
    if await _take(turn, row, agent, RENEWED) is None:
        return None
    turn.toast = await decided(await PendingReply.get(id=row.id))
    return replace(await preview(turn, where, agent, ready), edit=turn.message_id)


def unfilled(macro: str, error: MissingFact) -> Answer:
    """Which fact a macro has no words without."""
    return Answer("macro_unfilled", {"macro": macro, "hole": f"{{{error.args[0]}}}"})


def _as_sent(turn: Turn, where: Place, agent: Agent, text: str) -> Answer:
    """The preview stays as what was said, without its buttons."""
    said = told(turn, where, "reply_sent", **shown(text, who=agent.name))
    return replace(said, edit=turn.message_id)


async def _drop(turn: Turn, row: PendingReply, agent: Agent) -> Answers:
    others = (await pending.together(row))[1:]
    where = await _take(turn, row, agent, DROPPED)
    if where is None:
        return None
    for one in others:
        await pending.decide(one.id, DROPPED, agent.user_id, turn.now)
    marks = [mark for one in (row, *others) for mark in _marked(turn, where, one)]
    await outbox.put([_gone(turn, where), *marks])
    return None


def _marked(turn: Turn, where: Place, row: PendingReply) -> list[Outgoing]:
    """A mark on the agent's own message that it was not sent."""
    said = row.source_message_id
    return [cards.reaction(where.customer, turn, said, NOT_SENT)] if said else []


async def _edit(turn: Turn, row: PendingReply, agent: Agent) -> Answers:
    """The words alone, to be copied and changed."""
    words = row.text if row.why in OF_PERSONS else with_entities(signed(row.text, agent.name))[0]
    return Answer("reply_text", shown(words), merchant_id=row.merchant_id)


def _gone(turn: Turn, where: Place) -> Outgoing:
    """Our question vanishes: that costs the group's budget nothing."""
    customer = where.customer
    return Outgoing(
        act=Act.DELETE,
        cause=f"asked:{turn.chat_id}:{turn.message_id}",
        payload={"message_id": turn.message_id},
        priority=Priority.ANSWER,
        lane=f"{outbox.DESK}{customer.id}",
        due_at=turn.now,
        chat_id=turn.chat_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
    )


_CARRY_OUT: Mapping[str, Callable[[Turn, PendingReply, Agent], Awaitable[Answers]]] = {
    SEND: _send,
    ANYWAY: _send_anyway,
    DROP: _drop,
    EDIT: _edit,
}


def shown(text: str, **facts: Any) -> dict[str, Any]:
    """The facts of a preview: the words line by line."""
    return {"lines": text.split("\n")} | {name: fact for name, fact in facts.items() if fact}


def in_topic(turn: Turn, where: Place, said: Answer) -> Answer:
    """Said in the customer's topic, also where the message that was pressed does not tell its topic."""
    here = where.customer.topic_id if where.customer.topic_chat_id == turn.chat_id else None
    return replace(said, thread_id=here, merchant_id=where.merchant.id)
