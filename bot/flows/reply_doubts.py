"""What the records hold against words to a customer, for whoever is about to let them go."""

from datetime import date, datetime
from typing import Any

from bot.domain.hours import day_there
from bot.flows.agents import Place
from bot.flows.reply_check import Doubt, Known, doubts, is_suspect
from bot.store import replies, tickets
from bot.store.ms import from_day

OF_ANY = frozenset({"carrier", "card"})
"""What is never said, to whomever: no record is needed to see it."""


def of_any(text: str, now: datetime) -> list[dict[str, Any]]:
    """Doubts in words that are for no customer yet."""
    known = Known(now.date())
    return [facts(one, known) for one in doubts(text, known) if one.why in OF_ANY]


async def facts_of(text: str, where: Place, now: datetime) -> list[dict[str, Any]]:
    """Each doubt as facts; for most words nothing is looked up."""
    today = day_there(now, where.merchant.zone)
    if not is_suspect(text, today):
        return []
    known = await known_of(where, today)
    return [facts(one, known) for one in doubts(text, known)]


def facts(doubt: Doubt, known: Known) -> dict[str, Any]:
    found: dict[str, Any] = {
        "why": doubt.why,
        "said": doubt.said,
        "day_on": _day(doubt.day),
        "expected_on": _day(known.expected) if doubt.why == "early" else None,
        "told_on": _day(known.told) if doubt.why == "second" else None,
        "order_name": known.names[0] if known.names and doubt.why == "name" else None,
    }
    return {name: fact for name, fact in found.items() if fact}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def known_of(where: Place, today: date) -> Known:
    """What the records hold against his words; of several parcels under way no day is compared."""
    ticket = await tickets.open_of(where.customer.id)
    parcels = await replies.spoken_of(where.customer.id, ticket.shipment_id if ticket else None)
    names = tuple(dict.fromkeys(await replies.names_of(where.customer.id)))
    if len(parcels) != 1:
        return Known(today, names=names)
    (parcel,) = parcels
    return Known(today, from_day(parcel.eta_on), from_day(parcel.told_on), parcel.slips, names)
