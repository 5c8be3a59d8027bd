"""An agent's words to the customer: named, divided where they are long, taken back, sent again."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.domain.access import Role
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.ticket import TicketEvent, TicketState, move
from bot.flows import agents, albums, announcing, borne_words, calls, cards, place, quoting, spoken, waits
from bot.flows.agents import Agent, Place, told
from bot.flows.readers import reader_of
from bot.flows.turn import Answer, Answers, Turn, lane
from bot.store import audit, counterparts, customers, desk_tickets, outbox, ticket_messages, tickets
from bot.store.models import Ticket, TicketMessage
from bot.store.ms import from_ms, to_ms
from bot.store.ticket_messages import DELETED, FAILED, IN_DOUBT, OUT, QUEUED
from bot.store.tickets import Words, kept_words
from bot.texts.messages import render

TAKEN_BACK_WITHIN = timedelta(hours=47)
"""Telegram lets a bot delete messages for 48 hours."""
MOST_PARTS = 5
"""Into more messages no words are divided."""

Said = Words


# ---- to the customer


async def agent_says(turn: Turn, where: Place, agent: Agent, said: Said, next_at: datetime | None = None) -> Answers:
    """Any words of an agent go to the customer, once; with them the ticket is answered and the promise kept.

    `next_at`: when they say that he hears of us next, where we know it; else it is looked for in them.
    """
    if where.is_forgotten:
        return told(turn, where, "desk_forgotten")
    customer = await tickets.lock(where.customer.id)
    ticket = await tickets.open_of(customer.id)
    ticket_id = ticket.id if ticket else None
    kept = await ticket_messages.keep(customer.id, ticket_id, OUT, agent.user_id, turn.chat_id, said, turn.now)
    if kept is None:
        return None
    made = await rows(turn, where, agent, said, kept)
    if said.album is None:
        await outbox.put(made)
    else:
        await albums.put(made, said.album, turn.now)
    await _answered(turn, where, agent, ticket)
    if next_at is not None:
        await announcing.said(turn, where, agent, ticket, next_at)
    else:
        await announcing.offer(turn, where, agent, ticket, said.text)
    return None


async def _answered(turn: Turn, where: Place, agent: Agent, ticket: Ticket | None) -> None:
    owed = await desk_tickets.keep_promises(where.customer.id, turn.now)
    await waits.heard(where.customer.id, turn.now, agent.user_id)
    state = move(TicketState(ticket.state), TicketEvent.AGENT_ANSWERED) if ticket else None
    if ticket is None or state is None or not (owed or _changes(ticket, state)):
        return
    before = ticket.state
    await desk_tickets.answered(ticket, agent.user_id, state, turn.now)
    await waits.answered(where.merchant, ticket, turn.now)
    await ticket_messages.recall_all(cards.waking(ticket.id), turn.now)
    if ticket.state != before:
        await place.refresh(where.customer.id, turn.now, f"u{turn.update_id}")
    await cards.refresh_card(where.customer.id, turn.now, f"u{turn.update_id}")


def _changes(ticket: Ticket, state: TicketState) -> bool:
    """False for further words to somebody who has his answer: the ticket and its card stay as they are."""
    unanswered = ticket.state != state or ticket.answered_ms is None or ticket.assignee_id is None
    return unanswered or ticket.snoozed_ms is not None or ticket.due_ms is not None


async def rows(turn: Turn, where: Place, agent: Agent, said: Said, kept: TicketMessage) -> list[Outgoing]:
    """The words; before an agent's first ones stands who he is."""
    cause = cause_of(kept)
    header = None if await ticket_messages.is_introduced(kept) else await header_of(where, agent)
    quote = await quoting.of(turn.chat_id, said.reply_to, where.customer, where.customer.user_id)
    if said.album is not None:
        said = replace(said, text="")  # copied as they are, captions stay with their items
    # what a lead has read is what leaves: a trainee may have changed the caption since
    worded = spoken.as_kept if agent.role is Role.TRAINEE else spoken.contents
    made = worded(turn.chat_id, said, header)
    names = [row(turn, where, one.act, f"{cause}:who", one.payload) for one in made if one.names]
    words = [one for one in made if not one.names]
    return [*names, *(_part(turn, where, one, kept, number, quote) for number, one in enumerate(words))]


def _part(
    turn: Turn, where: Place, content: spoken.Content, kept: TicketMessage, number: int, quote: dict[str, Any]
) -> Outgoing:
    """One of the messages that words become; the first one quotes."""
    more = {"message": kept.id} | ({"part": number} if number else quote)
    return row(turn, where, content.act, part_cause(cause_of(kept), number), content.payload | more)


def cause_of(kept: TicketMessage) -> str:
    """Under which words leave; a further part has its number behind it."""
    return f"out:{kept.source_chat_id}:{kept.source_message_id}"


