"""The life of a ticket: states, moves, and when an answer is due."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bot.domain.hours import FIRST_RESPONSE, answer_by, default_staffed
from bot.domain.rating import UNASKED


class TicketState(StrEnum):
    """Who has to speak next."""

    NEW = "new"
    WAITING_US = "waiting_us"
    WAITING_CUSTOMER = "waiting_customer"
    CLOSED = "closed"


class TicketEvent(StrEnum):
    """What can happen to a ticket."""

    CUSTOMER_WROTE = "customer_wrote"
    AGENT_ANSWERED = "agent_answered"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    PROMISED = "promised"
    CLOSED = "closed"
    REOPENED = "reopened"


_S, _E = TicketState, TicketEvent
MOVES: dict[tuple[TicketState, TicketEvent], TicketState] = {
    (_S.NEW, _E.CUSTOMER_WROTE): _S.NEW,
    (_S.NEW, _E.AGENT_ANSWERED): _S.WAITING_CUSTOMER,
    (_S.NEW, _E.TAKEN): _S.WAITING_US,
    (_S.NEW, _E.ASSIGNED): _S.WAITING_US,
    (_S.NEW, _E.SNOOZED): _S.WAITING_US,
    (_S.NEW, _E.PROMISED): _S.NEW,
    (_S.NEW, _E.CLOSED): _S.CLOSED,
    (_S.WAITING_US, _E.CUSTOMER_WROTE): _S.WAITING_US,
    (_S.WAITING_US, _E.AGENT_ANSWERED): _S.WAITING_CUSTOMER,
    (_S.WAITING_US, _E.TAKEN): _S.WAITING_US,
    (_S.WAITING_US, _E.ASSIGNED): _S.WAITING_US,
    (_S.WAITING_US, _E.SNOOZED): _S.WAITING_US,
    (_S.WAITING_US, _E.PROMISED): _S.WAITING_US,
    (_S.WAITING_US, _E.CLOSED): _S.CLOSED,
    (_S.WAITING_CUSTOMER, _E.CUSTOMER_WROTE): _S.WAITING_US,
    (_S.WAITING_CUSTOMER, _E.AGENT_ANSWERED): _S.WAITING_CUSTOMER,
    (_S.WAITING_CUSTOMER, _E.TAKEN): _S.WAITING_CUSTOMER,
    (_S.WAITING_CUSTOMER, _E.ASSIGNED): _S.WAITING_CUSTOMER,
    (_S.WAITING_CUSTOMER, _E.SNOOZED): _S.WAITING_CUSTOMER,
    (_S.WAITING_CUSTOMER, _E.PROMISED): _S.WAITING_CUSTOMER,
    (_S.WAITING_CUSTOMER, _E.CLOSED): _S.CLOSED,
    (_S.CLOSED, _E.REOPENED): _S.WAITING_US,
}
"""Moves that are not listed do not exist."""

REOPENED_BY = frozenset({"words", "human"})
"""What a customer does who goes on with a matter that is over; whatever else he does begins a new one."""
REOPENS_WITHIN = timedelta(days=7)
"""So long after the end his words open it again; later they begin a new one."""


class Ended(Struct, frozen=True):
    """A ticket that is over: which parcel it was about, how and when it ended."""

    shipment_id: int | None
    outcome: str | None
    closed_at: datetime


def goes_on(cause: str, shipment_id: int | None, last: Ended, now: datetime) -> bool:
    """Whether what a customer does now belongs to his ticket that is over, rather than to a new one."""
    elsewhere = None not in (shipment_id, last.shipment_id) and shipment_id != last.shipment_id
    soon = now - last.closed_at <= REOPENS_WITHIN
    return soon and cause in REOPENED_BY and not elsewhere and last.outcome not in UNASKED


def move(state: TicketState, event: TicketEvent) -> TicketState | None:
    """The state after `event`; None where it cannot happen in `state`."""
    return MOVES.get((state, event))


def is_open(state: TicketState) -> bool:
    """Whether it still binds the customer's words to a person."""
    return state is not TicketState.CLOSED


def first_response_due(
    opened_at: datetime,
    shop_zone: str,
    staffed: str,
    *,
    country: str | None = None,
    target: timedelta = FIRST_RESPONSE,
    holidays: Collection[date] = (),
) -> datetime:
    """When the first answer of a person is due: `target` of staffed time after opening."""
    return answer_by(opened_at, shop_zone, staffed or default_staffed(country), target, holidays)
