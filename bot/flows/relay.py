"""An agent's words to the customer and what happens to them later; a customer's corrections."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.ticket import TicketEvent, TicketState, move
from bot.flows import calls, cards, place, waits
from bot.flows.agents import Agent, Place, told
from bot.flows.readers import reader_of
from bot.flows.turn import Answer, Answers, Turn, lane
from bot.store import audit, customers, desk_tickets, outbox, ticket_messages, tickets
from bot.store.models import Ticket, TicketMessage
from bot.store.ms import from_ms
from bot.store.ticket_messages import DELETED, FAILED, IN, IN_DOUBT, OUT, QUEUED
from bot.texts.bidi import utf16_len
from bot.texts.messages import LONGEST, render

TAKEN_BACK_WITHIN = timedelta(hours=47)
"""Telegram lets a bot delete messages for 48 hours."""

Entities = Sequence[dict[str, Any]]


class Said(Struct, frozen=True):
    """A message of a person's: its text with what is marked in it, or its media with the caption."""

    message_id: int
    text: str = ""
    entities: Entities = ()
    media: str | None = None
    reply_to: int | None = None


# ---- to the customer


async def agent_says(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """Any words of an agent go to the customer, once; with them the ticket is answered and the promise kept."""
    if where.is_forgotten:
        return told(turn, where, "desk_forgotten")
    customer = await tickets.lock(where.customer.id)
    ticket = await tickets.open_of(customer.id)
    kept = await ticket_messages.keep(
        customer.id,
        ticket.id if ticket else None,
        OUT,
        agent.user_id,
        (turn.chat_id, said.message_id),
        said.text,
        said.media,
        turn.now,
    )
    if kept is None:
        return None
    reply_to = await tickets.other_end(turn.chat_id, said.reply_to, customer.user_id) if said.reply_to else None
    await outbox.put(await _rows(turn, where, agent, said, kept, reply_to))
    await _answered(turn, where, agent, ticket)
    return None


async def _answered(turn: Turn, where: Place, agent: Agent, ticket: Ticket | None) -> None:
    await desk_tickets.keep_promises(where.customer.id, turn.now)
    if ticket is None:
        return
    before, state = ticket.state, move(TicketState(ticket.state), TicketEvent.AGENT_ANSWERED)
    if state is not None:
        await desk_tickets.answered(ticket, agent.user_id, state, turn.now)
        await waits.answered(where.merchant, ticket, turn.now)
        await ticket_messages.recall_all(cards.waking(ticket.id), turn.now)
        if ticket.state != before:
            await place.refresh(where.customer.id, turn.now, f"u{turn.update_id}")
    await cards.refresh_card(where.customer.id, turn.now, f"u{turn.update_id}")


async def _rows(
    turn: Turn, where: Place, agent: Agent, said: Said, kept: TicketMessage, reply_to: int | None
) -> list[Outgoing]:
    """The words; before an agent's first ones stands who he is."""
    cause = f"out:{turn.chat_id}:{said.message_id}"
    header = None if await ticket_messages.is_introduced(kept) else await _header(where, agent)
    content: dict[str, Any] = {"message": kept.id} | ({"reply_to": reply_to} if reply_to is not None else {})
    if said.media is None and (header is None or _fits(header, said.text)):
        return [_row(turn, where, Act.TEXT, cause, content | _worded(header, said))]
    act, words = _content(turn.chat_id, said)
    before = [] if header is None else [_row(turn, where, Act.TEXT, f"{cause}:who", _worded(None, _named(header)))]
    return [*before, _row(turn, where, act, cause, content | words)]


def _content(chat_id: int, said: Said) -> tuple[Act, dict[str, Any]]:
    if said.media is None:
        return Act.TEXT, _worded(None, said)
    return Act.COPY, {"from_chat_id": chat_id, "from_message_id": said.message_id}


async def _header(where: Place, agent: Agent) -> str:
    """Who writes, in the customer's language; the shop's name alone for somebody without one."""
    person = await customers.person(where.customer.user_id)
    reader = reader_of(where.merchant, person, where.customer)
    named = render("agent_named", {"agent": agent.name, "shop": where.merchant.name}, reader)
    return calls.without_markup(named.text)


def _fits(header: str, text: str) -> bool:
    return utf16_len(header) + 1 + utf16_len(text) <= LONGEST


def _named(header: str) -> Said:
    return Said(0, header, [_bold(header)])


def _bold(header: str) -> dict[str, Any]:
    return {"type": "bold", "offset": 0, "length": utf16_len(header)}


def _worded(header: str | None, said: Said) -> dict[str, Any]:
    """Text and entities, the header on a line of its own above them."""
    if header is None:
        return {"text": said.text} | ({"entities": list(said.entities)} if said.entities else {})
    shift = utf16_len(header) + 1
    moved = [one | {"offset": one["offset"] + shift} for one in said.entities]
    return {"text": f"{header}\n{said.text}", "entities": [_bold(header), *moved]}


def _row(
    turn: Turn, where: Place, act: Act, cause: str, content: dict[str, Any], collapse: str | None = None
) -> Outgoing:
    customer = where.customer
    return Outgoing(
        act=act,
        cause=cause,
        payload=content,
        priority=Priority.PERSON,
        lane=lane(customer.user_id),
        due_at=turn.now,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=collapse,
    )


# ---- corrected


async def agent_edits(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """His corrected words take the place of the old ones at the customer's."""
    kept = await ticket_messages.by_source(turn.chat_id, said.message_id)
    if kept is None or kept.direction != OUT or kept.customer_id != where.customer.id or where.is_forgotten:
        return None
    await ticket_messages.reword(kept.id, said.text)
    introduced = said.media is not None or await ticket_messages.is_introduced(kept)
    header = None if introduced else await _header(where, agent)
    words = _worded(header if header and _fits(header, said.text) else None, said)
    act = Act.TEXT if said.media is None else Act.COPY
    cause = f"edit:{turn.chat_id}:{said.message_id}"
    await outbox.put([_row(turn, where, act, f"{cause}:u{turn.update_id}", words | {"of": kept.id}, cause)])
    return None


async def customer_edits(turn: Turn, said: Said) -> Answers:
    """His corrected words take the place of the old ones in his topic."""
    kept = await ticket_messages.by_source(turn.chat_id, said.message_id)
    if kept is None or kept.direction != IN or kept.user_id != turn.user_id:
        return None
    await ticket_messages.reword(kept.id, said.text)
    customer = await customers.customer(kept.customer_id)
    if customer is None or customer.banned_ms is not None:
        return None
    cause = f"edit:{turn.chat_id}:{said.message_id}"
    row = Outgoing(
        act=Act.TEXT if said.media is None else Act.COPY,
        cause=f"{cause}:u{turn.update_id}",
        payload={"text": said.text, "of": kept.id},
        priority=Priority.PERSON,
        lane=f"{outbox.DESK}{customer.id}",
        due_at=turn.now,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=cause,
    )
    await outbox.put([row])
    return None


# ---- taken back, sent again


async def _meant(turn: Turn, where: Place, replied: Said | None) -> TicketMessage | None:
    """The words to the customer that a command replies to."""
    kept = await ticket_messages.by_source(turn.chat_id, replied.message_id) if replied else None
    mine = kept is not None and kept.direction == OUT and kept.customer_id == where.customer.id
    return kept if mine else None


async def _note(turn: Turn, where: Place, deed: str, kept: TicketMessage) -> None:
    target = f"customer:{where.customer.id}"
    await audit.write(where.merchant.id, turn.user_id, f"desk.{deed}", target, turn.now, f"message:{kept.id}")


async def take_back(turn: Turn, where: Place, agent: Agent, replied: Said | None) -> Answer:
    """`/del` in reply to words: they vanish from the customer's chat, or never leave."""
    kept = await _meant(turn, where, replied)
    if kept is None or where.is_forgotten:
        return told(turn, where, "desk_del_usage")
    if turn.now - from_ms(kept.created_ms) > TAKEN_BACK_WITHIN:
        return told(turn, where, "desk_del_too_old")
    cause = f"{kept.source_chat_id}:{kept.source_message_id}"
    await ticket_messages.set_fate(kept.id, DELETED)
    await _note(turn, where, "del", kept)
    if not await ticket_messages.recall(f"out:{cause}", turn.now):
        await outbox.put([_row(turn, where, Act.DELETE, f"del:{cause}", {"of": kept.id})])
    return told(turn, where, "desk_del_done")


async def resend(turn: Turn, where: Place, agent: Agent, replied: Said | None) -> Answer:
    """`/resend` in reply to words that did not arrive, or may not have."""
    kept = await _meant(turn, where, replied)
    if kept is None or replied is None or where.is_forgotten:
        return told(turn, where, "desk_resend_usage")
    if kept.fate not in (IN_DOUBT, FAILED):
        return told(turn, where, "desk_resend_needless")
    doubtful = kept.fate == IN_DOUBT
    act, words = _content(kept.source_chat_id, replied)
    content = words | {"message": kept.id} | ({"repeat": True} if doubtful else {})
    await ticket_messages.set_fate(kept.id, QUEUED)
    await _note(turn, where, "resend", kept)
    cause = f"again:{kept.id}:u{turn.update_id}"
    mark = cards.reaction(where.customer, turn, kept.source_message_id, "")
    await outbox.put([_row(turn, where, act, cause, content), mark])
    return told(turn, where, "desk_resend_done", repeat_mark=doubtful)