def part_cause(cause: str, number: int) -> str:
    """The cause of one of several messages that words were divided into."""
    return f"{cause}:{number}" if number else cause


async def header_of(where: Place, agent: Agent) -> str:
    """Who writes, in the customer's language; the shop's name alone for somebody without one."""
    person = await customers.person(where.customer.user_id)
    reader = reader_of(where.merchant, person, where.customer)
    named = render("agent_named", {"agent": agent.name, "shop": where.merchant.name}, reader)
    return calls.without_markup(named.text)


def row(
    turn: Turn, where: Place, act: Act, cause: str, content: dict[str, Any], collapse: str | None = None
) -> Outgoing:
    """Something into the customer's chat."""
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


# ---- taken back, sent again


async def _meant(turn: Turn, where: Place, replied: Said | None) -> TicketMessage | None:
    """The words to the customer that a command replies to."""
    kept = await ticket_messages.by_source(turn.chat_id, replied.message_id) if replied else None
    mine = kept is not None and kept.direction == OUT and kept.customer_id == where.customer.id
    return kept if mine else None


async def _note(turn: Turn, where: Place, deed: str, kept: TicketMessage) -> None:
    target = f"customer:{where.customer.id}"
    await audit.write(
        where.merchant.id, turn.user_id, f"desk.{deed}", target, turn.now, turn.signed(f"message:{kept.id}")
    )


async def take_back(turn: Turn, where: Place, agent: Agent, replied: Said | None) -> Answer:
    """`/del` in reply to words: they vanish from the customer's chat, or never leave."""
    kept = await _meant(turn, where, replied)
    if kept is None or where.is_forgotten:
        return told(turn, where, "desk_del_usage")
    if turn.now - from_ms(kept.created_ms) > TAKEN_BACK_WITHIN:
        return told(turn, where, "desk_del_too_old")
    cause = cause_of(kept)
    await ticket_messages.set_fate(kept.id, DELETED)
    await _note(turn, where, "del", kept)
    recalled = await ticket_messages.recall_causes([part_cause(cause, n) for n in range(MOST_PARTS)], turn.now)
    if not recalled or await counterparts.parts_of(kept.id):
        await outbox.put([row(turn, where, Act.DELETE, f"del:{cause}", {"of": kept.id, "all": True})])
    return told(turn, where, "desk_del_done")


async def resend(turn: Turn, where: Place, agent: Agent, replied: Said | None) -> Answer:
    """`/resend` in reply to words that did not arrive, or may not have."""
    kept = await _meant(turn, where, replied)
    if kept is None or where.is_forgotten:
        return told(turn, where, "desk_resend_usage")
    if kept.fate not in (IN_DOUBT, FAILED):
        return told(turn, where, "desk_resend_needless")
    doubtful = kept.fate == IN_DOUBT
    await _note(turn, where, "resend", kept)
    await borne_words.said_again(kept.id, f"u{turn.update_id}", turn.now)
    rows = await _again(turn, where, agent, kept)
    mark = cards.reaction(where.customer, turn, kept.source_message_id, "")
    more = {"repeat": True} if doubtful else {}
    await outbox.put([*(replace(one, payload=one.payload | more) for one in rows), mark])
    return told(turn, where, "desk_resend_done", repeat_mark=doubtful)


async def _again(turn: Turn, where: Place, agent: Agent, kept: TicketMessage) -> list[Outgoing]:
    """What of the words, as they were kept, has not arrived: further parts of long ones, all items of an album."""
    cause = f"again:{kept.id}:u{turn.update_id}"
    if kept.album is not None:
        items = await counterparts.waiting_of(kept.source_chat_id, kept.album, (FAILED, IN_DOUBT))
        await counterparts.fated([one.id for one in items], QUEUED)
        said = {"from_chat_id": kept.source_chat_id, "album": kept.album, "message": kept.id, "until": to_ms(turn.now)}
        return [row(turn, where, Act.ALBUM, cause, said)]
    await counterparts.fated([kept.id], QUEUED)
    known = await counterparts.parts_of(kept.id)
    author = agent if agent.user_id == kept.user_id else await agents.author(where.merchant.id, kept.user_id)
    header = None if known or await ticket_messages.is_introduced(kept) else await header_of(where, author)
    made = spoken.as_kept(kept.source_chat_id, kept_words(kept), header)
    names = [row(turn, where, one.act, f"{cause}:who", one.payload) for one in made if one.names]
    words = [one for one in made if not one.names]
    missing = [number for number in range(len(words)) if number not in known] or range(len(words))
    rows = [_part(turn, where, words[number], kept, number, {}) for number in missing]
    return [*names, *(replace(one, cause=f"{cause}:{number}") for number, one in enumerate(rows))]
