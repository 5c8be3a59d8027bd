"""PostNord Track & Trace v5 as it answers: the oldest event first, wall clocks, the key in the address."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, local, says, words

slug = "postnord"
routes = (("GET", "/rest/shipment/v5/trackandtrace/findByIdentifier.json"),)
# Status word, words.
codes = {
    "label": ("INFORMED", "The electronic shipping instructions have been received from the shipper."),
    "picked_up": ("EN_ROUTE", "The shipment item has been received by PostNord."),
    "departed": ("EN_ROUTE", "The shipment item has left the terminal."),
    "arrived": ("EN_ROUTE", "The shipment item is under transportation."),
    "customs": ("EN_ROUTE", "The shipment item is in customs."),
    "cleared": ("EN_ROUTE", "The shipment item has been released from customs."),
    "out": ("EN_ROUTE", "The shipment item is out for delivery."),
    "attempt": ("EN_ROUTE", "The shipment item could not be delivered. A delivery attempt was made."),
    "pickup": ("AVAILABLE_FOR_DELIVERY", "The shipment item has been delivered to a service point."),
    "delivered": ("DELIVERED", "The shipment item has been delivered."),
    "delay": ("DELAYED", "The shipment item is delayed."),
    "weather": ("EXPECTED_DELAY", "The shipment item is delayed because of the weather."),
    "damaged": ("STOPPED", "The shipment item is damaged."),
    "refused": ("DELIVERY_REFUSED", "The recipient refuses the shipment item."),
    "returning": ("EN_ROUTE", "The shipment item is on its way back to the sender."),
    "returned": ("RETURNED", "The shipment item has been returned to the sender."),
}


def key(question: Question) -> str | None:
    return question.query.get("apikey")


def numbers(question: Question) -> Sequence[str]:
    return [question.query.get("id", "")]


def answer(question: Question, known: Known) -> Reply:
    return _told([_shipment(standing) for standing in known.values() if standing])


def _told(shipments: list[Json], **more: object) -> Reply:
    return says({"TrackingInformationResponse": {**more, "shipments": shipments}})


def _shipment(standing: Standing) -> Json:
    life = standing.life
    item: Json = {"itemId": life.number, "events": [_event(scan) for scan in reversed(standing.scans)]}
    told: Json = {
        "shipmentId": life.number,
        "service": {"code": "17", "name": life.service or "PostNord MyPack Collect"},
        "consignor": {"address": _address(life.origin)},
        "consignee": {"address": _address(life.destination)},
        "items": [item],
    }
    if standing.eta_at:
        told["estimatedTimeOfArrival"] = local(standing.eta_at)
    if standing.pickup:
        told["deliveryPoint"] = {"displayName": standing.pickup.place}
        item["returnDate"] = f"{standing.pickup.until}T00:00:00" if standing.pickup.until else None
    return told


def _event(scan: Scan) -> Json:
    status, own = codes[scan.kind.name]
    return {
        "eventTime": local(scan.at),
        "eventCode": "",
        "status": status,
        "eventDescription": words(scan, own),
        "location": {"displayName": scan.city, **_address(scan.place), "locationType": "HUB"},
    }


def _address(place: str) -> Json:
    return {"city": city(place), "countryCode": country(place)}


_FAULT = {"faults": [{"faultCode": "invalidIdentifier", "explanationText": "Identifier must be a valid ItemId"}]}
refusals = {
    Break.AUTH: Reply(b"", 403),
    Break.NOT_FOUND: _told([]),
    Break.THROTTLED: says({"message": "Too many requests"}, 429),
    Break.UNAVAILABLE: says({"message": "down"}, 503),
    Break.ERROR_INSIDE: _told([], compositeFault=_FAULT),
}
