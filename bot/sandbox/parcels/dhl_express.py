"""MyDHL API as it answers: one shipment, the oldest event first, wall clocks with their offset beside them."""

from collections.abc import Sequence

from bot.sandbox.parcels.express import CHECKPOINTS
from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, basic, local, says, words

slug = "dhl_express"
routes = (("GET", "/mydhlapi/shipments/{number}/tracking"),)
key = basic
codes = CHECKPOINTS


def numbers(question: Question) -> Sequence[str]:
    return [question.parts["number"]]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return says({"shipments": [_shipment(standing)]}) if standing else refusals[Break.NOT_FOUND]


def _shipment(standing: Standing) -> Json:
    life = standing.life
    told: Json = {
        "shipmentTrackingNumber": life.number,
        "status": "Success",
        "productCode": "P",
        "description": life.service,
        "shipperDetails": _party(life.origin),
        "receiverDetails": _party(life.destination),
        "events": [_event(scan) for scan in reversed(standing.scans)],
        "numberOfPieces": 1,
    }
    return {**told, "estimatedDeliveryDate": local(standing.eta_at)} if standing.eta_at else told


def _event(scan: Scan) -> Json:
    code, own = codes[scan.kind.name]
    zone = f"{scan.at:%z}"
    return {
        "date": f"{scan.at:%Y-%m-%d}",
        "time": f"{scan.at:%H:%M:%S}",
        "GMTOffset": f"{zone[:3]}:{zone[3:5]}",
        "typeCode": code,
        "description": words(scan, own),
        "serviceArea": [_area(scan.place)],
    }


def _party(place: str) -> Json:
    return {"postalAddress": {"cityName": city(place), "countryCode": country(place)}, "serviceArea": [_area(place)]}


def _area(place: str) -> Json:
    return {"code": city(place)[:3].upper(), "description": f"{city(place)}-{country(place)}"}


def _problem(status: int, title: str, detail: str) -> Json:
    return {"instance": "/expressapi", "detail": detail, "title": title, "status": status}


refusals = {
    Break.AUTH: says(_problem(401, "Unauthorized", "Invalid Credentials"), 401),
    Break.NOT_FOUND: says({**_problem(404, "Not data found", "No data found"), "message": "Not data found"}, 404),
    Break.THROTTLED: says({"message": "Too Many Requests"}, 429),
    Break.UNAVAILABLE: says({"message": "Service Unavailable"}, 503),
    Break.ERROR_INSIDE: says(_problem(500, "Internal Server Error", "Process failure occurred")),
}
