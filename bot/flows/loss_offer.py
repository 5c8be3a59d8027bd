"""`/offer` in a customer's topic: a parcel is given up, and he is asked what would suit him; his choice is kept."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.domain import hours
from bot.domain.feasts import feasts_around
from bot.domain.finding import Severity
from bot.domain.offer import Way, allowed_by, ways
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import facts, offered
from bot.flows.agents import Agent, Place, told
from bot.flows.cards import refresh_card
from bot.flows.offered import FACTS
from bot.flows.opening_hours import hours_of
from bot.flows.saying import clean
from bot.flows.tickets import open_ticket
from bot.flows.to_desk import Opened, tell_desk
from bot.flows.turn import Answer, Answers, Turn
from bot.store import audit, customers, desk_tickets, loss_offers, outbox, promises, tickets
from bot.store.customers import Followed
from bot.store.models import Customer, LossOffer, Merchant, Order, Shipment

OUT_OF_STOCK = "nostock"
EVENING = 18 * 60
SOON = timedelta(days=1)
"""By then it is done where no day is known."""


# ---- the agent offers


async def offer(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/offer [NUMBER] [nostock]`: what the policy allows for this parcel, from an agent who gives it up."""
    words = clean(turn.rest).lower().split()
    others = [word for word in words if word != OUT_OF_STOCK]
    ticket = await tickets.open_of(where.customer.id)
    about = ticket.shipment_id if ticket else None
    meant = await desk_tickets.parcels_meant(where.customer.id, about, others[0] if others else "")
    if len(others) > 1 or len(meant) != 1:
        return told(turn, where, "desk_offer_which", parcels=[{"number": number} for _, number in meant])
    return await _offered(turn, where, agent, meant[0][0], out_of_stock=OUT_OF_STOCK in words)


async def _offered(turn: Turn, where: Place, agent: Agent, shipment_id: int, *, out_of_stock: bool) -> Answer:
    known, before = await customers.parcel_of(shipment_id), await loss_offers.of(where.customer.id, shipment_id)
    if known is None or not await loss_offers.is_lost(shipment_id):
        return told(turn, where, "desk_offer_not_lost")
    if before is not None and before.chosen is not None:
        return told(turn, where, "desk_offer_chosen")
    shipment, order, merchant = known
    unpaid = shipment.cod_amount is not None
    allowed = allowed_by(orjson.loads(merchant.settings))
    found = ways(allowed, shipment.value_amount, unpaid=unpaid, out_of_stock=out_of_stock)
    if not found:
        return told(turn, where, "desk_offer_nothing")
    _ = await loss_offers.make(
        merchant.id, where.customer.id, shipment_id, found, out_of_stock, agent.user_id, turn.now
    )  # fmt: skip
    await _say(turn, where.customer, shipment, merchant)
    said = ",".join(FACTS[way] for way in found)
    target = f"customer:{where.customer.id}"
    await audit.write(
        merchant.id, turn.user_id, "desk.offer", target, turn.now, turn.signed(f"{said} shipment:{shipment_id}")
    )
    await refresh_card(where.customer.id, turn.now, f"u{turn.update_id}")
    return told(turn, where, "desk_offer_made", order=order.number, **{FACTS[way]: True for way in found})


async def _say(turn: Turn, customer: Customer, shipment: Shipment, merchant: Merchant) -> None:
    """To the customer, with the day on which he is asked once more; what persons owed him is kept by it."""
    await desk_tickets.keep_promises(customer.id, turn.now)
    person = await customers.person(customer.user_id)
    zone, quiet = (person and person.zone) or shipment.zone, (person and person.quiet) or turn.quiet
    text, feasts = hours_of(merchant), feasts_around(merchant.country, turn.now.year)
    due_at = hours.next_word(
        "loss_offer", Severity.SLIGHT, turn.now, zone, quiet, merchant.zone, text, holidays=feasts
    )  # fmt: skip
    made = await promises.make(
        merchant.id, customer.id, shipment.id, None, "loss_offer", due_at, False, 0, turn.now
    )  # fmt: skip
    await outbox.put([_notice(customer, shipment, f"offer:{made}", turn.now)])


def _notice(customer: Customer, shipment: Shipment, cause: str, now: datetime) -> Outgoing:
    return Outgoing(
        act=Act.NOTICE,
        cause=cause,
        payload={"kind": "loss_offer", "shipments": [shipment.id]},
        priority=Priority.WARNING,
        lane=f"chat:{customer.user_id}",
        due_at=now,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
    )


# ---- the customer chooses


async def press(turn: Turn, shipment: str, way: str) -> Answers:
    """His choice: confirmed with its day, handed to the people, and owed to him until they say that it is done."""
    is_id = shipment.isascii() and shipment.isdecimal() and len(shipment) <= 18
    known = await customers.followed_shipment(turn.user_id, int(shipment)) if is_id else None
    made = await loss_offers.of(known.customer.id, known.shipment.id) if known else None
    chosen = next((one for one in Way if one == way), None)
    if known is None or made is None or chosen is None or chosen not in offered.ways_of(made):
        return Answer("not_for_you")
    if not await loss_offers.is_lost(known.shipment.id):
        return Answer("turned_up", facts.parcel(known.shipment, known.order, known.merchant))
    if not await loss_offers.choose(made, chosen, turn.now):
        return Answer("loss_chosen", {"at": turn.now.isoformat()}, merchant_id=known.merchant.id)
    return await _chosen(turn, known, made, chosen)


async def _chosen(turn: Turn, known: Followed, made: LossOffer, way: Way) -> Answer:
    allowed = allowed_by(orjson.loads(known.merchant.settings))
    said = offered.said_of(way, allowed, known.shipment, known.merchant, turn.now)
    seen = {"chosen": FACTS[way]}
    opened = await open_ticket(known.customer.id, "loss_choice", turn.now, known.shipment.id, seen)
    due = await _owe(turn, opened, said, known.shipment)
    words: dict[str, Any] = {"order": known.order.number, "at": turn.now.isoformat(), FACTS[way]: said}
    words["next_at"] = due.isoformat()
    cause = f"chose:{made.id}"
    await tell_desk(opened, "desk_chosen", _for_desk(known.order, known.shipment) | words, cause, turn.now)
    target = f"shipment:{known.shipment.id}"
    await audit.write(known.merchant.id, turn.user_id, f"customer.chose_{FACTS[way]}", target, turn.now)
    return Answer("loss_chosen", words, merchant_id=known.merchant.id)


def _for_desk(order: Order, shipment: Shipment) -> dict[str, Any]:
    return {"order": order.number, "number": shipment.number}


async def _owe(turn: Turn, opened: Opened, said: Any, shipment: Shipment) -> datetime:
    """A person reports that it is done: on the evening of the day that was named, in staffed hours."""
    merchant, now = opened.merchant, turn.now
    named = said.get("on") if isinstance(said, dict) else None
    today = hours.day_there(now, merchant.zone)
    on = max(datetime.fromisoformat(named).date(), today) if named else today + SOON
    text, feasts = hours_of(merchant), feasts_around(merchant.country, now.year)
    due = hours.moment(on, EVENING, merchant.zone)
    if not hours.in_shift(due, merchant.zone, text, feasts):
        due = hours.answer_by(max(due, now), merchant.zone, text, hours.FIRST_RESPONSE, feasts)
    await promises.retire(opened.customer.id, shipment.id, None, now)
    await promises.make(
        merchant.id, opened.customer.id, shipment.id, opened.ticket.id, "loss_chosen", due, True, 0, now
    )  # fmt: skip
    return due
