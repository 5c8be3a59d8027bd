"""What a ready reply can speak of: the parcel the ticket is about, its customer, who writes to him."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.flows import facts
from bot.flows.agents import Place, first_word
from bot.flows.readers import reader_at_home
from bot.store import customers, replies, tickets
from bot.store.models import Order, Shipment, Ticket
from bot.texts.macros import AGENT
from bot.texts.messages import Reader


@dataclass(frozen=True)
class Spoken:
    """Facts with their reader; no shipment where he follows none."""

    facts: dict[str, Any]
    reader: Reader
    shipment: Shipment | None = None
    order: Order | None = None
    ticket: Ticket | None = None


async def spoken_of(where: Place, now: datetime) -> Spoken:
    """The ticket's parcel, else the newest under way, else the newest of all. Names are the order's."""
    customer, shop = where.customer, where.merchant
    ticket = await tickets.open_of(customer.id)
    shipment_id = await replies.parcel_meant(customer.id, ticket.shipment_id if ticket else None)
    known = await customers.parcel_of(shipment_id) if shipment_id is not None else None
    shipment, order = (known[0], known[1]) if known else (None, None)
    told: dict[str, Any] = {}
    if shipment is not None and order is not None:
        told = facts.parcel(shipment, order, shop) | await facts.recorded(shipment, customer)
    reader = await reader_at_home(shop, await customers.person(customer.user_id), customer, order, shipment)
    name = first_word((order.name if order else None) or customer.name)
    if ticket is None or told.get("next_at", "") <= now.isoformat():
        told.pop("next_at", None)  # nobody could be woken for it, or it is over
    words = {"name": name or None, "agent": AGENT, "shop": shop.name, "at": now.isoformat()}
    return Spoken(told | {key: word for key, word in words.items() if word}, reader, shipment, order, ticket)
