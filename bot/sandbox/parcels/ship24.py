"""Ship24 as it answers: one number, whose tracker it makes by being asked; codes and milestones, offsets apart."""

from collections.abc import Sequence

import orjson

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Json, Known, Push, Question, Reply, bearer, local, says, words

slug = "ship24"
routes = (("POST", "/public/v1/trackers/track"),)
key = bearer
# Status code (not every event has one), milestone, words.
codes = {
    "label": ("data_order_created", "info_received", "Order created"),
    "picked_up": ("transit_handover", "in_transit", "Received by the carrier"),
    "departed": ("transit_origin_country_departure", "in_transit", "Left the country of origin"),
    "arrived": ("destination_arrival", "in_transit", "Arrived in the destination country"),
    "customs": ("customs_received", "in_transit", "Received by customs"),
    "cleared": ("customs_cleared", "in_transit", "Cleared by customs"),
    "out": ("delivery_out_for_delivery", "out_for_delivery", "Out for delivery"),
    "attempt": ("delivery_attempted", "failed_attempt", "Delivery attempted"),
    "pickup": ("delivery_available_for_pickup", "available_for_pickup", "Available for pickup"),
    "delivered": ("delivery_delivered", "delivered", "Delivered"),
    "damaged": ("delivery_exception", "exception", "Damaged"),
    "refused": ("delivery_refused", "exception", "Refused by the recipient"),
    "returning": ("exception_return", "exception", "On its way back"),
    "lost": ("exception_lost", "exception", "Lost by the carrier"),
    "cancelled": ("data_order_cancelled", "exception", "Order cancelled"),
}


def numbers(question: Question) -> Sequence[str]:
    return [str((question.json or {}).get("trackingNumber", ""))]


def answer(question: Question, known: Known) -> Reply:
    ((number, standing),) = known.items()
    return says({"data": {"trackings": [_tracking(number, standing)]}}, 201)


def _tracking(number: str, standing: Standing | None) -> Json:
    return {
        "tracker": {"trackerId": f"sandbox-{number}", "trackingNumber": number, "isSubscribed": True},
        "shipment": _shipment(number, standing),
        "events": [_event(number, scan) for scan in standing.scans] if standing else [],
        "statistics": {"timestamps": {}},
    }


def _shipment(number: str, standing: Standing | None) -> Json:
    newest = standing.newest if standing else None
    code, milestone, _ = codes[newest.kind.name] if newest else (None, "pending", "")
    told: Json = {"statusCode": code, "statusMilestone": milestone, "trackingNumbers": [{"tn": number}]}
    if standing is None:
        return told
    life = standing.life
    delivery = {"estimatedDeliveryDate": local(standing.eta_at) if standing.eta_at else None, "service": life.service}
    return {
        **told,
        "originCountryCode": country(life.origin),
        "destinationCountryCode": country(life.destination),
        "delivery": delivery,
        "recipient": {"city": city(life.destination)},
    }


def _event(number: str, scan: Scan) -> Json:
    code, milestone, own = codes[scan.kind.name]
    zone = f"{scan.at:%z}"
    return {
        "eventId": f"{number}-{scan.at:%Y%m%d%H%M%S}",
        "trackingNumber": number,
        "eventTrackingNumber": number,
        "status": words(scan, own),
        "occurrenceDatetime": local(scan.at),
        "location": scan.place,
        "courierCode": "sandbox-post",
        "statusCode": code,
        "statusMilestone": milestone,
        "hasNoTime": False,
        "utcOffset": f"{zone[:3]}:{zone[3:5]}",
    }


def push(standing: Standing, secret: str) -> Push:
    """With the secret itself as a bearer."""
    body = orjson.dumps({"trackings": [_tracking(standing.life.number, standing)]})
    return Push(body, {"Authorization": f"Bearer {secret}"})


def _errors(code: str, message: str, status: int) -> Reply:
    return says({"errors": [{"code": code, "message": message}], "data": None}, status)


refusals = {
    Break.AUTH: _errors("unauthorized", "The API key is not valid.", 401),
    Break.NOT_FOUND: _errors("tracker_not_found", "The tracker could not be found.", 404),
    Break.THROTTLED: _errors("too_many_requests", "Too many requests", 429),
    Break.UNAVAILABLE: _errors("internal", "Internal error", 500),
    Break.ERROR_INSIDE: _errors("validation_error", "The request is not valid.", 200),
}
