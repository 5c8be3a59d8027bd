"""The life of a claim at a carrier: opened with a loss, reminded of in time, over when it is made or not needed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import structlog

from bot.domain import hours
from bot.domain.claim import Losing, next_reminder, terms_for, window
from bot.domain.feasts import feasts_around
from bot.domain.finding import OpenFinding
from bot.domain.outgoing import Act
from bot.domain.shipment import Shipment as Tracked
from bot.domain.telling import Following, Shop
from bot.flows import cards, facts, to_desk
from bot.flows.opening_hours import hours_of
from bot.store import claims, core, customers, outbox, tickets
from bot.store.models import Claim, Merchant
from bot.store.ms import from_day

log = structlog.get_logger(__name__)
SET_ASIDE = timedelta(minutes=15)
"""How long a reminder waits that we cannot say by our own fault: it must not stop the others."""


async def open_claim(shipment: Tracked, occurrence: int, followers: Sequence[Following], now: datetime) -> None:
    """A loss was found: until when it can be claimed, and the desk's first reminder. One a loss, in its transaction.

    The desk hears of it in the first follower's topic.
    """
    merchant = await customers.merchant(shipment.merchant_id)
    terms = terms_for(shipment.slug, _own_terms(merchant))
    if terms is None or await claims.of_shipment(shipment.id) is not None:
        return
    shop = shop_of(merchant, now)
    handed_at = await claims.handed_over_at(shipment.id) or shipment.created_at
    lost = Losing(
        hours.day_there(handed_at, shipment.zone),
        hours.day_there(now, shop.zone),
        shipment.eta_on or shipment.promised_on,
    )
    known = window(terms, lost, shop.country, shop.holidays)
    customer_id = followers[0].customer_id if followers else None
    remind_at = next_reminder(known, shop, now)
    await claims.add(merchant.id, shipment.id, occurrence, customer_id, known, remind_at, now)


def _own_terms(merchant: Merchant) -> Mapping[str, Sequence[int]]:
    return orjson.loads(merchant.settings).get("claims") or {}


def shop_of(merchant: Merchant, now: datetime) -> Shop:
    """What of a shop decides when somebody is there."""
    feasts = feasts_around(merchant.country, now.year)
    return Shop(merchant.zone, hours_of(merchant), merchant.country, feasts)


async def facts_of(shipment_id: int, merchant: Merchant, now: datetime) -> dict[str, Any]:
    """What is known of a parcel's claim, for the desk; nothing where there is none."""
    row = await claims.of_shipment(shipment_id)
    return {} if row is None else told_of(row, hours.day_there(now, merchant.zone))


def told_of(row: Claim, today: date) -> dict[str, Any]:
    """The facts of a claim; a first day that has come is none any more."""
    opens_on, closes_on = from_day(row.opens_on), from_day(row.closes_on)
    found = {
        "claim_open": bool(row.open),
        "claim_opens_on": row.opens_on if opens_on and opens_on > today else None,
        "claim_closes_on": row.closes_on,
        "claim_over": closes_on is not None and closes_on < today,
        "claim_assumed": bool(row.assumed),
        "claim_insured": bool(row.insured),
        "claim_made_on": row.made_on,
        "claim_way": row.way,
    }
    return {name: fact for name, fact in found.items() if fact}


# ---- reminders


async def remind_due(now: datetime) -> int:
    """Remind of every unmade claim whose time has come, each in its own transaction; returns how many."""
    rows = await claims.due(now)
    for row in rows:
        try:
            async with core.transaction():
                await _remind(row, now)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("claim_not_reminded", claim=row.id)
            await claims.remind_next(row, now + SET_ASIDE)
    return len(rows)


async def _remind(row: Claim, now: datetime) -> None:
    known, parcel = claims.window_of(row), await customers.parcel_of(row.shipment_id)
    shop = shop_of(parcel[2], now) if parcel else Shop()
    next_at = next_reminder(known, shop, now) if known and parcel else None
    if not await claims.remind_next(row, next_at) or parcel is None:
        return
    told = facts.parcel(*parcel) | told_of(row, hours.day_there(now, shop.zone))
    await tell(parcel[2], row.customer_id, "desk_claim", told, f"claim:{row.id}:{row.remind_ms}", now)


# ---- found again


async def turned_up(shipment: Tracked, finding: OpenFinding, customer_ids: Sequence[int], now: datetime) -> None:
    """A parcel that was lost moves again: its claim is off, who works on it hears so, his ticket is noted.

    Of a loss that nobody was told of only a claim is worth a word.
    """
    known, closed = await customers.parcel_of(shipment.id), await claims.turned_up([shipment.id])
    if known is None or (finding.baseline and not closed):
        return
    today = hours.day_there(now, known[2].zone)
    told = facts.parcel(*known) | (told_of(closed[-1], today) if closed else {})
    cause = f"turned_up:{shipment.id}:{finding.occurrence}"
    concerned = dict.fromkeys([*customer_ids, *(row.customer_id for row in closed)])
    for customer_id in [one for one in concerned if one is not None] or [None]:
        if customer_id is not None:
            await _note(customer_id, shipment.id, cause, now)
        await tell(known[2], customer_id, "desk_turned_up", told, cause, now)


async def _note(customer_id: int, shipment_id: int, cause: str, now: datetime) -> None:
    """His open ticket says so; what a person owed him only because of the loss is owed no more."""
    ticket = await tickets.open_of(customer_id)
    if ticket is not None:
        entry = {"cause": "turned_up", "shipment": shipment_id, "at": now.isoformat(), "mark": cause}
        await tickets.add_evidence(ticket, entry)
    await tickets.release_loss(customer_id, shipment_id, now)


# ---- to the people of the shop


async def tell(
    merchant: Merchant, customer_id: int | None, kind: str, told: Mapping[str, Any], cause: str, now: datetime
) -> None:
    """Our words into the customer's topic with its card renewed; else into the group, else to the owners."""
    customer = await customers.customer(customer_id) if customer_id is not None else None
    if customer is None or merchant.desk_chat_id is None:
        await to_desk.tell_shop(merchant, kind, told, cause, now)
        return
    said = {"kind": kind, "facts": {"at": now.isoformat(), **told}}
    await outbox.put([cards.desk_row(customer, Act.DESK, f"desk:{customer.id}:{cause}", said, now)])
    await cards.refresh_card(customer.id, now, cause)
