"""Shipments as a file brings them: thousands at once, in a few statements."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.store import adding, bulk, sql
from bot.store.adding import Wanted
from bot.store.ms import to_day, to_ms

_CONTACT = {"name": "text", "phone": "text", "email": "text", "locale": "text"}
_ORDER = {"merchant_id": "bigint", "number": "text", **_CONTACT, "created_ms": "bigint"}
_TOLD = {"id": "bigint", **_CONTACT}
_SAID = {name: f"COALESCE({{new}}, shop_order.{name})" for name in _CONTACT}
_SHIPMENT = {
    "merchant_id": "bigint",
    "order_id": "bigint",
    "account_id": "bigint",
    "slug": "text",
    "number": "text",
    "status": "text",
    "zone": "text",
    "next_poll_ms": "bigint",
    "created_ms": "bigint",
    "known_ms": "bigint",
    "promised_on": "text",
    "needed_on": "text",
    "cod_amount": "text",
    "value_amount": "text",
    "currency": "text",
    "scan_digest": "bigint",
    "priority": "int",
    "open": "int",
    "misses": "int",
    "reuse": "int",
    "learnt": "int",
}


class Kept(NamedTuple):
    """A shipment that is there now."""

    shipment_id: int
    order_id: int
    is_new: bool
    promised_on: str | None


async def keep(wanted: Sequence[Wanted], now: datetime) -> list[Kept]:
    """Each of one shop's as adding.keep keeps it, in their order; those whose number is new go in together."""
    if not wanted:
        return []
    known = await _known(wanted[0].merchant_id, {one.number for one in wanted})
    often = Counter((one.slug, one.number) for one in wanted)
    fresh = [one for one in wanted if often[one.slug, one.number] == 1 and (one.slug, one.number) not in known]
    made = await _make(fresh, now)
    return [made.get((one.slug, one.number)) or await _keep_one(one, now) for one in wanted]


async def _keep_one(wanted: Wanted, now: datetime) -> Kept:
    shipment, is_new = await adding.keep(wanted, now)
    return Kept(shipment.id, shipment.order_id, is_new, shipment.promised_on)


async def _known(merchant_id: int, numbers: Iterable[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Shipment and order by carrier and number; of parcels that had it one after the other any."""
    where, listed = sql.among("number", numbers)
    query = f"SELECT slug, number, id, order_id FROM shipment WHERE merchant_id = ? AND {where}"  # noqa: S608
    return {(row[0], row[1]): (row[2], row[3]) for row in await sql.records(query, (merchant_id, listed))}


async def _make(fresh: Sequence[Wanted], now: datetime) -> dict[tuple[str, str], Kept]:
    if not fresh:
        return {}
    shop_id = fresh[0].merchant_id
    orders = await _orders(shop_id, fresh, now)
    await bulk.insert("shipment", _SHIPMENT, [_shipment(one, orders[one.order], to_ms(now)) for one in fresh])
    known = await _known(shop_id, [one.number for one in fresh])
    return {(one.slug, one.number): Kept(*known[one.slug, one.number], True, to_day(one.promised_on)) for one in fresh}


async def _orders(merchant_id: int, wanted: Sequence[Wanted], now: datetime) -> dict[str, int]:
    """The ids of their orders by number, made or told what is said of them; of two rows the later one counts."""
    said: dict[str, dict[str, str]] = {}
    for one in wanted:
        said.setdefault(one.order, {}).update(adding.contact(one))
    before = await _order_ids(merchant_id, said)
    new = [(merchant_id, number, *_contact(told), to_ms(now)) for number, told in said.items() if number not in before]
    await bulk.insert("shop_order", _ORDER, new, "ON CONFLICT (merchant_id, number) DO NOTHING")
    told = [(before[number], *_contact(words)) for number, words in said.items() if number in before and words]
    await bulk.update("shop_order", _TOLD, told, _SAID)
    return before if not new else await _order_ids(merchant_id, said)


def _contact(said: dict[str, str]) -> list[str | None]:
    return [said.get(name) for name in _CONTACT]


async def _order_ids(merchant_id: int, numbers: Iterable[str]) -> dict[str, int]:
    where, listed = sql.among("number", numbers)
    query = f"SELECT number, id FROM shop_order WHERE merchant_id = ? AND {where}"  # noqa: S608
    return {row[0]: row[1] for row in await sql.records(query, (merchant_id, listed))}


def _shipment(one: Wanted, order_id: int, now_ms: int) -> tuple[Any, ...]:
    place = (one.merchant_id, order_id, one.account_id, one.slug, one.number, one.status, one.zone)
    said = (to_day(one.promised_on), to_day(one.needed_on), one.cod_amount, one.value_amount, one.currency)
    return (*place, now_ms, now_ms, now_ms if one.known else None, *said, 0, 0, 1, 0, 0, 0)


async def followers(kept: Sequence[Kept]) -> list[tuple[Kept, int]]:
    """Customers who follow another shipment of the order, and not yet this one."""
    of_order: dict[int, list[int]] = {}
    where, listed = sql.among("s.order_id", sorted({one.order_id for one in kept}))
    found = await sql.records(
        "SELECT DISTINCT s.order_id, f.customer_id FROM follow f JOIN shipment s ON s.id = f.shipment_id"  # noqa: S608
        f" WHERE {where} ORDER BY 1, 2",
        (listed,),
    )
    for order_id, customer_id in found:
        of_order.setdefault(order_id, []).append(customer_id)
    return [(one, customer_id) for one in kept for customer_id in of_order.get(one.order_id, ())]
