"""DHL Shipment Tracking - Unified as it answers: a shipment with naive local times, or problem JSON."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, header, local, says

slug = "dhl_unified"
routes = (("GET", "/track/shipments"),)
key = header("DHL-API-Key")
# The generic code, and the unit's own where there is one; the others are known by their words.
codes = {
    "label": ("pre-transit", ""),
    "picked_up": ("transit", "PU"),
    "departed": ("transit", "DF"),
    "arrived": ("transit", "AF"),
    "customs": ("transit", "IC"),
    "cleared": ("transit", "PL"),
    "out": ("transit", "WC"),
    "attempt": ("failure", "NH"),
    "pickup": ("transit", "CC"),
    "delivered": ("delivered", "OK"),
    "delay": ("transit", "OH"),
    "weather": ("transit", "OH"),
    "damaged": ("failure", ""),
    "refused": ("failure", "RD"),
    "returning": ("failure", ""),
    "returned": ("delivered", "RT"),
    "lost": ("failure", ""),
    "cancelled": ("pre-transit", ""),
}


def numbers(question: Question) -> Sequence[str]:
    return [question.query.get("trackingNumber", "")]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return says(shipments(standing)) if standing else refusals[Break.NOT_FOUND]


def shipments(standing: Standing) -> Json:
    """200: the shipment."""
    life = standing.life
    events = [_event(scan) for scan in standing.scans]
    shipment: Json = {
        "id": life.number,
        "service": "express",
        "origin": {"address": _address(life.origin)},
        "destination": {"address": _address(life.destination)},
        "status": events[0] if events else _announced(standing),
        "details": {
            "product": {"productName": life.service or "EXPRESS WORLDWIDE"},
            "totalNumberOfPieces": 1,
            "pieceIds": [life.number],
        },
        "events": events,
    }
    if standing.pickup and standing.newest and standing.newest.kind.name == "pickup":
        point = {"servicePoint": {"label": standing.pickup.place}, "address": _address(standing.newest.place)}
        shipment["status"] = {**events[0], "location": point}
    if standing.eta_at:
        shipment["estimatedTimeOfDelivery"] = standing.eta_at.replace(tzinfo=None).isoformat()
    return {"url": f"/shipments?trackingNumber={life.number}", "shipments": [shipment]}


def _event(scan: Scan) -> Json:
    generic, own = codes[scan.kind.name]
    row: Json = {
        "timestamp": local(scan.at),
        "location": {"address": _address(scan.place)},
        "statusCode": generic,
        "status": scan.words,
        "description": scan.words,
    }
    return {**row, "statusDetailed": own} if own else row


def _announced(standing: Standing) -> Json:
    at = local(standing.life.born_at)
    return {"timestamp": at, "statusCode": "pre-transit", "status": "Shipment information received"}


def _address(place: str) -> Json:
    return {"countryCode": country(place), "addressLocality": city(place)}


def problem(status: int, title: str, detail: str) -> Json:
    """Problem JSON."""
    return {"title": title, "status": status, "detail": detail}


refusals = {
    Break.AUTH: says(problem(401, "Unauthorized", "Invalid API key or insufficient privileges."), 401),
    Break.NOT_FOUND: says(problem(404, "No result found", "No shipment with given tracking number found."), 404),
    Break.THROTTLED: says(
        problem(429, "Too many requests", "You have sent too many requests in a given time frame."), 429
    ),
    Break.UNAVAILABLE: says(problem(503, "Service unavailable", "The service is temporarily unavailable."), 503),
    Break.ERROR_INSIDE: says(problem(500, "Internal server error", "An error occurred.")),
}
