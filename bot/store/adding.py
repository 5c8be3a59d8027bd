"""Orders and shipments as a shop adds them by hand or by file: one at a time, the cold path."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from bot.domain.reuse import is_another
from bot.store import sql
from bot.store.models import Order, Shipment
from bot.store.ms import from_ms, to_day, to_ms


class Wanted(Struct, frozen=True):
    """A shipment to be kept; what is None was not said and stays as it is."""

    merchant_id: int
    slug: str
    number: str
    order: str
    account_id: int | None
    zone: str
    promised_on: date | None = None
    needed_on: date | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    locale: str | None = None
    cod_amount: str | None = None
    value_amount: str | None = None
    currency: str | None = None
    status: str = "unknown"
    known: bool = False


async def keep(wanted: Wanted, now: datetime) -> tuple[Shipment, bool]:
    """The shipment, made or brought up to date, and whether it is new; due at once.

    A number whose parcel came to its end long ago, said of another order, stands for another parcel.
    """
    query = Shipment.filter(merchant_id=wanted.merchant_id, slug=wanted.slug, number=wanted.number)
    found = await query.order_by("-reuse").first()
    if found is None or await _is_of_another(found, wanted, now):
        return await _make(wanted, (await _order(wanted, now)).id, now, found), True
    order_id = found.order_id
    await _tell_order(order_id, wanted)
    changed = _said(wanted)
    if changed:
        await Shipment.filter(id=found.id).update(**changed, next_poll_ms=min(found.next_poll_ms, to_ms(now)))
        await found.refresh_from_db()
    return found, False


async def _is_of_another(found: Shipment, wanted: Wanted, now: datetime) -> bool:
    is_over = not found.open and is_another(from_ms(_ended_ms(found)), now)
    return is_over and wanted.order not in (found.number, await order_number(found.order_id))


def _ended_ms(one: Shipment) -> int:
    return int(one.delivered_ms or one.status_ms or one.scan_ms or one.created_ms)


async def _make(wanted: Wanted, order_id: int, now: datetime, former: Shipment | None) -> Shipment:
    return await Shipment.create(
        merchant_id=wanted.merchant_id,
        order_id=order_id,
        account_id=wanted.account_id,
        slug=wanted.slug,
        number=wanted.number,
        status=wanted.status,
        zone=wanted.zone,
        next_poll_ms=to_ms(now),
        created_ms=to_ms(now),
        known_ms=to_ms(now) if wanted.known else None,
        reuse=former.reuse + 1 if former else 0,
        since_ms=_ended_ms(former) if former else None,
        **_said(wanted),
    )


def _said(wanted: Wanted) -> dict[str, Any]:
    said = {
        "promised_on": to_day(wanted.promised_on),
        "needed_on": to_day(wanted.needed_on),
        "cod_amount": wanted.cod_amount,
        "value_amount": wanted.value_amount,
        "currency": wanted.currency,
    }
    return {name: value for name, value in said.items() if value is not None}


async def _order(wanted: Wanted, now: datetime) -> Order:
    found, made = await Order.get_or_create(
        merchant_id=wanted.merchant_id,
        number=wanted.order,
        defaults={"created_ms": to_ms(now), **contact(wanted)},
    )
    if not made:
        await _tell_order(found.id, wanted)
    return found


async def _tell_order(order_id: int, wanted: Wanted) -> None:
    said = contact(wanted)
    if said:
        await Order.filter(id=order_id).update(**said)


def contact(wanted: Wanted) -> dict[str, str]:
    """What is said of who ordered; what is not said is left out."""
    said = {"name": wanted.name, "phone": wanted.phone, "email": wanted.email, "locale": wanted.locale}
    return {name: value for name, value in said.items() if value is not None}


async def order_number(order_id: int) -> str:
    """The order's number as the shop wrote it."""
    return (await Order.get(id=order_id)).number


async def followers(order_id: int, but: int) -> list[int]:
    """Customers who follow another shipment of the order."""
    found = await sql.rows(
        "SELECT DISTINCT f.customer_id FROM follow f JOIN shipment s ON s.id = f.shipment_id"
        " WHERE s.order_id = ? AND s.id <> ? AND f.customer_id NOT IN"
        " (SELECT customer_id FROM follow WHERE shipment_id = ?)",
        (order_id, but, but),
    )
    return [int(row["customer_id"]) for row in found]


PAGE = 10


async def page(merchant_id: int, after: int) -> list[dict[str, Any]]:
    """Open shipments, newest first, from the `after`-th on; one more than a page where there is more."""
    return await sql.rows(
        "SELECT s.id, s.number, s.slug, s.status, s.promised_on, s.eta_on, s.known_ms, o.number AS order_number,"
        " (SELECT count(*) FROM follow f WHERE f.shipment_id = s.id) AS followers"
        " FROM shipment s JOIN shop_order o ON o.id = s.order_id"
        " WHERE s.merchant_id = ? AND s.open = 1 ORDER BY s.id DESC LIMIT ? OFFSET ?",
        (merchant_id, PAGE + 1, after),
    )


async def numbered(merchant_id: int, number: str) -> list[Shipment]:
    """The shop's shipments of a tracking or order number, newest first."""
    found = await Shipment.filter(merchant_id=merchant_id, number=number).order_by("-id")
    if found:
        # of parcels that had the number one after the other the last is meant
        newest = {one.slug: one for one in reversed(found)}
        return [one for one in found if one is newest[one.slug]]
    orders = await Order.filter(merchant_id=merchant_id, number=number).values_list("id", flat=True)
    return await Shipment.filter(merchant_id=merchant_id, order_id__in=list(orders), open=1).order_by("-id")


async def readers_of(shipment_id: int) -> list[int]:
    """The Telegram accounts of the customers who hear of it and can be reached."""
    found = await sql.rows(
        "SELECT c.user_id FROM follow f JOIN customer c ON c.id = f.customer_id"
        " WHERE f.shipment_id = ? AND c.unreachable_ms IS NULL ORDER BY f.id",
        (shipment_id,),
    )
    return [int(row["user_id"]) for row in found]


async def count_followers(shipment_id: int) -> int:
    """How many customers hear of it."""
    return int((await sql.rows("SELECT count(*) AS n FROM follow WHERE shipment_id = ?", (shipment_id,)))[0]["n"])
