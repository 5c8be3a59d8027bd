"""Customers as shops know them: what they follow, what they agreed to, how they prove an order is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from bot.store import sql
from bot.store.models import (
    Account,
    Consent,
    Customer,
    FindingRow,
    Follow,
    Leg,
    Merchant,
    Order,
    Person,
    ProofTry,
    Shipment,
)
from bot.store.ms import to_day, to_ms

DELIVERY_NOTICES = "delivery_notices"
NO_ORDER = 0
"""`order_id` of a try to prove an order that does not exist; NULL stands for a bare tracking number."""


@dataclass(frozen=True)
class Followed:
    """A shipment with all that belongs to it, as one customer follows it."""

    follow: Follow
    shipment: Shipment
    order: Order
    merchant: Merchant
    customer: Customer


async def meet(merchant_id: int, user_id: int, name: str, locale: str | None, now: datetime) -> Customer:
    """The customer's row in one shop, made when he comes first; his name is what he is called now."""
    found = await Customer.get_or_none(merchant_id=merchant_id, user_id=user_id)
    if found is not None:
        return found
    await sql.run(
        "INSERT INTO customer (merchant_id, user_id, name, locale, topic_generation, created_ms)"
        " VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT (merchant_id, user_id) DO NOTHING",
        (merchant_id, user_id, name, locale, to_ms(now)),
    )
    return await Customer.get(merchant_id=merchant_id, user_id=user_id)


async def of_user(user_id: int) -> list[Customer]:
    """The customer in every shop that knows him, newest first."""
    return await Customer.filter(user_id=user_id).order_by("-id")


async def customer(customer_id: int) -> Customer | None:
    """One customer."""
    return await Customer.get_or_none(id=customer_id)


async def merchant(merchant_id: int) -> Merchant:
    """One shop."""
    return await Merchant.get(id=merchant_id)


async def merchants(ids: Sequence[int] | None = None) -> list[Merchant]:
    """These shops, or all, by name."""
    found = Merchant.all() if ids is None else Merchant.filter(id__in=list(ids))
    return await found.order_by("name", "id")


async def shipments(merchant_id: int, order_id: int) -> list[Shipment]:
    """All shipments of an order."""
    return await Shipment.filter(merchant_id=merchant_id, order_id=order_id).order_by("id")


async def parcel_of(shipment_id: int) -> tuple[Shipment, Order, Merchant] | None:
    """A shipment with its order and shop."""
    shipment = await Shipment.get_or_none(id=shipment_id)
    if shipment is None:
        return None
    return shipment, await Order.get(id=shipment.order_id), await Merchant.get(id=shipment.merchant_id)


async def follow(shipment_id: int, customer_id: int, told_on: date | None, now: datetime) -> int | None:
    """The new follow's id; None where he follows it already. `told_on` is the day he is told by following."""
    found = await sql.rows(
        "INSERT INTO follow (shipment_id, customer_id, live_digest, told_on, slips, created_ms)"
        " VALUES (?, ?, 0, ?, 0, ?) ON CONFLICT (shipment_id, customer_id) DO NOTHING RETURNING id",
        (shipment_id, customer_id, to_day(told_on), to_ms(now)),
    )
    return int(found[0]["id"]) if found else None


async def followed(user_id: int) -> list[Followed]:
    """What he follows in any shop, what is under way first, newest first."""
    known = {one.id: one for one in await of_user(user_id)}
    follows = await Follow.filter(customer_id__in=list(known)).order_by("-id") if known else []
    return await _gather(follows, known)


async def followed_shipment(user_id: int, shipment_id: int) -> Followed | None:
    """A shipment if this person follows it: nobody else may touch it."""
    known = {one.id: one for one in await of_user(user_id)}
    follows = await Follow.filter(shipment_id=shipment_id, customer_id__in=list(known)) if known else []
    return next(iter(await _gather(follows, known)), None)


async def _gather(follows: Sequence[Follow], known: dict[int, Customer]) -> list[Followed]:
    if not follows:
        return []
    boxes = {one.id: one for one in await Shipment.filter(id__in=[f.shipment_id for f in follows])}
    orders = {one.id: one for one in await Order.filter(id__in={box.order_id for box in boxes.values()})}
    shops = {one.id: one for one in await merchants(sorted({box.merchant_id for box in boxes.values()}))}
    found = [
        Followed(one, box, orders[box.order_id], shops[box.merchant_id], known[one.customer_id])
        for one in follows
        if (box := boxes.get(one.shipment_id)) is not None
    ]
    return sorted(found, key=lambda one: (not one.shipment.open, -one.follow.id))


async def order(merchant_id: int, order_id: int) -> Order | None:
    """An order of this shop."""
    return await Order.get_or_none(id=order_id, merchant_id=merchant_id)


