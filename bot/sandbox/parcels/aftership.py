"""AfterShip as it answers: pages of trackings that somebody has made, numbered tags, the oldest checkpoint first."""

from base64 import b64encode
from collections.abc import Collection, Sequence

import orjson

from bot.sandbox.parcels.life import Scan, Standing, country
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
    signed,
    words,
)

slug = "aftership"
routes = (("GET", "/tracking/{version}/trackings"), ("POST", "/tracking/{version}/trackings"))
key = header("as-api-key")
most = 50
# Subtag, its words.
codes = {
    "label": ("InfoReceived_001", "Info Received"),
    "picked_up": ("InTransit_002", "Acceptance scan"),
    "departed": ("InTransit_007", "Departure Scan"),
    "arrived": ("InTransit_003", "Arrival scan"),
    "customs": ("InTransit_006", "Customs clearance started"),
    "cleared": ("InTransit_005", "Customs clearance completed"),
    "out": ("OutForDelivery_001", "Out for Delivery"),
    "attempt": ("AttemptFail_002", "Addressee not available"),
    "pickup": ("AvailableForPickup_001", "Available for pickup"),
    "delivered": ("Delivered_001", "Delivered"),
    "delay": ("Exception_005", "Delayed (External factors)"),
    "weather": ("Exception_005", "Delayed (External factors)"),
    "damaged": ("Exception_012", "Shipment damage"),
    "refused": ("Exception_003", "Customer refused delivery"),
    "returning": ("Exception_010", "Returning to sender"),
    "returned": ("Exception_011", "Returned to sender"),
    "lost": ("Exception_013", "Shipment lost"),
}


def numbers(question: Question) -> Sequence[str]:
    if registers(question):
        return [str((question.json or {}).get("tracking_number", ""))]
    return question.query.get("tracking_numbers", "").split(",")


def registers(question: Question) -> bool:
    """True where a tracking is made."""
    return question.method == "POST"


def answer(question: Question, known: Known) -> Reply:
    return answer_registered(question, known, known.keys())


def answer_registered(question: Question, known: Known, before: Collection[str]) -> Reply:
    """The answer, given which trackings there were before it."""
    made = [_tracking(number, standing) for number, standing in known.items() if number in before]
    if not registers(question):
        return _told({"page": 1, "limit": 200, "count": len(made), "trackings": made})
    ((number, standing),) = known.items()
    if number in before:
        return _meta(4003, "BadRequest", "Tracking already exists.", 400)
    return _told(_tracking(number, standing), 201)


def _told(data: Json, status: int = 200) -> Reply:
    return says({"meta": {"code": status}, "data": data}, status)


def _tracking(number: str, standing: Standing | None) -> Json:
    newest = standing.newest if standing else None
    subtag, said = codes[newest.kind.name] if newest else ("Pending_001", "Pending")
    told: Json = {
        "id": f"sandbox{number}",
        "tracking_number": number,
        "slug": "sandbox-post",
        "tag": subtag.partition("_")[0],
        "subtag": subtag,
        "subtag_message": said,
        "checkpoints": [_checkpoint(scan) for scan in reversed(standing.scans)] if standing else [],
    }
    return {**told, **_ends(standing)} if standing else told


def _ends(standing: Standing) -> Json:
    life, eta = standing.life, standing.eta_at
    return {
        "shipment_type": life.service or None,
        "origin_country_region": country(life.origin),
        "destination_country_region": country(life.destination),
        "courier_estimated_delivery_date": {"estimated_delivery_date": offset(eta)} if eta else None,
        "pickup_location": standing.pickup.place if standing.pickup else None,
    }


def _checkpoint(scan: Scan) -> Json:
    subtag, own = codes[scan.kind.name]
    return {
        "slug": "sandbox-post",
        "city": scan.city,
        "location": scan.place,
        "country_region_name": country_name(scan.country),
        "message": words(scan, own),
        "tag": subtag.partition("_")[0],
        "subtag": subtag,
        "subtag_message": own,
        "checkpoint_time": offset(scan.at),
        "raw_tag": None,
    }


def push(standing: Standing, secret: str) -> Push:
    """Signed, in Base64."""
    told = _tracking(standing.life.number, standing)
    at = int(standing.scans[0].at.timestamp()) if standing.scans else 0
    body = orjson.dumps({"event_id": f"sandbox-{at}", "event": "tracking_update", "msg": told, "ts": at})
    return Push(body, {"aftership-hmac-sha256": b64encode(signed(secret, body).digest()).decode()})


def _meta(code: int, kind: str, message: str, status: int) -> Reply:
    return says({"meta": {"code": code, "message": message, "type": kind}, "data": {}}, status)


refusals = {
    Break.AUTH: _meta(401, "Unauthorized", "Invalid API key.", 401),
    Break.NOT_FOUND: _meta(4004, "NotFound", "Tracking does not exist.", 404),
    Break.THROTTLED: _meta(429, "TooManyRequests", "You have exceeded the API call rate limit.", 429),
    Break.UNAVAILABLE: _meta(500, "InternalError", "Something went wrong on AfterShip's end.", 500),
    Break.ERROR_INSIDE: _meta(401, "Unauthorized", "Invalid API key.", 200),
}
