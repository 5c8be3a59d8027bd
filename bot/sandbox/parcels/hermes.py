"""Hermes Germany as it answers: many numbers in the address, four-digit codes, errors with a code each."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, Token, bearer, oauth, offset, says, words

slug = "hermes"
routes = (("GET", "/services/hsi/shipmentinfo"),)
key = bearer
most = 100
codes = {
    "label": ("0000", "The shipment has been notified to Hermes electronically."),
    "picked_up": ("1900", "The shipment was accepted after collection."),
    "departed": ("1610", "Shipment is in international transit."),
    "arrived": ("2000", "The shipment has arrived."),
    "customs": ("1730", "Shipment is held by customs."),
    "cleared": ("1510", "The shipment has been sorted."),
    "out": ("3000", "The shipment has gone out on a delivery route. Delivery is expected today."),
    "attempt": ("3731", "The recipient was not present. Hermes will make another delivery attempt."),
    "pickup": ("3410", "The shipment is available for collection from the Hermes ParcelShop."),
    "delivered": ("3500", "The shipment has been delivered."),
    "delay": ("3750", "The shipment was unable to be delivered due to a route cancellation."),
    "weather": ("3750", "The shipment was unable to be delivered due to a route cancellation."),
    "damaged": ("3740", "The shipment will be stopped due to a possible damage."),
    "refused": ("3710", "The shipment was not accepted when delivery was attempted."),
    "returning": ("6080", "The shipment has been processed (will be returned)."),
    "returned": ("7500", "The return/return shipment has arrived at the client."),
    "cancelled": ("9340", "The shipment has been cancelled."),
}


def _login(question: Question) -> str | None:
    said = question.form
    return f"{said['username']}:{said.get('password', '')}" if said.get("username") else None


token = Token("/authorization-facade/oauth2/access_token", _login, oauth, 12 * 3600)


def numbers(question: Question) -> Sequence[str]:
    return parse_qs(question.search).get("shipmentID", [])


def answer(question: Question, known: Known) -> Reply:
    return says({"shipmentinfo": [_shipment(number, standing) for number, standing in known.items()]})


def _shipment(number: str, standing: Standing | None) -> Json:
    if standing is None:
        result = {"code": "e001", "message": "There is no information for the entered value."}
        return {"shipmentID": number, "result": result}
    told: Json = {
        "shipmentID": number,
        "receiverAddress": _address(standing.life.destination),
        "status": [_status(scan, standing) for scan in standing.scans],
    }
    return {**told, "deliveryForecast": {"date": f"{standing.eta_at:%Y-%m-%d}"}} if standing.eta_at else told


def _status(scan: Scan, standing: Standing) -> Json:
    code, own = codes[scan.kind.name]
    shop = standing.pickup.place if standing.pickup and scan is standing.newest else "Hermes Germany"
    unit = {"name": shop, **_address(scan.place)}
    return {"timestamp": offset(scan.at), "code": code, "description": words(scan, own), "scanningUnit": unit}


def _address(place: str) -> Json:
    return {"city": city(place), "countryCode": country(place)}


def _codes(code: str, message: str, status: int = 200) -> Reply:
    return says({"listOfResultCodes": [{"code": code, "message": message}]}, status)


bad_client = says({"error": "invalid_grant", "error_description": "The provided access grant is invalid"}, 400)
refusals = {
    Break.AUTH: _codes("e903", "Token is expired.", 400),
    Break.NOT_FOUND: says({"shipmentinfo": []}),
    Break.THROTTLED: says({"message": "Too Many Requests"}, 429),
    Break.UNAVAILABLE: says({"message": "Service Unavailable"}, 503),
    Break.ERROR_INSIDE: _codes("e999", "General technical error."),
}
