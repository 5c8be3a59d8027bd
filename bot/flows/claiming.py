"""`/claim` in a customer's topic: an agent records that the carrier was asked for the money."""

from datetime import date
from typing import NamedTuple

from bot.domain.hours import day_there
from bot.flows import claims, facts
from bot.flows.agents import Agent, Place, told
from bot.flows.cards import refresh_card
from bot.flows.desk import WAYS
from bot.flows.saying import clean, day
from bot.flows.turn import Answer, Turn
from bot.store import audit, customers, desk_tickets, tickets
from bot.store import claims as rows

AGENT = "agent"
"""The way where none was said."""


class _Said(NamedTuple):
    """What was said after the command: by which way, on which days, and what else."""

    way: str
    days: list[date]
    others: list[str]


def _read(text: str) -> _Said:
    words = clean(text).lower().split()
    ways = [word for word in words if word in WAYS]
    dated = {word: found for word in words if (found := day(word)) is not None}
    others = [word for word in words if word not in WAYS and word not in dated]
    return _Said(ways[0] if ways else AGENT, list(dated.values()), others)


async def claim(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/claim [WAY] [DAY] [NUMBER]`: the claim was made; nobody is reminded of it any more."""
    said, today = _read(turn.rest), day_there(turn.now, where.merchant.zone)
    if len(said.others) > 1 or len(said.days) > 1 or max(said.days, default=today) > today:
        return told(turn, where, "desk_claim_usage")
    meant = await _meant(where, said.others[0] if said.others else "")
    if len(meant) != 1:
        return told(turn, where, "desk_claim_which", parcels=[{"number": number} for _, number in meant])
    return await _record(turn, where, agent, meant[0][0], said.way, said.days[0] if said.days else today)


async def _meant(where: Place, said: str) -> list[tuple[int, str]]:
    """A parcel of the customer's, else any of the shop's with that number: nobody may follow a lost one."""
    ticket = await tickets.open_of(where.customer.id)
    his = await desk_tickets.parcels_meant(where.customer.id, ticket.shipment_id if ticket else None, said)
    if his or not said:
        return his
    return [(one, said) for one in await desk_tickets.shipments_numbered(where.merchant.id, said)]


async def _record(turn: Turn, where: Place, agent: Agent, shipment_id: int, way: str, made_on: date) -> Answer:
    now, shop = turn.now, where.merchant
    await rows.make(shop.id, shipment_id, where.customer.id, made_on, way, agent.user_id, now)
    detail = f"{way} {made_on} shipment:{shipment_id}"
    await audit.write(shop.id, turn.user_id, "desk.claim", f"customer:{where.customer.id}", now, turn.signed(detail))
    await refresh_card(where.customer.id, now, f"u{turn.update_id}")
    known = await customers.parcel_of(shipment_id)
    parcel = facts.parcel(*known) if known else {}
    return told(turn, where, "desk_claim_noted", **parcel, **await claims.facts_of(shipment_id, shop, now))
