"""`/inquiry` without a way: the question to the carrier, ready to be copied; noted as asked once it was sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.access import Deed, may
from bot.flows import agents, cards, desk, facts
from bot.flows.agents import Agent, Place
from bot.flows.calls import without_markup
from bot.flows.pending_replies import in_topic
from bot.flows.saying import clean
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import audit, customers, desk_tickets, gestures, replies, tickets
from bot.store.models import Inquiry, Merchant, Order, ScanRow, Shipment
from bot.store.ms import from_ms, to_ms
from bot.texts.messages import Reader, render

VERB = "iq"
"""Of the buttons: `iq:<shipment>:<purpose>:<way>:<minute>`, the minute being that of the text."""
SHOW = "show"
"""In the way's place: the text for this purpose, please."""
LETTER = "letter"
"""Said behind `/inquiry`: the text, also where a purpose is named."""
HOLDS = timedelta(days=7)
SPEAKS: Mapping[str, str] = {"tipax": "fa", "iran-post": "fa", "iran_post": "fa", "smsa": "ar"}
"""Carriers that are best asked in their own language; all others in English."""
PURPOSE_OF: Mapping[str, str] = {
    "not_received": "proof",
    "address": "address",
    "address_problem": "address",
    "late": "hurry",
    "at_risk": "hurry",
    "sooner": "hurry",
    "too_late": "hurry",
}
"""What one would ask, by the ticket's cause or what was found; else where the parcel is."""
WAYS = (("inquiry_mailed", "mail"), ("inquiry_phoned", "phone"))


async def inquiry(turn: Turn, where: Place, agent: Agent) -> Answers:
    """`/inquiry [letter] [PURPOSE] [NUMBER]` shows the text; with a purpose or way alone it was asked already."""
    words = clean(turn.rest).lower().split()
    rest = [word for word in words if word != LETTER]
    says = {word for word in rest if word in (*desk.PURPOSES, *desk.WAYS)}
    if says and LETTER not in words:
        return await desk.inquiry(turn, where, agent)
    return await _chosen(turn, where, agent, says, [word for word in rest if word not in says])


async def _chosen(turn: Turn, where: Place, agent: Agent, says: set[str], others: list[str]) -> Answers:
    ticket = await tickets.open_of(where.customer.id)
    about = ticket.shipment_id if ticket else None
    meant = await desk_tickets.parcels_meant(where.customer.id, about, others[0] if others else "")
    if len(others) > 1 or len(meant) != 1:
        return await desk.inquiry(turn, where, agent)
    matters = [ticket.cause if ticket else "", *sorted(await replies.matters_of(meant[0][0]))]
    usual = next((PURPOSE_OF[one] for one in matters if one in PURPOSE_OF), desk.PURPOSES[0])
    purpose = next((one for one in desk.PURPOSES if one in says), usual)
    return in_topic(turn, where, await written(meant[0][0], purpose, turn.now))


async def written(shipment_id: int, purpose: str, now: datetime) -> Answer:
    """The text, with what is to be pressed once it is sent, and the other things one could ask."""
    known = await customers.parcel_of(shipment_id)
    assert known is not None  # noqa: S101 - it was found just now
    shipment, order, merchant = known
    letter = await _letter(shipment, order, merchant, purpose, now)
    told = {"letter": letter, "purpose": purpose, "carrier": shipment.slug}
    traits = {"zone": merchant.zone, "country": merchant.country}
    return Answer("inquiry_letter", told, _buttons(shipment_id, purpose, now), reader=traits, merchant_id=merchant.id)


def _buttons(shipment_id: int, purpose: str, now: datetime) -> Buttons:
    minute = to_ms(now) // 60_000
    sent = tuple((label, f"{VERB}:{shipment_id}:{purpose}:{way}:{minute}") for label, way in WAYS)
    others = (one for one in desk.PURPOSES if one != purpose)
    return (sent, tuple((f"inquiry_{one}", f"{VERB}:{shipment_id}:{one}:{SHOW}:{minute}") for one in others))


