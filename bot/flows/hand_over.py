"""What a colleague needs to know who takes over a ticket, in five lines: nobody asks the customer for it again."""

from datetime import datetime
from typing import Any

from bot.flows import card
from bot.flows.facts import moment
from bot.store import case
from bot.store.case import Case
from bot.store.models import Ticket
from bot.texts.bidi import cut, plain

LONGEST_WORDS = 300
MOST_PARCELS = 40


async def brief(ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Who, which parcel and where it is, what went wrong, what was told and promised and offered, what is asked for."""
    known = await case.case_of(ticket.customer_id, MOST_PARCELS, 1)
    if known is None:
        return {}
    head = await card.head_of(known, now)
    words = cut(plain(await case.last_words(ticket.customer_id, ticket.id)), LONGEST_WORDS)
    asked = {"opened_at": moment(ticket.opened_ms), "ticket": ticket.cause} | ({"words": words} if words else {})
    owed: dict[str, Any] = next(iter(head.pop("owed", ())), {})
    return {"brief": True} | head | _about(known, ticket, now) | owed | asked


def _about(known: Case, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Of the parcel that it is about, else of the first under way."""
    found = [one for one in known.parcels if one.shipment.id == ticket.shipment_id] or list(known.parcels[:1])
    if not found:
        return {}
    entries = list(card.entries(found[0], known.merchant, now))
    by = {name: [one for one in entries if one["is"] == name] for name in _ABOUT}
    newest = [by[name][0] for name in by if by[name]]
    flat = {name: fact for one in newest for name, fact in one.items() if name not in ("is", "boxes")}
    wrong = [one for one in entries if one["is"] == "finding"][-1:]
    return flat | ({"wrong": wrong} if wrong else {})


_ABOUT = ("parcel", "days", "told", "slips", "offer", "asked")
"""Entries of a parcel's card of which the first is said."""
