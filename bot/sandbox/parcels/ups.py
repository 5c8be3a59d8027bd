"""UPS Track API v1 as it answers."""

from typing import Any

from bot.sandbox.parcels.life import Scan, Standing, city, country, utc

Json = dict[str, Any]
DELIVERED = "011"


def answer(standing: Standing) -> Json:
    """200: the shipment with its one package."""
    life, newest = standing.life, standing.newest
    package: Json = {
        "trackingNumber": life.number,
        "activity": [_activity(scan) for scan in standing.scans],
        "packageAddress": [_address("ORIGIN", life.origin), _address("DESTINATION", life.destination)],
        "service": {"code": "518", "levelCode": "003", "description": life.service or "UPS Worldwide Expedited"},
        "packageCount": 1,
    }
    if newest:
        package["currentStatus"] = {"description": newest.words, "code": newest.kind.ups[2]}
    package |= _dates(standing)
    if standing.pickup and standing.pickup.until:
        package["accessPointInformation"] = {"pickupByDate": f"{standing.pickup.until:%Y%m%d}"}
    return {"trackResponse": {"shipment": [{"inquiryNumber": life.number, "package": [package]}]}}


def _dates(standing: Standing) -> Json:
    """After delivery only the day of delivery is left; a moved ETA stands as rescheduled beside the scheduled one."""
    newest = standing.newest
    if newest and newest.kind.ups[2] == DELIVERED:
        return {
            "deliveryDate": [{"type": "DEL", "date": f"{newest.at:%Y%m%d}"}],
            "deliveryTime": {"type": "DEL", "endTime": f"{newest.at:%H%M%S}"},
        }
    if standing.eta_at is None:
        return {}
    first = standing.life.eta
    dates = [{"type": "SDD", "date": f"{first or standing.eta_at:%Y%m%d}"}]
    if first is not None and f"{first:%Y%m%d}" != f"{standing.eta_at:%Y%m%d}":
        dates.append({"type": "RDD", "date": f"{standing.eta_at:%Y%m%d}"})
    return {"deliveryDate": dates, "deliveryTime": {"type": "EOD", "endTime": ""}}


def _activity(scan: Scan) -> Json:
    kind, code, status = scan.kind.ups
    gmt, offset = utc(scan.at), f"{scan.at:%z}"
    return {
        "location": {"address": _place(scan.place)},
        "status": {"type": kind, "description": scan.words, "code": code, "statusCode": status},
        "date": f"{scan.at:%Y%m%d}",
        "time": f"{scan.at:%H%M%S}",
        "gmtDate": f"{gmt:%Y%m%d}",
        "gmtOffset": f"{offset[:3]}:{offset[3:5]}",
        "gmtTime": f"{gmt:%H:%M:%S}",
    }


def _place(place: str) -> Json:
    return {"city": city(place), "countryCode": country(place), "country": country(place)}


def _address(kind: str, place: str) -> Json:
    return {"type": kind, "address": _place(place)}


def errors(code: str, message: str) -> Json:
    """UPS' own shape of a refusal."""
    return {"response": {"errors": [{"code": code, "message": message}]}}


NOT_FOUND: Json = {
    "trackResponse": {"shipment": [{"warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}]}
}
UNAUTHORIZED = errors("250002", "Invalid Authentication Information.")
BAD_CLIENT = errors("10401", "ClientId is Invalid")
TOO_MANY = errors("10429", "Too Many Requests")
UNAVAILABLE = errors("10002", "The service is temporarily unavailable.")
BROKEN_INSIDE = errors("10001", "System error.")
