"""EasyPost as it answers: trackers that somebody has made, a status with its detail, the oldest detail first."""

from collections.abc import Collection, Sequence

import orjson

from bot.sandbox.parcels.life import Scan, Standing, city, country, utc
from bot.sandbox.parcels.wire import Break, Json, Known, Push, Question, Reply, basic, says, signed, words
from carriers.kit.model import Status

slug = "easypost"
routes = (("POST", "/v2/trackers"), ("POST", "/v2/trackers/batch"))
key = basic
most = 50
# Status, its detail, words.
codes = {
    "label": ("pre_transit", "label_created", "Shipping Label Created"),
    "picked_up": ("in_transit", "received_at_origin_facility", "Accepted at origin facility"),
    "departed": ("in_transit", "departed_facility", "Departed facility"),
    "arrived": ("in_transit", "arrived_at_facility", "Arrived at facility"),
    "out": ("out_for_delivery", "out_for_delivery", "Out for delivery"),
    "attempt": ("failure", "delivery_exception", "Delivery attempted"),
    "pickup": ("available_for_pickup", "arrived_at_pickup_location", "Ready for pickup"),
    "delivered": ("delivered", "arrived_at_destination", "Delivered"),
    "delay": ("in_transit", "delayed", "Delayed"),
    "weather": ("in_transit", "weather_delay", "Weather delay"),
    "damaged": ("failure", "damaged", "Damaged"),
    "refused": ("failure", "refused", "Refused"),
    "returning": ("return_to_sender", "return", "Return to sender"),
    "lost": ("failure", "lost", "Lost"),
    "cancelled": ("cancelled", "cancelled", "Cancelled"),
}
otherwise = {"attempt": Status.EXCEPTION, "delay": Status.IN_TRANSIT, "weather": Status.IN_TRANSIT}


def numbers(question: Question) -> Sequence[str]:
    asked = question.json or {}
    return [asked["tracker"]["tracking_code"]] if registers(question) else asked.get("tracking_codes", [])


def registers(question: Question) -> bool:
    """True where a tracker is made."""
    return not question.path.endswith("/batch")


def answer(question: Question, known: Known) -> Reply:
    return answer_registered(question, known, known.keys())


def answer_registered(question: Question, known: Known, before: Collection[str]) -> Reply:
    """The answer, given which trackers there were before it; who makes one again is given the old one."""
    made = [_tracker(number, standing) for number, standing in known.items()]
    if registers(question):
        return says(made[0])
    return says({"trackers": [one for one in made if one["tracking_code"] in before], "has_more": False})


def _tracker(number: str, standing: Standing | None) -> Json:
    newest = standing.newest if standing else None
    status, detail, _ = codes[newest.kind.name] if newest else ("unknown", "unknown", "")
    told: Json = {
        "id": f"trk_{number}",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": number,
        "status": status,
        "status_detail": detail,
        "signed_by": None,
        "est_delivery_date": None,
        "carrier": "SandboxPost",
        "tracking_details": [_detail(scan) for scan in reversed(standing.scans)] if standing else [],
        "carrier_detail": None,
    }
    return {**told, **_ends(standing)} if standing else told


def _ends(standing: Standing) -> Json:
    life, eta = standing.life, standing.eta_at
    ends = {
        "origin_tracking_location": _location(life.origin),
        "destination_tracking_location": _location(life.destination),
    }
    return {
        "est_delivery_date": f"{eta:%Y-%m-%d}T00:00:00Z" if eta else None,
        "carrier_detail": {"object": "CarrierDetail", "service": life.service or None, **ends},
    }


def _detail(scan: Scan) -> Json:
    status, detail, own = codes[scan.kind.name]
    return {
        "object": "TrackingDetail",
        "message": words(scan, own),
        "description": "",
        "status": status,
        "status_detail": detail,
        "datetime": f"{utc(scan.at):%Y-%m-%dT%H:%M:%SZ}",
        "source": "SandboxPost",
        "carrier_code": "",
        "tracking_location": _location(scan.place),
    }


def _location(place: str) -> Json:
    return {"object": "TrackingLocation", "city": city(place), "state": None, "country": country(place), "zip": None}


def push(standing: Standing, secret: str) -> Push:
    """Signed, in hexadecimal digits."""
    tracker = _tracker(standing.life.number, standing)
    told = {"id": "evt_sandbox", "object": "Event", "description": "tracker.updated", "result": tracker}
    body = orjson.dumps({**told, "status": "pending", "previous_attributes": {}})
    return Push(body, {"x-hmac-signature": f"hmac-sha256-hex={signed(secret, body).hexdigest()}"})


def _error(code: str, message: str, status: int) -> Reply:
    return says({"error": {"code": code, "message": message, "errors": []}}, status)


refusals = {
    Break.AUTH: _error("APIKEY.INACTIVE", "This API key is no longer active.", 401),
    Break.NOT_FOUND: _error("NOT_FOUND", "The requested resource could not be found.", 404),
    Break.THROTTLED: _error("RATE_LIMITED", "Too many requests", 429),
    Break.UNAVAILABLE: _error("INTERNAL_SERVER_ERROR", "Something went wrong", 500),
    Break.ERROR_INSIDE: _error("APIKEY.INACTIVE", "This API key is no longer active.", 200),
}