async def _letter(shipment: Shipment, order: Order, merchant: Merchant, purpose: str, now: datetime) -> str:
    """Only what finds the parcel: of the customer no more than the country it goes to."""
    said = facts.parcel(shipment, order, merchant)
    kept = ("number", "order", "shop", "delivered_at", "eta_on", "promised_on")
    told = {name: said[name] for name in kept if name in said}
    newest = next(iter(await tickets.scans(shipment.id, limit=1)), None)
    facts_ = told | {"purpose": purpose, "country": shipment.country, "scan": _seen(newest), "at": now.isoformat()}
    reader = Reader(SPEAKS.get(shipment.slug, "en"), merchant.zone, country=merchant.country)
    return without_markup(render("carrier_letter", _set(facts_), reader).text)


def _seen(scan: ScanRow | None) -> dict[str, Any]:
    """The newest scan, if it has a time."""
    if scan is None or scan.at_ms is None:
        return {}
    return _set({"at": from_ms(scan.at_ms).isoformat(), "place": scan.place, "text": scan.description})


def _set(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in found.items() if fact}


# ---- pressed


async def press(turn: Turn, shop_id: int | None, agent: Agent | None, said: list[str]) -> Answers:
    """It was sent: noted, once. A parcel of another shop is answered as none."""
    number, purpose, way, minute = (*said, "", "", "", "")[:4]
    ids = [int(one) if one.isascii() and one.isdecimal() and len(one) <= 18 else 0 for one in (number, minute)]
    known = await customers.parcel_of(ids[0])
    if known is None or known[2].id != shop_id or purpose not in desk.PURPOSES:
        turn.toast = Answer("not_for_you")
    elif agent is None:
        turn.toast = Answer("desk_unchecked")
    elif not may(agent.role, Deed.INQUIRY):
        turn.toast = Answer("reply_not_yours")
    elif turn.now - from_ms(ids[1] * 60_000) > HOLDS:
        turn.toast = Answer("inquiry_old")
    else:
        return await _pressed(turn, known[0], known[2], agent, purpose, way, ids[1] * 60_000)
    return None


async def _pressed(
    turn: Turn, shipment: Shipment, merchant: Merchant, agent: Agent, purpose: str, way: str, since_ms: int
) -> Answers:
    if way == SHOW:
        return _instead(turn, await written(shipment.id, purpose, turn.now))
    await gestures.lock(merchant.id)
    asked = await Inquiry.filter(shipment_id=shipment.id, purpose=purpose, asked_ms__gte=since_ms).first()
    if asked is not None:
        turn.toast = await _known(merchant, asked)
        return None
    return await _note(turn, shipment, merchant, agent, purpose, way)


async def _note(turn: Turn, shipment: Shipment, merchant: Merchant, agent: Agent, purpose: str, way: str) -> Answer:
    kept = way if way in desk.WAYS else "agent"
    await desk_tickets.ask_carrier(shipment.id, agent.user_id, kept, purpose, turn.now)
    detail = f"{purpose} {kept} shipment:{shipment.id}"
    await audit.write(
        merchant.id, turn.user_id, "desk.inquiry", f"shipment:{shipment.id}", turn.now, turn.signed(detail)
    )
    await cards.refresh_cards([shipment.id], turn.now)
    known = await customers.parcel_of(shipment.id)
    order = known[1].number if known else ""
    return _instead(turn, Answer("desk_inquiry_noted", {"purpose": purpose, "order": order}, merchant_id=merchant.id))


async def _known(merchant: Merchant, asked: Inquiry) -> Answer:
    who = await agents.name_of(merchant.id, asked.asked_by) if asked.asked_by is not None else None
    reader = {"zone": merchant.zone, "country": merchant.country}
    return Answer("inquiry_known", {"who": who, "asked_at": from_ms(asked.asked_ms).isoformat()}, reader=reader)


def _instead(turn: Turn, said: Answer) -> Answer:
    return Answer(
        said.kind, said.facts, said.buttons, turn.message_id, reader=said.reader, merchant_id=said.merchant_id
    )
