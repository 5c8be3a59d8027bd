"""Ready words under the card: a reply composed from the records, and the shop's macros that fit. One tap shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bot.domain.access import Deed, may
from bot.domain.hours import day_there
from bot.domain.offer import allowed_by, ways
from bot.flows import macros as macro_flows
from bot.flows import pending_replies
from bot.flows.agents import Agent, Place
from bot.flows.offered import FACTS
from bot.flows.reply_facts import Spoken, spoken_of
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import customers, loss_offers, macros, replies, tickets
from bot.store.models import Merchant, Shipment
from bot.store.pending import SUGGESTED
from bot.texts.kinds.suggested import MATTERS
from bot.texts.macros import signed
from bot.texts.marked import with_entities
from bot.texts.messages import render

REPLY, READY = "sg", "mc"
"""Verbs under the card: `sg:<customer>`, `mc:<customer>:<macro>`."""
MOST_READY = 3
SAID_BY_HIM = ("not_received", "nobody_came")
"""Causes of tickets that come before any finding of ours."""
ASKS_WHICH = frozenset({"lost", "damaged", "returning"})
"""Matters in which there is a choice to offer."""


# ---- under the card


async def buttons(customer_id: int) -> Buttons:
    """While his ticket is open: a reply of ours, and the macros that fit what it is about."""
    ticket = await tickets.open_of(customer_id)
    if ticket is None:
        return ()
    shipment_id = await replies.parcel_meant(customer_id, ticket.shipment_id)
    matters = {ticket.cause, *(await replies.matters_of(shipment_id) if shipment_id is not None else ())}
    fitting = [one for one in (await macros.of_shop(ticket.merchant_id)).values() if one.about & matters]
    ready = tuple((f"={one.name}", f"{READY}:{customer_id}:{one.id}") for one in fitting[:MOST_READY])
    return tuple(row for row in ((("suggest_reply", f"{REPLY}:{customer_id}"),), ready) if row)


async def press(turn: Turn, shop_id: int | None, agent: Agent | None, verb: str, said: list[str]) -> Answers:
    """Show it with Send. A customer of another shop is answered as none."""
    customer_id, macro_id = (int(one) if one.isascii() and one.isdecimal() else 0 for one in (*said, "", "")[:2])
    customer = await customers.customer(customer_id) if customer_id < 1 << 63 else None
    if customer is None or customer.merchant_id != shop_id or customer.user_id <= 0:
        turn.toast = Answer("not_for_you")
    elif agent is None:
        turn.toast = Answer("desk_unchecked")
    elif not may(agent.role, Deed.ANSWER):
        turn.toast = Answer("reply_not_yours")
    else:
        where = Place(customer, await customers.merchant(customer.merchant_id))
        return await (_ready(turn, where, agent, macro_id) if verb == READY else suggest(turn, where, agent))
    return None


async def _ready(turn: Turn, where: Place, agent: Agent, macro_id: int) -> Answers:
    known = await macros.of_shop(where.merchant.id)
    macro = next((one for one in known.values() if one.id == macro_id), None)
    if macro is None:
        turn.toast = Answer("macro_gone")
        return None
    return await macro_flows.preview(turn, where, agent, macro)


# ---- composed


async def suggest(turn: Turn, where: Place, agent: Agent) -> Answer:
    """The reply as he will read it, signed by who asks for it."""
    spoken = await spoken_of(where, turn.now)
    greets = not await replies.has_written(
        where.customer.id, agent.user_id, spoken.ticket.id if spoken.ticket else None
    )
    facts = await _facts(where, spoken, turn.now) | ({"greets": True} if greets and agent.name else {})
    words = render("suggested", facts, spoken.reader).text
    plain = with_entities(signed(words, agent.name))[0]
    pending_id = await pending_replies.offer(turn, where, agent, SUGGESTED, str(facts.get("about", "")), words)
    shown = pending_replies.shown(plain, name=spoken.facts.get("name"))
    under = pending_replies.buttons(pending_id, plain)
    return pending_replies.in_topic(turn, where, Answer("reply_preview", shown, under))


async def _facts(where: Place, spoken: Spoken, now: datetime) -> dict[str, Any]:
    facts = dict(spoken.facts)
    about = await _about(spoken)
    if about:
        facts["about"] = about
    _leave_out_what_is_no_news(facts, await _told(where, spoken), day_there(now, spoken.reader.zone).isoformat())
    if about in ASKS_WHICH and spoken.shipment is not None and not await _was_asked(where, spoken.shipment):
        facts["offer"] = _allowed(where.merchant, spoken.shipment)
    return facts


async def _was_asked(where: Place, shipment: Shipment) -> bool:
    return await loss_offers.of(where.customer.id, shipment.id) is not None


async def _about(spoken: Spoken) -> str | None:
    """What he says himself, else the gravest that we found."""
    if spoken.ticket is not None and spoken.ticket.cause in SAID_BY_HIM:
        return spoken.ticket.cause
    found = await replies.matters_of(spoken.shipment.id) if spoken.shipment is not None else frozenset()
    return next((matter for matter in MATTERS if matter in found), None)


async def _told(where: Place, spoken: Spoken) -> replies.SpokenOf | None:
    about = spoken.shipment.id if spoken.shipment is not None else None
    return next((one for one in await replies.spoken_of(where.customer.id, about) if one.shipment_id == about), None)


def _leave_out_what_is_no_news(facts: dict[str, Any], told: replies.SpokenOf | None, today: str) -> None:
    """A day that is over; after a slip one more single day: from then on a span is said, or none."""
    eta_on = facts.get("eta_on")
    is_span = bool(facts.get("eta_from_on")) and facts["eta_from_on"] < (eta_on or "")
    is_second = told is not None and told.slips > 0 and not is_span and eta_on != told.told_on
    if eta_on and (eta_on < today or is_second):
        for name in ("eta_on", "eta_from_on", "days_late"):
            facts.pop(name, None)


def _allowed(merchant: Merchant, shipment: Shipment) -> Mapping[str, bool]:
    allowed, worth = allowed_by(orjson.loads(merchant.settings)), shipment.value_amount
    unpaid = shipment.cod_amount is not None
    return {FACTS[way]: True for way in ways(allowed, worth, unpaid=unpaid, out_of_stock=False)}
