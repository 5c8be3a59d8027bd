"""The question how it went: planned when a ticket is closed, put once a ticket, called off when it is opened again."""

from datetime import datetime
from typing import Any

from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.domain.rating import ASKED_AFTER, STARS, is_asked
from bot.flows.turn import lane
from bot.store import outbox, ratings, ticket_messages, tickets
from bot.store.models import Customer, Rating, Ticket
from bot.texts.messages import Reader
from bot.texts.reading import read_by

KIND = "rating_ask"
PRESSED = "rt"
SCALE: dict[str, Any] = {"low": STARS[0], "high": STARS[-1]}
Row = tuple[tuple[str, str], ...]


def row_of(rating_id: int, reader: Reader) -> Row:
    """One to five in the reader's digits."""
    reading = read_by(reader, markup=False)
    return tuple((f"={reading.number(str(stars))}", f"{PRESSED}:{rating_id}:{stars}") for stars in STARS)


async def plan(ticket: Ticket, customer: Customer, tag: str, now: datetime) -> None:
    """Somebody at the desk has closed it: the customer is asked a little later, and not in his night."""
    if not is_asked(ticket.outcome, answered=ticket.answered_ms is not None, banned=customer.banned_ms is not None):
        return
    made = await ratings.make(ticket, now, asked=False)
    if made is not None:
        await outbox.put([_question(made, customer, await facts_of(ticket), tag, now)])


async def facts_of(ticket: Ticket) -> dict[str, Any]:
    """Who had it, and between what he is asked to choose."""
    who = await tickets.assignee(ticket)
    return SCALE | ({"agent": who["agent"]} if "agent" in who else {})


def _question(made: Rating, customer: Customer, told: dict[str, Any], tag: str, now: datetime) -> Outgoing:
    return Outgoing(
        act=Act.NOTICE,
        cause=f"rate:{made.id}:{tag}",
        payload={"kind": KIND, "shipments": [], "rating": made.id, "facts": told},
        priority=Priority.NEWS,
        lane=lane(customer.user_id),
        due_at=now + ASKED_AFTER,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=_waiting(made.ticket_id),
    )


async def call_off(ticket_id: int, now: datetime) -> None:
    """It is not over: a question that has not left is put when it is."""
    if await ticket_messages.recall_all(_waiting(ticket_id), now):
        await ratings.call_off(ticket_id)


def _waiting(ticket_id: int) -> str:
    return f"rate:{ticket_id}"


async def is_open(row: Leaving) -> bool:
    """True while it may be asked."""
    return await ratings.is_open(row.payload["rating"])
