"""All that is known of a customer's case, as the desk's card shows it: rows by table, no wording."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import claims, gestures, loss_offers, packing, ratings, sql
from bot.store.models import (
    Claim,
    Customer,
    FindingRow,
    Follow,
    Gesture,
    Inquiry,
    Leg,
    LossOffer,
    Merchant,
    Order,
    Parcel,
    Person,
    Promise,
    Rating,
    ScanRow,
    Shipment,
    Ticket,
    TicketMessage,
    ToldRow,
)

MOST_TOLD = 3
MOST_RATINGS = 3


@dataclass(frozen=True)
class Parceled:
    """A shipment with what was seen of it and asked about it, as one follows it."""

    follow: Follow | None
    shipment: Shipment
    order: Order
    scans: Sequence[ScanRow]
    findings: Sequence[FindingRow]
    inquiry: Inquiry | None
    boxes: int
    claim: Claim | None = None
    legs: Sequence[Leg] = ()
    told: Sequence[ToldRow] = ()
    offer: LossOffer | None = None


@dataclass(frozen=True)
class Case:
    """A customer, his open ticket, what he follows (under way first, newest first), what he is owed."""

    customer: Customer
    merchant: Merchant
    person: Person | None
    ticket: Ticket | None
    parcels: Sequence[Parceled]
    promises: Sequence[Promise]
    earlier: Sequence[Ticket]
    followed: int
    ratings: Sequence[Rating] = ()
    broken: int = 0
    gestures: Sequence[Gesture] = ()


async def case_of(customer_id: int, most_parcels: int, most_scans: int, most_earlier: int = 5) -> Case | None:
    """The case; None where there is no such customer."""
    customer = await Customer.get_or_none(id=customer_id)
    if customer is None:
        return None
    follows = await _follows(customer_id)
    earlier = Ticket.filter(customer_id=customer_id, closed_ms__not_isnull=True)
    return Case(
        customer=customer,
        merchant=await Merchant.get(id=customer.merchant_id),
        person=await Person.get_or_none(user_id=customer.user_id),
        ticket=await Ticket.filter(customer_id=customer_id, closed_ms=None).order_by("id").first(),
        parcels=[await _parcel(one, most_scans) for one in follows[:most_parcels]],
        promises=await Promise.filter(customer_id=customer_id, open=1).order_by("due_ms").limit(3),
        earlier=await earlier.order_by("-closed_ms").limit(most_earlier),
        followed=len(follows),
        ratings=await ratings.of_customer(customer_id, MOST_RATINGS),
        broken=await Promise.filter(customer_id=customer_id, broken=True).count(),
        gestures=await gestures.of_customer(customer_id),
    )


async def _follows(customer_id: int) -> list[int]:
    found = await sql.rows(
        "SELECT f.id FROM follow f JOIN shipment s ON s.id = f.shipment_id WHERE f.customer_id = ?"
        " ORDER BY s.open DESC, f.id DESC",
        (customer_id,),
    )
    return [row["id"] for row in found]


async def _parcel(follow_id: int, most_scans: int) -> Parceled:
    follow = await Follow.get(id=follow_id)
    return await parcel(follow.shipment_id, most_scans, follow)


async def parcel(shipment_id: int, most_scans: int, follow: Follow | None = None) -> Parceled:
    """A shipment with what was seen of it; `follow` if it is somebody's view of it."""
    shipment = await Shipment.get(id=shipment_id)
    return Parceled(
        follow=follow,
        shipment=shipment,
        order=await Order.get(id=shipment.order_id),
        scans=await _scans(shipment.id, most_scans),
        findings=await FindingRow.filter(shipment_id=shipment.id, closed_ms=None).order_by("id").limit(4),
        inquiry=await Inquiry.filter(shipment_id=shipment.id).order_by("-asked_ms").first(),
        boxes=await Parcel.filter(shipment_id=shipment.id).count(),
        legs=await Leg.filter(shipment_id=shipment.id).order_by("id").limit(3),
        claim=await claims.of_shipment(shipment.id),
        told=await _told(follow) if follow else (),
        offer=await loss_offers.of(follow.customer_id, shipment.id) if follow else None,
    )


async def _scans(shipment_id: int, most: int) -> list[ScanRow]:
    """The newest."""
    rows = await ScanRow.filter(shipment_id=shipment_id).order_by("-at_ms", "-id").limit(most)
    return rows or (await packing.past(shipment_id))[:most]


async def _told(follow: Follow) -> list[ToldRow]:
    """The days that he was told last, the latest first."""
    rows = ToldRow.filter(shipment_id=follow.shipment_id, customer_id=follow.customer_id)
    return await rows.order_by("-at_ms", "-id").limit(MOST_TOLD)


async def last_words(customer_id: int, ticket_id: int) -> str:
    """What he wrote last for a ticket."""
    rows = TicketMessage.filter(customer_id=customer_id, ticket_id=ticket_id, direction="in")
    found = await rows.exclude(text="").order_by("-id").first()
    return found.text if found else ""