async def orders_numbered(numbers: Sequence[str]) -> list[Order]:
    """Orders of any shop with one of these numbers: several shops may count alike."""
    return await Order.filter(number__in=list(numbers)).order_by("id").limit(20)


async def shipment_numbered(number: str) -> Shipment | None:
    """A shipment of any shop by its tracking number, the newest if several have it; else by a further number of it."""
    found = await Shipment.filter(number=number).order_by("-id").first()
    if found is not None:
        return found
    leg = await Leg.filter(number=number).order_by("-id").first()
    return None if leg is None else await Shipment.get_or_none(id=leg.shipment_id)


async def is_order_number(number: str) -> bool:
    """True where some shop's order has this number: it wants a proof, even if a tracking number looks alike."""
    return await Order.filter(number__in=[number, f"#{number}"]).exists()


async def is_silent(account_id: int | None) -> bool:
    """True while a carrier account's questions fail."""
    return account_id is not None and await Account.filter(id=account_id, outage_ms__not_isnull=True).exists()


async def open_findings(shipment_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Kinds of the troubles that hold now, by shipment; none that is the shop's own affair."""
    found: dict[int, frozenset[str]] = {}
    for row in await FindingRow.filter(shipment_id__in=list(shipment_ids), closed_ms=None).order_by("id"):
        if not orjson.loads(row.evidence).get("inside"):
            found[row.shipment_id] = found.get(row.shipment_id, frozenset()) | {row.kind}
    return found


async def raise_priority(shipment_id: int, needed_on: date | None, priority: int) -> None:
    """The day it is needed by, and its rank; neither a missing day nor a lower rank changes anything."""
    await sql.run(
        "UPDATE shipment SET needed_on = COALESCE(?, needed_on),"
        " priority = CASE WHEN priority < ? THEN ? ELSE priority END WHERE id = ?",
        (to_day(needed_on), priority, priority, shipment_id),
    )


async def consent(customer_id: int, wording: str, channel: str, now: datetime) -> None:
    """He agreed to delivery notices; a running consent is not given twice."""
    if not await has_consent(customer_id):
        _ = await Consent.create(
            customer_id=customer_id, kind=DELIVERY_NOTICES, wording=wording, channel=channel, given_ms=to_ms(now)
        )


async def has_consent(customer_id: int) -> bool:
    """True while his consent to delivery notices runs: a pause withdraws it."""
    return await Consent.filter(customer_id=customer_id, kind=DELIVERY_NOTICES, withdrawn_ms=None).exists()


async def is_paused(customer_id: int) -> bool:
    """True where he agreed once and has withdrawn it since."""
    given = Consent.filter(customer_id=customer_id, kind=DELIVERY_NOTICES)
    return await given.exists() and not await given.filter(withdrawn_ms=None).exists()


async def withdraw(customer_ids: Sequence[int], now: datetime) -> None:
    """He wants no notices, for now or for good."""
    await Consent.filter(customer_id__in=list(customer_ids), withdrawn_ms=None).update(withdrawn_ms=to_ms(now))


async def mark_reach(user_id: int, reason: str | None, now: datetime) -> int:
    """He blocked us (`reason`) or came back (None); the number of shops whose customer he is."""
    await Person.filter(user_id=user_id).update(private_ms=None if reason is not None else to_ms(now))
    return await Customer.filter(user_id=user_id).update(
        unreachable_ms=None if reason is None else to_ms(now), unreachable_reason=reason
    )


async def record_try(user_id: int, order_id: int | None, proven: bool, now: datetime) -> None:
    """A try to see what may not be one's own."""
    _ = await ProofTry.create(user_id=user_id, order_id=order_id, tried_ms=to_ms(now), proven=proven)


async def failed_tries(user_id: int, since: datetime) -> int:
    """Tries to prove an order that failed since then."""
    tries = ProofTry.filter(user_id=user_id, proven=False, tried_ms__gt=to_ms(since), order_id__not_isnull=True)
    return await tries.count()


async def bare_lookups(user_id: int, since: datetime) -> int:
    """Bare tracking numbers asked for since then."""
    return await ProofTry.filter(user_id=user_id, order_id=None, tried_ms__gt=to_ms(since)).count()


async def person(user_id: int) -> Person | None:
    """What a person chose and what his app said."""
    return await Person.get_or_none(user_id=user_id)


CHOICES = ("locale", "zone", "calendar", "digits", "quiet")


async def choose(user_id: int, trait: str, value: str | None) -> None:
    """Write one of the person's own settings; None gives it back to the default."""
    if trait not in CHOICES:
        raise ValueError(f"no such setting: {trait}")
    await sql.run(
        f"INSERT INTO person (user_id, name, {trait}) VALUES (?, '', ?)"  # noqa: S608 - one of CHOICES
        f" ON CONFLICT (user_id) DO UPDATE SET {trait} = excluded.{trait}",
        (user_id, value),
    )
