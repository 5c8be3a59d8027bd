"""The customer's place: one message of his says who has his ticket and by when; it is edited, never sent unasked."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.domain.ticket import TicketState
from bot.flows import waits
from bot.flows.composed import Buttons, Composed
from bot.flows.readers import reader_at_home
from bot.flows.turn import lane
from bot.store import customers, outbox, places, tickets
from bot.store.models import Merchant, Ticket
from bot.store.ms import EPOCH, from_ms

QUARTER = timedelta(minutes=15)
SOLVED = "ok"
"""The verb of the button that ends a ticket."""


def buttons(ticket_id: int) -> Buttons:
    """He may end it whenever he likes."""
    return ((("solved", f"{SOLVED}:{ticket_id}"),),)


async def refresh(customer_id: int, now: datetime, tag: str) -> None:
    """Who has his latest ticket, or by when, may have changed; nothing is done where no message says it."""
    ticket = await places.latest(customer_id)
    customer = await customers.customer(customer_id)
    if ticket is None or ticket.place_message_id is None or customer is None or customer.unreachable_ms is not None:
        return
    row = Outgoing(
        act=Act.PLACE,
        cause=f"place:{ticket.id}:{tag}",
        payload={"ticket": ticket.id},
        priority=Priority.LIVE,
        lane=lane(customer.user_id),
        due_at=now,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=f"place:{ticket.id}",
    )
    await outbox.put([row])


async def stands(row: Leaving, message_id: int | None, now: datetime) -> None:
    """An answer that says his place has arrived; what has changed while it was on its way is said at once."""
    told = row.payload.get("place")
    ticket = await places.find(told) if told else None
    if ticket is None or message_id is None:
        return
    await places.stands(ticket.id, message_id)
    taken = ticket.assignee_id is not None and "agent" not in (row.payload.get("facts") or {})
    if taken or ticket.state in (TicketState.WAITING_CUSTOMER, TicketState.CLOSED):
        await refresh(ticket.customer_id, now, f"o{row.id}")


async def place(row: Leaving, now: datetime) -> Composed | None:
    """What the message says now; None where it stands nowhere."""
    ticket = await places.find(row.payload["ticket"])
    customer = await customers.customer(ticket.customer_id) if ticket else None
    if ticket is None or customer is None or ticket.place_message_id is None:
        return None
    merchant, person = await customers.merchant(ticket.merchant_id), await customers.person(customer.user_id)
    known = await customers.parcel_of(ticket.shipment_id) if ticket.shipment_id else None
    shipment, order = known[:2] if known else (None, None)
    banned = customer.banned_ms is not None
    told = {"at": now.isoformat(), **({"over": True} if banned else await _stands(merchant, ticket, now))}
    reader = await reader_at_home(merchant, person, customer, order, shipment)
    under = () if banned or ticket.closed_ms is not None else buttons(ticket.id)
    return Composed("place", told, reader, customer.user_id, under, edit=ticket.place_message_id)


async def _stands(merchant: Merchant, ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {**_state(ticket), **await _owed(merchant, ticket, now), **await tickets.assignee(ticket)}


def _state(ticket: Ticket) -> dict[str, Any]:
    if ticket.closed_ms is not None:
        return {"closed": True}
    return {"answered": True} if ticket.state == TicketState.WAITING_CUSTOMER else {}


async def _owed(merchant: Merchant, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """By when he was told that somebody writes, else by when somebody must; what is over by now is not said."""
    owed = await tickets.open_promise(ticket.id)
    due = from_ms(owed.due_ms) if owed else waits.due_at(merchant, ticket, now)
    if due is None or ticket.closed_ms is not None:
        return {}
    due += (EPOCH - due) % QUARTER
    return {"next_at": due.isoformat()} if due > now else {}
