"""DHL Shipment Tracking - Unified as it answers: a shipment with naive local times, or problem JSON."""

from typing import Any

from bot.sandbox.parcels.life import Scan, Standing, city, country

Json = dict[str, Any]


def answer(standing: Standing) -> Json:
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
    if standing.pickup and standing.newest and standing.newest.kind.dhl[1] == "CC":
        point = {"servicePoint": {"label": standing.pickup.place}, "address": _address(standing.newest.place)}
        shipment["status"] = {**events[0], "location": point}
    if standing.eta_at:
        shipment["estimatedTimeOfDelivery"] = standing.eta_at.replace(tzinfo=None).isoformat()
    return {"url": f"/shipments?trackingNumber={life.number}", "shipments": [shipment]}


def _event(scan: Scan) -> Json:
    generic, own = scan.kind.dhl
    row: Json = {
        "timestamp": scan.at.replace(tzinfo=None, microsecond=0).isoformat(),
        "location": {"address": _address(scan.place)},
        "statusCode": generic,
        "status": scan.words,
        "description": scan.words,
    }
    return {**row, "statusDetailed": own} if own else row


def _announced(standing: Standing) -> Json:
    at = standing.life.born_at.replace(tzinfo=None, microsecond=0).isoformat()
    return {"timestamp": at, "statusCode": "pre-transit", "status": "Shipment information received"}


def _address(place: str) -> Json:
    return {"countryCode": country(place), "addressLocality": city(place)}


def problem(status: int, title: str, detail: str) -> Json:
    """Problem JSON."""
    return {"title": title, "status": status, "detail": detail}


NOT_FOUND = problem(404, "No result found", "No shipment with given tracking number found.")
UNAUTHORIZED = problem(401, "Unauthorized", "Invalid API key or insufficient privileges.")
TOO_MANY = problem(429, "Too many requests", "You have sent too many requests in a given time frame.")
UNAVAILABLE = problem(503, "Service unavailable", "The service is temporarily unavailable.")
BROKEN_INSIDE = problem(500, "Internal server error", "An error occurred.")
