"""What agents do to a ticket."""

from datetime import datetime

from bot.store import sql, waits
from bot.store.models import Inquiry, Promise, Ticket
from bot.store.ms import to_ms
from bot.store.promises import ANNOUNCED
from bot.store.tickets import CLOSED


async def closed_of(customer_id: int, limit: int = 5) -> list[Ticket]:
    """His earlier tickets, the latest first."""
    return await Ticket.filter(customer_id=customer_id, closed_ms__not_isnull=True).order_by("-closed_ms").limit(limit)


async def count_closed(customer_id: int, since: datetime) -> int:
    """Tickets of his that were opened since then and are over."""
    return await Ticket.filter(customer_id=customer_id, closed_ms__not_isnull=True, opened_ms__gte=to_ms(since)).count()


async def answered(ticket: Ticket, user_id: int, state: str, now: datetime) -> None:
    """An agent wrote: the first answer is dated, a ticket that nobody had is his, no word is due."""
    ticket.state = state
    ticket.answered_ms = ticket.answered_ms if ticket.answered_ms is not None else to_ms(now)
    if ticket.assignee_id is None and user_id > 0:  # an anonymous admin is nobody whom it could be left to
        ticket.assignee_id = user_id
    await ticket.save(update_fields=["state", "answered_ms", "assignee_id"])
    await waits.over(ticket, now, user_id)


async def assign(ticket: Ticket, user_id: int, state: str) -> None:
    """Somebody has it."""
    ticket.state, ticket.assignee_id = state, user_id
    await ticket.save(update_fields=["state", "assignee_id"])


async def let_go(merchant_id: int, user_id: int, chat_id: int | None) -> list[int]:
    """What somebody has of the tickets of a group (None: of all) is nobody's; returns whose they are."""
    rows = await sql.rows(
        "SELECT t.id, t.customer_id, c.topic_chat_id FROM ticket t JOIN customer c ON c.id = t.customer_id"
        " WHERE t.merchant_id = ? AND t.assignee_id = ? AND (t.closed_ms IS NULL OR t.promised_ms IS NOT NULL)"
        " ORDER BY t.id",
        (merchant_id, user_id),
    )
    his = [row for row in rows if chat_id in (None, row["topic_chat_id"])]
    await Ticket.filter(id__in=[row["id"] for row in his]).update(assignee_id=None)
    return [int(row["customer_id"]) for row in his]


async def snooze(ticket: Ticket, until: datetime, state: str, now: datetime) -> None:
    """It rests until then."""
    ticket.state = state
    await ticket.save(update_fields=["state"])
    await waits.rest(ticket, until, now)


async def close(ticket: Ticket, outcome: str | None, now: datetime) -> None:
    """It is over; an answer that was promised on it is still owed."""
    ticket.state, ticket.closed_ms, ticket.outcome = CLOSED, to_ms(now), outcome
    ticket.solved_ms = ticket.solved_ms if ticket.solved_ms is not None else to_ms(now)
    ticket.promised_ms = None
    await ticket.save(update_fields=["state", "closed_ms", "solved_ms", "outcome", "promised_ms"])
    await waits.over(ticket, now)


async def reopen(ticket: Ticket, state: str) -> None:
    """It was not over; the caller says when a word is due."""
    ticket.state, ticket.closed_ms, ticket.outcome = state, None, None
    ticket.reopened += 1
    await ticket.save(update_fields=["state", "closed_ms", "outcome", "reopened"])


async def keep_promises(customer_id: int, now: datetime) -> int:
    """A person has answered: what persons owed him is kept. Returns how many.

    Not so an hour that an agent has named himself (ANNOUNCED): whoever says more the minute after has not kept it.
    """
    owed = Promise.filter(customer_id=customer_id, open=1, by_person=True).exclude(kind=ANNOUNCED)
    return await owed.update(kept_ms=to_ms(now), open=0)


async def cancel_promises(customer_id: int, now: datetime) -> int:
    """No person owes him an answer any more. Returns how many were owed."""
    owed = Promise.filter(customer_id=customer_id, open=1, by_person=True)
    return await owed.update(cancelled_ms=to_ms(now), open=0)


async def parcels_meant(customer_id: int, about: int | None, said: str) -> list[tuple[int, str]]:
    """(shipment, number) an agent speaks of: as he `said`, else what the ticket is about, else all under way."""
    found = await sql.rows(
        "SELECT s.id, s.number, s.open, o.number AS order_number FROM follow f JOIN shipment s ON s.id = f.shipment_id"
        " JOIN shop_order o ON o.id = s.order_id WHERE f.customer_id = ? ORDER BY s.open DESC, s.id DESC",
        (customer_id,),
    )
    if said:
        mine = [row for row in found if said in (row["number"].lower(), row["order_number"].lower())]
    else:
        mine = [row for row in found if row["id"] == about] or [row for row in found if row["open"]] or found
    return [(row["id"], row["number"]) for row in mine]


async def ask_carrier(shipment_id: int, user_id: int, way: str, purpose: str, now: datetime) -> None:
    """The carrier was asked: who, when, by which way, what for."""
    _ = await Inquiry.create(shipment_id=shipment_id, asked_ms=to_ms(now), asked_by=user_id, way=way, purpose=purpose)


async def shipments_numbered(merchant_id: int, number: str, limit: int = 3) -> list[int]:
    """Shipments of a shop by their own or their order's number, newest first."""
    bare = number.removeprefix("#")
    found = await sql.rows(
        "SELECT s.id FROM shipment s JOIN shop_order o ON o.id = s.order_id WHERE s.merchant_id = ?"
        " AND (s.number = ? OR o.number = ? OR o.number = ?) ORDER BY s.id DESC LIMIT ?",
        (merchant_id, number.upper(), bare, f"#{bare}", limit),
    )
    return [row["id"] for row in found]
