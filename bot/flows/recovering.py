"""A low rating begins a case for who leads: the whole story with it, in the topic and to the leads in private."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.ticket import TicketEvent, TicketState, move
from bot.flows import agents, facts, tickets
from bot.flows.moments import moment
from bot.flows.owners import reader
from bot.flows.rating_ask import SCALE
from bot.flows.to_desk import Opened, tell_desk
from bot.flows.turn import Answer, Turn, lane, payload
from bot.store import audit, customers, desk_tickets, outbox, places, ratings, recoveries
from bot.store import tickets as kept_tickets
from bot.store.models import Customer, Rating, Ticket

CAUSE = "recovery"


async def begin(turn: Turn, rated: Rating, customer: Customer) -> Answer:
    """The case, its person who leads, the word he owes; what the customer reads of it."""
    before = await places.find(rated.ticket_id)
    parcel = await _parcel(before)
    story = await _story(rated, before, parcel)
    about = before.shipment_id if before else None
    opened = await tickets.open_ticket(customer.id, CAUSE, turn.now, about, _evidence(rated, story))
    await _give_to_lead(opened, turn.now)
    await ratings.recover(rated.id, opened.ticket.id)
    told = await tickets.promised(opened, turn)
    target, detail = f"ticket:{opened.ticket.id}", f"rating:{rated.id}"
    await audit.write(rated.merchant_id, turn.user_id, "customer.recovery", target, turn.now, detail)
    whole, leads = {"name": customer.name, **story, **told}, await recoveries.leads(opened.merchant.id)
    unreached = {"leads": await _names(opened, leads)} if not any(map(_is_reached, leads)) and leads else {}
    await tell_desk(opened, "recovery", whole | unreached, f"recovery:{rated.id}", turn.now)
    if opened.merchant.desk_chat_id is not None:
        await outbox.put(_to_leads(opened, leads, whole, f"recovery:{rated.id}", turn))
    late = {"days_late": parcel["days_late"]} if "days_late" in parcel else {}
    return Answer("rated_low", {"at": turn.now.isoformat(), **told, **late}, merchant_id=rated.merchant_id)


async def _parcel(ticket: Ticket | None) -> dict[str, Any]:
    known = await customers.parcel_of(ticket.shipment_id) if ticket and ticket.shipment_id else None
    return facts.parcel(*known) if known else {}


async def _story(rated: Rating, ticket: Ticket | None, parcel: Mapping[str, Any]) -> dict[str, Any]:
    """What led to it: who had it, when it was opened, answered, closed, how often it came back, how late it was."""
    who = await kept_tickets.assignee(ticket) if ticket else {}
    found = {
        **SCALE,
        "stars": rated.stars,
        "had_by": who.get("agent"),
        "order": parcel.get("order"),
        "days_late": parcel.get("days_late"),
        "opened_at": moment(ticket.opened_ms) if ticket else None,
        "answered_at": moment(ticket.answered_ms) if ticket else None,
        "closed_at": moment(ticket.solved_ms) if ticket else None,
        "came_back": ticket.reopened if ticket else 0,
    }
    return {name: fact for name, fact in found.items() if fact}


def _evidence(rated: Rating, story: Mapping[str, Any]) -> dict[str, Any]:
    return {"mark": f"rating:{rated.id}", "rated": rated.ticket_id, **story}


async def _give_to_lead(opened: Opened, now: datetime) -> None:
    """Who leads and has the fewest such cases open; an owner where nobody leads."""
    lead = await recoveries.least_burdened(opened.merchant.id)
    state = move(TicketState(opened.ticket.state), TicketEvent.ASSIGNED)
    if lead is not None and state is not None:
        await desk_tickets.assign(opened.ticket, lead, state)
        target, whom = f"customer:{opened.customer.id}", f"user:{lead}"
        await audit.write(opened.merchant.id, None, "desk.assign", target, now, whom)


def _is_reached(lead: Mapping[str, Any]) -> bool:
    """Whether he has ever written to us, so that we may write to him."""
    return lead["private_ms"] is not None


async def _names(opened: Opened, leads: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join([await agents.name_of(opened.merchant.id, one["user_id"]) for one in leads])


def _to_leads(
    opened: Opened, leads: Sequence[Mapping[str, Any]], whole: Mapping[str, Any], cause: str, turn: Turn
) -> list[Outgoing]:
    """In private: it costs the group nothing, and colleagues need not read it."""
    told = {**whole, "shop": opened.merchant.name}
    return [
        Outgoing(
            act=Act.ANSWER,
            cause=f"{cause}:{one['user_id']}",
            payload=payload(Answer("recovery", told), reader(one), now=turn.now),
            priority=Priority.ANSWER,
            lane=lane(one["user_id"]),
            due_at=turn.now,
            chat_id=one["user_id"],
            merchant_id=opened.merchant.id,
        )
        for one in leads
        if _is_reached(one)
    ]
