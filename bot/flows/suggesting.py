"""Ready words under the card: a reply composed from the records, and the shop's macros that fit. One tap shows them."""

from bot.domain.access import Deed, may
from bot.flows import macros as macro_flows
from bot.flows import pending_replies, ready_replies
from bot.flows.agents import Agent, Place
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import customers, macros, replies, tickets

REPLY, READY = "sg", "mc"
"""Verbs under the card: `sg:<customer>`, `mc:<customer>:<macro>`."""
MOST_READY = 3


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


async def suggest(turn: Turn, where: Place, agent: Agent) -> Answer:
    """The reply as he will read it, signed by who asks for it."""
    return await pending_replies.preview(turn, where, agent, await ready_replies.suggested(where, agent, turn.now))
