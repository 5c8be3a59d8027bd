"""When the card of a topic is to be said anew, and other small acts of the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows.turn import Turn
from bot.store import customers, outbox, topics
from bot.store.models import Customer


async def refresh_card(customer_id: int, now: datetime, tag: str = "") -> None:
    """What the card says may have changed; unchanged it is not edited. `tag` tells one occasion from the next."""
    customer = await customers.customer(customer_id)
    if customer is not None and customer.topic_id is not None:
        await outbox.put([_card(customer, now, tag), title_row(customer, now, tag)])


async def refresh_cards(shipment_ids: Sequence[int], now: datetime) -> int:
    """Cards of those who follow these shipments and have an open ticket; how many."""
    found = await topics.with_tickets(shipment_ids) if shipment_ids else []
    await outbox.put([_card(customer, now, "") for customer in found])
    return len(found)


def _card(customer: Customer, now: datetime, tag: str) -> Outgoing:
    cause = f"card:{customer.id}:{tag or f'{now.timestamp():.6f}'}"
    return desk_row(customer, Act.CARD, cause, {}, now, Priority.LIVE, collapse=f"card:{customer.id}")


def title_row(customer: Customer, now: datetime, tag: str = "") -> Outgoing:
    """The topic's name and icon may be others now; unchanged nothing is sent. All else comes before it."""
    cause = f"title:{customer.id}:{tag or f'{now.timestamp():.6f}'}"
    name = f"title:{customer.id}"
    return desk_row(customer, Act.TOPIC, cause, {"rename": True}, now, Priority.BULK, collapse=name)


def desk_row(
    customer: Customer,
    act: Act,
    cause: str,
    said: dict[str, Any],
    now: datetime,
    priority: Priority = Priority.PERSON,
    collapse: str | None = None,
) -> Outgoing:
    """Something into a customer's topic."""
    return Outgoing(
        act=act,
        cause=cause,
        payload=said,
        priority=priority,
        lane=f"{outbox.DESK}{customer.id}",
        due_at=now,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=collapse,
    )


def reaction(customer: Customer, turn: Turn, message_id: int, emoji: str) -> Outgoing:
    """A mark on an agent's message: it costs the group's budget nothing."""
    return Outgoing(
        act=Act.REACT,
        cause=f"react:{turn.chat_id}:{message_id}:u{turn.update_id}",
        payload={"message_id": message_id, "emoji": emoji},
        priority=Priority.ANSWER,
        lane=f"{outbox.DESK}{customer.id}",
        due_at=turn.now,
        chat_id=turn.chat_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=f"react:{turn.chat_id}:{message_id}",
    )


def waking(ticket_id: int) -> str:
    """The name under which the word that ends a ticket's rest waits."""
    return f"snooze:{ticket_id}"
