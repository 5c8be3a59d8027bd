"""An hour that an agent names for his next word: offered for keeping when he writes it, or said by `/promise`.

Kept, it is the bot's: it wakes the agent before, and tells the customer if it slips.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.domain.access import Deed, may
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import cards, given_word, place, waits
from bot.flows.agents import Agent, Place, told
from bot.flows.days import calendar_of
from bot.flows.turn import Answer, Answers, Turn, lane, payload
from bot.store import audit, customers, outbox, promises, tickets
from bot.store.models import Merchant, Promise, Ticket
from bot.store.ms import EPOCH

VERB = "an"
KEEP, LEAVE = "k", "n"
SOONEST = timedelta(minutes=5)
"""Whoever names an hour so near needs nobody to wake him."""
_MINUTE = timedelta(minutes=1)


# ---- recognised in a reply


async def offer(turn: Turn, where: Place, agent: Agent, ticket: Ticket | None, text: str) -> None:
    """His words name the hour of his next ones: one tap keeps it. In private if he can be written to there.

    Who may not keep it himself (a trainee) is not asked, but the lead who let his words go.
    """
    asked = agent.user_id if may(agent.role, Deed.ANSWER) else turn.user_id
    if ticket is None or asked <= 0 or not text:
        return
    merchant = where.merchant
    found = given_word.word_given(text, turn.now, merchant.zone, calendar(turn, merchant))
    due_at = given_word.due_at(found, waits.staffing_of(merchant, turn.now)) if found is not None else None
    if due_at is None or due_at <= turn.now + SOONEST:
        return
    await outbox.put([_question(turn, where, await _asked(turn, merchant, asked), ticket, due_at)])


class _Asked(NamedTuple):
    """Whom the question goes to: None in the topic, where it is the shop's."""

    user_id: int | None
    traits: Mapping[str, Any]


async def _asked(turn: Turn, merchant: Merchant, user_id: int) -> _Asked:
    person = await customers.person(user_id)
    if person is None or person.private_ms is None:
        return _Asked(None, {"locale": merchant.locale})
    spoken = person.locale or person.app_locale or merchant.locale
    traits = {"locale": spoken, "calendar": person.calendar, "digits": person.digits}
    return _Asked(user_id, turn.person.reader() if user_id == turn.user_id else traits)


async def said(turn: Turn, where: Place, agent: Agent, ticket: Ticket | None, due_at: datetime) -> None:
    """His words named this very moment: it is owed from then on, if it is not still."""
    if ticket is not None and not await promises.is_owed_at(where.customer.id, due_at):
        await announce(turn, where, agent, ticket.id, due_at)


def calendar(turn: Turn, merchant: Merchant) -> str:
    """By which days of a speaker are read."""
    return turn.person.calendar or calendar_of(merchant.locale)


def _question(turn: Turn, where: Place, asked: _Asked, ticket: Ticket, due_at: datetime) -> Outgoing:
    minutes = (due_at - EPOCH) // _MINUTE
    under = tuple(
        (label, f"{VERB}:{deed}:{ticket.id}:{minutes}") for label, deed in (("word_keep", KEEP), ("word_leave", LEAVE))
    )
    shop = where.merchant
    facts = {"due_at": due_at.isoformat(), "name": where.customer.name, "shop": shop.name}
    answer = Answer("word_recognised", {name: fact for name, fact in facts.items() if fact}, (under,))
    chat_id = asked.user_id or turn.chat_id
    thread_id = turn.thread_id if asked.user_id is None else None
    traits = {"zone": shop.zone, "country": shop.country}
    return Outgoing(
        act=Act.ANSWER,
        cause=f"word:{turn.chat_id}:{turn.message_id}",
        payload=payload(answer, {**asked.traits, **traits}, thread_id, now=turn.now),
        priority=Priority.ANSWER,
        lane=lane(chat_id, thread_id),
        due_at=turn.now,
        chat_id=chat_id,
        merchant_id=shop.id,
    )


async def place_of(ticket_id: str) -> Place | None:
    """Whose topic a button is about."""
    ticket = await Ticket.get_or_none(id=int(ticket_id)) if ticket_id.isdecimal() and len(ticket_id) < 18 else None
    customer = await customers.customer(ticket.customer_id) if ticket is not None else None
    return None if customer is None else Place(customer, await customers.merchant(customer.merchant_id))


async def press(turn: Turn, where: Place | None, agent: Agent | None, pressed: list[str]) -> Answers:
    """[Keep it] [No]: of the agents of that shop only; the question goes away without costing the group anything."""
    if where is None or agent is None or not may(agent.role, Deed.ANSWER) or len(pressed) != 3:
        return turn.refuse(Answer("not_for_you"))
    deed, ticket_id, minutes = pressed
    due_at = EPOCH + int(minutes) * _MINUTE if minutes.isdecimal() and len(minutes) < 10 else turn.now
    kept = deed == KEEP and await announce(turn, where, agent, int(ticket_id), due_at)
    kind = "word_kept" if kept else "word_left"
    said = told_to(turn, where, kind, edit=turn.message_id, due_at=due_at.isoformat())
    if turn.is_private:
        return said
    turn.toast = said
    await outbox.put([_gone(turn, where)])
    return None


def told_to(turn: Turn, where: Place, kind: str, *, edit: int | None = None, **facts: Any) -> Answer:
    """An answer that may take the question's place, by the shop's clock."""
    said = told(turn, where, kind, **facts)
    return Answer(said.kind, said.facts, edit=edit, reader=said.reader, merchant_id=said.merchant_id)


def _gone(turn: Turn, where: Place) -> Outgoing:
    return Outgoing(
        act=Act.DELETE,
        cause=f"word_gone:{turn.chat_id}:{turn.message_id}",
        payload={"message_id": turn.message_id},
        priority=Priority.ANSWER,
        lane=lane(turn.chat_id, turn.thread_id),
        due_at=turn.now,
        chat_id=turn.chat_id,
        merchant_id=where.merchant.id,
    )


# ---- kept


async def announce(turn: Turn, where: Place, agent: Agent, ticket_id: int, due_at: datetime) -> bool:
    """The word is owed then; False where the ticket is over, or the hour."""
    customer = await tickets.lock(where.customer.id)
    ticket = await tickets.open_of(customer.id)
    if ticket is None or ticket.id != ticket_id or due_at <= turn.now:
        return False
    shop = where.merchant
    word = await promises.make(shop.id, customer.id, None, ticket.id, promises.ANNOUNCED, due_at, True, 0, turn.now)
    if ticket.assignee_id is None and not agent.is_hidden:
        ticket.assignee_id = agent.user_id
        await ticket.save(update_fields=["assignee_id"])
    await waits.announce(shop, ticket, await Promise.get(id=word), turn.now)
    await audit.write(
        shop.id, turn.user_id, "desk.promise", f"customer:{customer.id}", turn.now, turn.signed(due_at.isoformat())
    )
    await cards.refresh_card(customer.id, turn.now, f"u{turn.update_id}")
    await place.refresh(customer.id, turn.now, f"u{turn.update_id}")
    return True
