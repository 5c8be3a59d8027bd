"""FedEx Track API v1 as it answers: thirty numbers a question, times with offsets, codes of two letters."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import (
    Break,
    Json,
    Known,
    Question,
    Reply,
    Token,
    bearer,
    in_form,
    oauth,
    offset,
    says,
    words,
)

slug = "fedex"
routes = (("POST", "/track/v1/trackingnumbers"),)
key = bearer
token = Token("/oauth/token", in_form, oauth)
most = 30
# Event type, its words, the exception beside it.
codes = {
    "label": ("OC", "Shipment information sent to FedEx", ""),
    "picked_up": ("PU", "Picked up", ""),
    "departed": ("DP", "Left FedEx origin facility", ""),
    "arrived": ("AR", "Arrived at FedEx location", ""),
    "customs": ("CP", "Clearance in Progress", ""),
    "cleared": ("CC", "International shipment release - Import", ""),
    "out": ("OD", "On FedEx vehicle for delivery", ""),
    "attempt": ("DE", "Delivery exception", "Customer not available or business closed"),
    "pickup": ("HL", "Ready for pickup", ""),
    "delivered": ("DL", "Delivered", ""),
    "delay": ("DY", "Delay", ""),
    "weather": ("DY", "Delay", "Weather delay"),
    "damaged": ("SE", "Shipment exception", "Package damaged"),
    "refused": ("SE", "Shipment exception", "Shipment refused by recipient"),
    "returning": ("RS", "Returning package to shipper", ""),
    "cancelled": ("CA", "Shipment cancelled by sender", ""),
}


def numbers(question: Question) -> Sequence[str]:
    asked = (question.json or {}).get("trackingInfo") or []
    return [one["trackingNumberInfo"]["trackingNumber"] for one in asked]


def answer(question: Question, known: Known) -> Reply:
    found = [_complete(number, standing) for number, standing in known.items()]
    return says({"transactionId": "sandbox", "output": {"completeTrackResults": found}})


def _complete(number: str, standing: Standing | None) -> Json:
    told = _shipment(standing) if standing else {"error": NOT_FOUND}
    return {"trackingNumber": number, "trackResults": [{"trackingNumberInfo": {"trackingNumber": number}, **told}]}


def _shipment(standing: Standing) -> Json:
    life, newest = standing.life, standing.newest
    told: Json = {
        "latestStatusDetail": _latest(newest) if newest else {"code": "IN", "description": "Label created"},
        "scanEvents": [_event(scan) for scan in standing.scans],
        "serviceDetail": {"description": life.service or "FedEx International Priority"},
        "shipperInformation": {"address": _address(life.origin)},
        "recipientInformation": {"address": _address(life.destination)},
    }
    if standing.eta_at:
        told["estimatedDeliveryTimeWindow"] = {"window": {"ends": offset(standing.eta_at)}}
    if standing.pickup and newest and newest.kind.name == "pickup":
        held = {"streetLines": [standing.pickup.place], **_address(newest.place)}
        told["holdAtLocation"] = {"locationContactAndAddress": {"address": held}}
    return told


def _latest(newest: Scan) -> Json:
    code, own, exception = codes[newest.kind.name]
    latest: Json = {"code": code, "derivedCode": code, "statusByLocale": own, "description": words(newest, own)}
    return {**latest, "ancillaryDetails": [{"reasonDescription": exception}]} if exception else latest


def _event(scan: Scan) -> Json:
    code, own, exception = codes[scan.kind.name]
    return {
        "date": offset(scan.at),
        "eventType": code,
        "eventDescription": words(scan, own),
        "exceptionCode": "",
        "exceptionDescription": exception,
        "scanLocation": _address(scan.place),
    }


def _address(place: str) -> Json:
    return {"city": city(place), "countryCode": country(place)}


def _errors(code: str, message: str) -> Json:
    return {"transactionId": "sandbox", "errors": [{"code": code, "message": message}]}


NOT_FOUND = {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "Tracking number cannot be found."}
refusals = {
    Break.AUTH: says(_errors("NOT.AUTHORIZED.ERROR", "The given client credentials were not valid."), 401),
    Break.NOT_FOUND: says(_errors(**NOT_FOUND), 404),
    Break.THROTTLED: says({"message": "Too Many Requests"}, 429),
    Break.UNAVAILABLE: says(_errors("SERVICE.UNAVAILABLE.ERROR", "The service is currently unavailable."), 503),
    Break.ERROR_INSIDE: says(_errors("SYSTEM.UNAVAILABLE.EXCEPTION", "The system is temporarily unavailable.")),
}
