"""An offer for a lost parcel as the records have it when it is said: its ways, their days and sums, its buttons."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import orjson

from bot.domain.feasts import feasts_around
from bot.domain.hours import day_there
from bot.domain.offer import Allowed, Way, allowed_by, done_on
from bot.flows import staffed
from bot.flows.composed import Buttons
from bot.flows.moments import moment
from bot.store import loss_offers
from bot.store.models import LossOffer, Merchant, Promise, Shipment

KINDS = frozenset({"loss_offer", "loss_offer_again"})
VERB = "lo"
"""Of the buttons: `lo:<shipment>:<way>`."""
LABELS: Mapping[Way, str] = {Way.AGAIN: "offer_again", Way.MONEY: "offer_money", Way.CANCEL: "offer_cancel"}
FACTS: Mapping[Way, str] = {Way.AGAIN: "again", Way.MONEY: "money", Way.CANCEL: "cancel"}


async def stands(customer_id: int, shipment_id: int) -> bool:
    """Whether it can still be chosen: the parcel has not turned up, and nothing was chosen."""
    offer = await loss_offers.of(customer_id, shipment_id)
    return offer is not None and offer.chosen is None and await loss_offers.is_lost(shipment_id)


async def facts_of(customer_id: int, shipment: Shipment, merchant: Merchant, now: datetime) -> dict[str, Any]:
    """What it says now; nothing where none was made."""
    offer = await loss_offers.of(customer_id, shipment.id)
    if offer is None:
        return {}
    allowed = allowed_by(orjson.loads(merchant.settings))
    found = {FACTS[way]: said_of(way, allowed, shipment, merchant, now) for way in ways_of(offer)}
    asked = await Promise.get_or_none(customer_id=customer_id, shipment_id=shipment.id, kind="loss_offer", open=1)
    return found | {
        "ask_again_on": moment(asked.due_ms) if asked else None,
        "both": len(found) > 1,
        "out_of_stock": offer.out_of_stock,
        "free_delivery": allowed.free_delivery and bool(found),
    }


def ways_of(offer: LossOffer) -> tuple[Way, ...]:
    """The ways that were offered: they hold, whatever the policy is by now."""
    return tuple(Way(way) for way in offer.ways.split(",") if way)


def said_of(way: Way, allowed: Allowed, shipment: Shipment, merchant: Merchant, now: datetime) -> Any:
    """The facts of one way; True where there is nothing to add."""
    on = _on(way, allowed, shipment, merchant, now)
    found: dict[str, Any] = {"on": on.isoformat()} if on else {}
    if way is Way.AGAIN and allowed.express and "until_at" in staffed.team_hours(merchant, now):
        found["express"] = True
    if way is Way.MONEY and shipment.value_amount:
        found["sum"] = {"amount": shipment.value_amount, "currency": shipment.currency or ""}
    return found or True


def _on(way: Way, allowed: Allowed, shipment: Shipment, merchant: Merchant, now: datetime) -> date | None:
    today = day_there(now, merchant.zone)
    countries = {Way.AGAIN: shipment.country or merchant.country, Way.MONEY: merchant.country}
    feasts: Collection[date] = feasts_around(countries.get(way), now.year)
    return done_on(way, allowed, today, countries, feasts)


def buttons(told: Mapping[str, Any], shipment_id: int) -> Buttons:
    """One for each way that is offered, and the person."""
    offered = tuple((LABELS[way], f"{VERB}:{shipment_id}:{way}") for way in Way if told.get(FACTS[way]))
    person = (("talk_to", f"h:{shipment_id}"),)
    return (offered, person) if offered else (person,)
