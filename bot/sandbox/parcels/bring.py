"""Bring Tracking v2 as it answers: packages within consignments, status words, errors within a success."""

from collections.abc import Sequence

import orjson

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import (
    Break,
    Json,
    Known,
    Push,
    Question,
    Reply,
    country_name,
    header,
    offset,
    says,
    words,
)

slug = "bring"
routes = (("GET", "/tracking/api/v2/tracking.json"),)
key = header("X-Mybring-API-Key")
codes = {
    "label": ("PRE_NOTIFIED", "EDI message for the package has been received by Bring."),
    "picked_up": ("HANDED_IN", "The shipment has been handed in."),
    "departed": ("INTERNATIONAL", "The shipment has been sent from origin country."),
    "arrived": ("TERMINAL", "The shipment has arrived at terminal."),
    "customs": ("CUSTOMS", "The shipment is in customs clearance."),
    "cleared": ("IN_TRANSIT", "The shipment is in transit."),
    "out": ("TRANSPORT_TO_RECIPIENT", "The shipment has been loaded for delivery to the recipient."),
    "attempt": ("ATTEMPTED_DELIVERY", "The shipment has been attempted delivered."),
    "pickup": ("READY_FOR_PICKUP", "The shipment has arrived at pickup point."),
    "delivered": ("DELIVERED", "The shipment has been delivered."),
    "delay": ("DEVIATION", "A deviation has occurred."),
    "weather": ("DEVIATION", "A deviation has occurred."),
    "returning": ("RETURN", "The shipment is on its way back to the sender."),
    "returned": ("DELIVERED_SENDER", "The shipment has been returned to the sender."),
}


def numbers(question: Question) -> Sequence[str]:
    return [question.query.get("q", "")]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return _told(_consignment(standing)) if standing else refusals[Break.NOT_FOUND]


def push(standing: Standing, secret: str) -> Push:
    """Event Cast tells one status word; a header of one's own is its proof."""
    newest = standing.newest
    told = {
        "status": codes[newest.kind.name][0] if newest else "NOT_REGISTERED",
        "id": "sandbox",
        "shipment": f"7{standing.life.number}",
        "package": standing.life.number,
        "created": f"{newest.at:%Y-%m-%dT%H:%M:%S%z}" if newest else None,
    }
    return Push(orjson.dumps(told), {"X-Herald-Secret": secret})


def _told(consignment: Json, status: int = 200) -> Reply:
    return says({"apiVersion": "2", "consignmentSet": [consignment]}, status)


def _consignment(standing: Standing) -> Json:
    life = standing.life
    package: Json = {
        "packageNumber": life.number,
        "productName": life.service or "Pakke til hentested",
        "dateOfEstimatedDelivery": f"{standing.eta_at:%d.%m.%Y}" if standing.eta_at else "",
        "recipientAddress": _address(life.destination),
        "senderAddress": _address(life.origin),
        "eventSet": [_event(scan) for scan in standing.scans],
    }
    if standing.pickup:
        package |= {"expectedPickupUnitName": standing.pickup.place, "pickupCode": standing.pickup.code}
        package["dateOfReturn"] = f"{standing.pickup.until:%d.%m.%Y}" if standing.pickup.until else ""
    return {"consignmentId": f"7{life.number}", "packageSet": [package]}


def _event(scan: Scan) -> Json:
    status, own = codes[scan.kind.name]
    return {
        "description": words(scan, own),
        "status": status,
        "recipientSignature": {"name": ""},
        **_address(scan.place),
        "dateIso": offset(scan.at),
        "displayDate": f"{scan.at:%d.%m.%Y}",
        "displayTime": f"{scan.at:%H:%M}",
        "consignmentEvent": False,
        "insignificant": False,
    }


def _address(place: str) -> Json:
    return {"city": city(place).upper(), "countryCode": country(place), "country": country_name(country(place))}


refusals = {
    Break.AUTH: says({"error": "Unauthorized"}, 401),
    Break.NOT_FOUND: _told({"error": {"code": 404, "message": "No shipments found"}}),
    Break.THROTTLED: says({"error": "Too many requests"}, 429),
    Break.UNAVAILABLE: says({"error": "down"}, 503),
    Break.ERROR_INSIDE: _told({"error": {"code": 500, "message": "Error getting track & trace information"}}),
}
