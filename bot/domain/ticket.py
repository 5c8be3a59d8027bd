"""The life of a ticket: states, moves, and when an answer is due."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.hours import FIRST_RESPONSE, answer_by, default_staffed


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
"""Moves that are not listed do not exist: who writes after the end gets a new ticket."""


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
