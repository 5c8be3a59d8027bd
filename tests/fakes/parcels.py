"""A followed parcel in the store, as tests of flows want it."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from bot.domain.outgoing import Act, Leaving, Priority
from bot.store.models import Customer, FindingRow, Follow, Merchant, Order, Shipment
from bot.store.ms import to_ms
from tests.fakes import rows


class Followed(NamedTuple):
    """The shop, its customer, and what he follows."""

    merchant: Merchant
    customer: Customer
    order: Order
    shipment: Shipment
    follow: Follow


async def followed(now: datetime, **changes: Any) -> Followed:
    """Layla follows order 1001, promised for Wednesday 25 November."""
    merchant = await rows.shop()
    customer = await rows.customer(merchant)
    order = await Order.create(merchant_id=merchant.id, number="1001", name="Layla", created_ms=to_ms(now))
    given = {
        "merchant_id": merchant.id,
        "order_id": order.id,
        "slug": "dhl_unified",
        "number": "00340434161094042557",
        "status": "in_transit",
        "scan_ms": to_ms(now),
        "scan_place": "Leipzig",
        "promised_on": "2026-11-25",
        "zone": "Europe/Berlin",
        "next_poll_ms": 0,
        "known_ms": to_ms(now),
        "polled_ms": to_ms(now),
        "created_ms": to_ms(now),
    } | changes
    shipment = await Shipment.create(**given)
    follow = await Follow.create(shipment_id=shipment.id, customer_id=customer.id, created_ms=to_ms(now))
    return Followed(merchant, customer, order, shipment, follow)


async def finding(parcel: Followed, now: datetime, **changes: Any) -> int:
    """An open finding of that parcel; its id."""
    given = {
        "merchant_id": parcel.merchant.id,
        "shipment_id": parcel.shipment.id,
        "kind": "stalled",
        "occurrence": 1,
        "severity": "serious",
        "raised_ms": to_ms(now),
        "evidence": orjson.dumps(changes.pop("saw", {})).decode(),
    } | changes
    row = await FindingRow.create(**given)
    return int(row.id)


def notice(parcel: Followed, kind: str, now: datetime, **payload: Any) -> Leaving:
    """A notice about that parcel as the dispatcher holds it."""
    return Leaving(
        id=10_001,
        act=Act.NOTICE,
        payload={"kind": kind, "shipments": [parcel.shipment.id]} | payload,
        cause="notice:test",
        priority=Priority.WARNING,
        lane=f"chat:{parcel.customer.user_id}",
        attempts=1,
        created_at=now,
        chat_id=parcel.customer.user_id,
        customer_id=parcel.customer.id,
        merchant_id=parcel.merchant.id,
    )
