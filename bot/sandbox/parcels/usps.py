"""USPS Tracking v3 as it answers: one number, local times with their offset beside them, codes of two characters."""

from base64 import b64encode
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
    Token,
    bearer,
    local,
    oauth,
    says,
    signed,
    words,
)
from carriers.kit.model import Status

slug = "usps"
routes = (("GET", "/tracking/v3/tracking/{number}"),)
key = bearer
# Event code, its words, the category that stands above it.
codes = {
    "label": ("GX", "Shipping Label Created, USPS Awaiting Item", "USPS Awaiting Item"),
    "picked_up": ("03", "USPS in possession of item", "Accepted"),
    "departed": ("EF", "Departed USPS Regional Facility", "In Transit"),
    "arrived": ("A1", "Arrived at USPS Regional Facility", "In Transit"),
    "customs": ("", "Held in Customs", "In Transit"),
    "cleared": ("10", "Processed Through Facility", "In Transit"),
    "out": ("OF", "Out for Delivery", "Out for Delivery"),
    "attempt": ("02", "Notice Left (No Authorized Recipient Available)", "Delivery Attempt"),
    "pickup": ("16", "Available for Pickup", "Available for Pickup"),
    "delivered": ("01", "Delivered, Front Door/Porch", "Delivered"),
    "delay": ("08", "Missent", "Alert"),
    "weather": ("08", "Missent", "Alert"),
    "refused": ("04", "Refused", "Alert"),
    "returning": ("09", "Return to Sender", "Return to Sender"),
    "returned": ("01", "Delivered, To Original Sender", "Delivered"),
    "lost": ("DG", "Dead Mail/Disposed by Post Office", "Alert"),
}
otherwise = {"refused": Status.RETURNING}


def _id_in_body(question: Question) -> str | None:
    said = question.form or {}
    given = said or (question.json if isinstance(question.json, dict) else {})
    return f"{given['client_id']}:{given.get('client_secret', '')}" if given.get("client_id") else None


token = Token("/oauth2/v3/token", _id_in_body, oauth, 8 * 3600)


def numbers(question: Question) -> Sequence[str]:
    return [question.parts["number"]]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return says(_told(standing)) if standing else refusals[Break.NOT_FOUND]


def _told(standing: Standing) -> Json:
    life, newest = standing.life, standing.newest
    told: Json = {
        "trackingNumber": life.number,
        "originCity": city(life.origin).upper(),
        "originCountry": country(life.origin),
        "destinationCity": city(life.destination).upper(),
        "destinationCountryCode": country(life.destination),
        "mailClass": life.service or "Priority Mail International<SUP>&#174;</SUP>",
        "statusCategory": codes[newest.kind.name][2] if newest else "Pre-Shipment",
        "trackingEvents": [_event(scan) for scan in standing.scans],
    }
    if standing.eta_at:
        told["expectedDeliveryTimeStamp"] = local(standing.eta_at)
    if standing.pickup and standing.pickup.until:
        told["returnDateNotice"] = standing.pickup.until.isoformat()
    return told


def push(standing: Standing, secret: str) -> Push:
    """Signed, in Base64."""
    body = orjson.dumps(_told(standing))
    return Push(body, {"X-HMAC": b64encode(signed(secret, body).digest()).decode()})


def _event(scan: Scan) -> Json:
    code, own, _ = codes[scan.kind.name]
    return {
        "eventType": words(scan, own),
        "eventTimestamp": local(scan.at),
        "GMTTimestamp": None,
        "GMTOffset": _offset(scan),
        "eventCountry": scan.country,
        "eventCity": scan.city.upper(),
        "eventState": None,
        "eventZIP": None,
        "firm": None,
        "name": None,
        "authorizedAgent": "false",
        "eventCode": code,
    }


def _offset(scan: Scan) -> str:
    said = f"{scan.at:%z}"
    return f"{said[:3]}:{said[3:5]}"


def _error(status: int, message: str) -> Reply:
    inner = {"status": str(status), "code": "000", "title": message, "detail": ""}
    return says(
        {"apiVersion": "/tracking/v3", "error": {"code": str(status), "message": message, "errors": [inner]}}, status
    )


bad_client = says({"error": "invalid_client", "error_description": "Client authentication failed."}, 401)
refusals = {
    Break.AUTH: bad_client,
    Break.NOT_FOUND: _error(404, "The Postal Service could not locate the tracking information for your request."),
    Break.THROTTLED: _error(429, "Too Many Requests"),
    Break.UNAVAILABLE: _error(503, "Service Unavailable"),
    Break.ERROR_INSIDE: says({"error": "invalid_client", "error_description": "Client authentication failed."}),
}
