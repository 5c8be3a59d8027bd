"""Follow links: how a customer comes to us, and what he is told then."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.hours import day_there
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import facts, windows
from bot.flows.tokens import hashed
from bot.flows.turn import Answer, Answers, Turn, speak
from bot.store import customers, erasure, links, outbox
from bot.store.models import Customer, Merchant, Order, Shipment
from bot.store.ms import from_day

PREFIX = "f"
"""First letter of a follow link's token: tells it from an invitation."""
TOKEN_BYTES = 18
LINK_HOLDS = timedelta(days=60)
WORDING = "greeting.1"
"""The version of the greeting's words: what the consent was given to."""

TOLD_AT_ONCE = frozenset({"delivered", "available_for_pickup", "returning", "returned", "lost", "delivery_attempted"})
"""Where a parcel already stands so that the greeting must say it."""
ASKING = ("customs_action", "unpaid", "damaged")
"""Troubles that the greeting words: something is to be done, and whoever comes late was not asked."""
TROUBLES = frozenset({"late", "lost", "returning", "stalled", "failed_attempt", *ASKING})


async def make_link(order_id: int, merchant_id: int, now: datetime, holds: timedelta = LINK_HOLDS) -> str:
    """A new token for `?start=`; runs in the caller's transaction."""
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    await links.keep(hashed(token), merchant_id, order_id, now + holds)
    return token


async def open_link(turn: Turn, token: str) -> Answers:
    """Follow the order of a link; whoever it is not for learns nothing of it."""
    key = hashed(token)
    found = await links.link(key) if len(token) <= 64 else None
    if found is None:
        return Answer("link_unknown")
    if found.user_id not in (None, turn.user_id):
        return Answer("link_used")
    if found.user_id is None and found.expires_at <= turn.now:
        return Answer("link_expired")
    order = await customers.order(found.merchant_id, found.order_id)
    if order is None:
        return Answer("link_unknown")
    if not await links.bind(key, turn.user_id, turn.now):
        return Answer("link_used")
    return await follow_order(turn, order, "link")


async def follow_order(turn: Turn, order: Order, channel: str) -> Answers:
    """Follow all shipments of an order that is proven to be his; `channel` is the way he came."""
    merchant = await customers.merchant(order.merchant_id)
    called = order.name or turn.person.name
    customer = await customers.meet(merchant.id, turn.user_id, called, order.locale, turn.now)
    await erasure.unsuppress(turn.user_id)
    await customers.mark_reach(turn.user_id, None, turn.now)
    boxes = await customers.shipments(merchant.id, order.id)
    said = await windows.said_of([box.id for box in boxes])
    fresh = [box for box in boxes if await _follow(box, customer, turn, said[box.id])]
    await customers.consent(customer.id, WORDING, channel, turn.now)
    reader = await reader_traits(turn, order, merchant, boxes)
    told = {box.id: facts.parcel(box, order, merchant) | said[box.id] for box in boxes}
    if boxes and not fresh:
        return [state_again(merchant, told, reader, turn.now)]
    shared = {"order": order.number, "shop": merchant.name, "name": first_name(order.name), "at": turn.now.isoformat()}
    known = {name: fact for name, fact in shared.items() if fact}
    return [await greeting(merchant, {box: told[box.id] | known for box in fresh}, known, reader, turn.now)]


async def _follow(shipment: Shipment, customer: Customer, turn: Turn, said: Mapping[str, Any]) -> bool:
    told_on = from_day(said.get("eta_on", shipment.eta_on)) or from_day(shipment.promised_on)
    follow_id = await customers.follow(shipment.id, customer.id, told_on, turn.now)
    if follow_id is None:
        return False
    await outbox.put([live_row(follow_id, customer, f"u{turn.update_id}", turn.now)])
    return True


def live_row(follow_id: int, customer: Customer, cause: str, now: datetime) -> Outgoing:
    """The live message of a follow is to be sent, or edited to what holds."""
    return Outgoing(
        act=Act.LIVE,
        cause=f"live:{follow_id}:{cause}",
        payload={"follow": follow_id},
        priority=Priority.LIVE,
        lane=f"chat:{customer.user_id}",
        due_at=now,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=f"live:{follow_id}",
    )


async def reader_traits(turn: Turn, order: Order, merchant: Merchant, boxes: Sequence[Shipment]) -> dict[str, Any]:
    """How a first answer reads: the speaker's language if he has one, else the order's, else the shop's."""
    known = await customers.person(turn.user_id)
    spoken = (known.locale or known.app_locale) if known else None
    zone = next((box.zone for box in boxes if box.zone != "UTC"), merchant.zone)
    country = next((box.country for box in boxes if box.country), merchant.country)
    return {
        "locale": speak(spoken, order.locale, merchant.locale),
        "zone": turn.person.own_zone or zone,
        "country": country or turn.person.country,
    }


async def greeting(
    merchant: Merchant,
    boxes: Mapping[Shipment, dict[str, Any]],
    shared: dict[str, Any],
    reader: dict[str, Any],
    now: datetime,
) -> Answer:
    """Hello; with the state, once, where it is already more than "on its way". `boxes` with what is known of each."""
    troubled = await customers.open_findings([box.id for box in boxes])
    worst = next((box for box in boxes if _must_say(box, troubled, now)), None)
    if worst is None:
        told = next(iter(boxes.values()), shared)
        return Answer("greeting", told, reader=reader, merchant_id=merchant.id)
    trouble = next((kind for kind in ASKING if kind in troubled.get(worst.id, ())), None)
    stands = boxes[worst] | {"trouble": trouble}
    return Answer(
        "greeting_state",
        {name: fact for name, fact in stands.items() if fact is not None},
        facts.buttons_for(trouble or _kind_of(worst), worst.id, stands),
        reader=reader,
        merchant_id=merchant.id,
    )


def _kind_of(shipment: Shipment) -> str:
    """The kind of message whose buttons fit where the parcel stands."""
    kinds = {"delivered": "delivered", "available_for_pickup": "ready", "delivery_attempted": "attempt"}
    return kinds.get(shipment.status, "live")


def _must_say(shipment: Shipment, troubled: dict[int, frozenset[str]], now: datetime) -> bool:
    promised = from_day(shipment.promised_on)
    overdue = bool(shipment.open) and promised is not None and promised < day_there(now, shipment.zone)
    return shipment.status in TOLD_AT_ONCE or overdue or bool(troubled.get(shipment.id, frozenset()) & TROUBLES)


def first_name(name: str | None) -> str | None:
    """What he is greeted with: the order's first name only."""
    return name.split()[0] if name and name.split() else None


def state_again(
    merchant: Merchant, boxes: Mapping[int, dict[str, Any]], reader: dict[str, Any], now: datetime
) -> Answer:
    """The link opened once more by whom it belongs to: how things stand. `boxes`: what is known of each, by id."""
    (first, told), at = next(iter(boxes.items())), {"at": now.isoformat()}
    if len(boxes) == 1:
        return Answer("state", told | at, facts.buttons_for("live", first), reader=reader, merchant_id=merchant.id)
    return Answer("states", {"parcels": list(boxes.values())} | at, reader=reader, merchant_id=merchant.id)
