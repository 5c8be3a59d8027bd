"""In whose language, zone and calendar something is said."""

from msgspec.structs import replace

from bot.store import people
from bot.store.models import Customer, Merchant, Order, Person, Shipment
from bot.texts.messages import Reader


def reader_of(
    merchant: Merchant,
    person: Person | None = None,
    customer: Customer | None = None,
    order: Order | None = None,
    shipment: Shipment | None = None,
) -> Reader:
    """His own choice, else his app's, else the shipment's, else the shop's; his zone, else the destination's."""
    chosen = (
        person and person.locale,
        person and person.app_locale,
        order and order.locale,
        customer and customer.locale,
        merchant.locale,
    )
    zones = (person and person.zone, shipment and shipment.zone != "UTC" and shipment.zone, merchant.zone)
    return Reader(
        locale=next(locale for locale in chosen if locale),
        zone=next((zone for zone in zones if zone), "UTC"),
        calendar=person.calendar if person else None,
        digits=person.digits if person else None,
        country=(shipment.country if shipment else None) or merchant.country,
    )


async def reader_at_home(
    merchant: Merchant,
    person: Person | None,
    customer: Customer,
    order: Order | None = None,
    shipment: Shipment | None = None,
) -> Reader:
    """The same; where neither he nor the parcel tells his zone it is that of his own parcels, as when he speaks."""
    reader = reader_of(merchant, person, customer, order, shipment)
    if (person and person.zone) or (shipment and shipment.zone != "UTC"):
        return reader
    known = await people.spoken_to(customer.user_id) or {}
    zone, country = known.get("zone"), known.get("country")
    there = zone if zone and zone != "UTC" else reader.zone
    return replace(reader, zone=there, country=reader.country if shipment else country or reader.country)


def desk_reader(merchant: Merchant) -> Reader:
    """The agents' group reads the shop's language and zone."""
    return Reader(locale=merchant.locale, zone=merchant.zone, country=merchant.country)
