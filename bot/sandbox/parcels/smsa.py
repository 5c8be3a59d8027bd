"""SMSA Express as it answers: one waybill or a list of them; whom it does not know it leaves out of the list."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, header, local, says, words

slug = "smsa"
routes = (("GET", "/api/track/single/{number}"), ("POST", "/api/track/bulk/"))
key = header("ApiKey")
most = 20
unsaid = frozenset({"eta"})
codes = {
    "label": ("DATA", "Data Entry Process"),
    "picked_up": ("PU", "Picked up"),
    "departed": ("HOP", "Shipment Departed SMSA Sorting Facility"),
    "arrived": ("HIP", "Shipment Received at SMSA Sorting Facility"),
    "customs": ("IC", "Shipment Arrived at Destination Country - Under clearance process"),
    "cleared": ("CR", "Customs Released"),
    "out": ("OD", "Out for Delivery"),
    "attempt": ("DEX8X", "Recipient not available at residence"),
    "pickup": ("RTIN", "Awaiting Collection at Retail Center"),
    "delivered": ("DL", "Delivered"),
    "delay": ("MS", "Miss sort at facility"),
    "weather": ("MS", "Miss sort at facility"),
    "damaged": ("", "Shipment damaged"),
    "refused": ("", "Shipment refused by recipient"),
    "returning": ("RTO", "Return To Origin"),
    "returned": ("RTS", "Returned To Shipper"),
    "lost": ("", "Shipment lost"),
    "cancelled": ("", "Shipment cancelled"),
}


def numbers(question: Question) -> Sequence[str]:
    one = question.parts.get("number")
    return [one] if one else [str(number) for number in question.json or ()]


def answer(question: Question, known: Known) -> Reply:
    found = [_shipment(standing) for standing in known.values() if standing]
    if "number" not in question.parts:
        return says(found)
    return says(found[0]) if found else refusals[Break.NOT_FOUND]


def _shipment(standing: Standing) -> Json:
    life, newest = standing.life, standing.newest
    told: Json = {
        "AWB": life.number,
        "Reference": "",
        "Pieces": 1,
        "CODAmount": 0.0,
        "OriginCity": city(life.origin),
        "OriginCountry": country(life.origin),
        "DesinationCity": city(life.destination),
        "DesinationCountry": country(life.destination),
        "Scans": [_scan(scan) for scan in standing.scans],
    }
    return {**told, "isDelivered": True} if newest and newest.kind.name == "delivered" else told


def _scan(scan: Scan) -> Json:
    code, own = codes[scan.kind.name]
    zone = f"{scan.at:%z}"
    return {
        "City": scan.city,
        "ScanType": code,
        "ScanDescription": words(scan, own),
        "ScanDateTime": local(scan.at),
        "ScanTimeZone": f"{zone[:3]}:{zone[3:5]}",
    }


refusals = {
    Break.AUTH: says({"Message": "Unauthorized"}, 401),
    Break.NOT_FOUND: says({"Message": "AWB not found"}, 404),
    Break.THROTTLED: says({"Message": "Too many requests"}, 429),
    Break.UNAVAILABLE: says({"Message": "down"}, 503),
    Break.ERROR_INSIDE: says({"Message": "Unauthorized"}),
}
