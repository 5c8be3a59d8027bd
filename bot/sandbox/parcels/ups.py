"""UPS Track API v1 as it answers."""

from collections.abc import Sequence

import orjson

from bot.sandbox.parcels.life import Scan, Standing, city, country, utc
from bot.sandbox.parcels.wire import Break, Json, Known, Push, Question, Reply, Token, basic, bearer, says

slug = "ups"
routes = (("GET", "/api/track/v1/details/{number}"), ("GET", "/api/track/v1/reference/details/{number}"))
key = bearer
# Type, activity code, status code.
codes = {
    "label": ("M", "MP", "003"),
    "picked_up": ("I", "OR", "038"),
    "departed": ("I", "DP", "005"),
    "arrived": ("I", "AR", "005"),
    "customs": ("I", "", "012"),
    "cleared": ("I", "", "014"),
    "out": ("I", "OT", "021"),
    "attempt": ("X", "", "022"),
    "pickup": ("I", "", "017"),
    "delivered": ("D", "FS", "011"),
    "delay": ("X", "", "046"),
    "weather": ("X", "", "052"),
    "damaged": ("X", "", "059"),
    "refused": ("X", "", "064"),
    "returning": ("X", "", "035"),
    "returned": ("X", "", "034"),
    "lost": ("X", "", "068"),
    "cancelled": ("MV", "VP", "007"),
}


def _granted(token: str, seconds: int) -> Reply:
    told = {"token_type": "Bearer", "access_token": token, "expires_in": str(seconds - 1), "status": "approved"}
    return says(told)


token = Token("/security/v1/oauth/token", basic, _granted, 4 * 3600)


def numbers(question: Question) -> Sequence[str]:
    return [question.parts["number"]]


def complaint(question: Question, numbers: Sequence[str]) -> Reply | None:
    """What is wrong with the question itself."""
    if not {"transid", "transactionsrc"} <= question.headers.keys():
        return says(errors("9123", "transId and transactionSrc headers are required"), 400)
    if not 7 <= len(numbers[0]) <= 34:
        return says(errors("TV1002", "Invalid inquiry number"), 400)
    return None


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return says(shipment(standing)) if standing else refusals[Break.NOT_FOUND]


def push(standing: Standing, secret: str) -> Push:
    """Track Alert tells the newest activity, with the subscription's credential in a header."""
    newest = standing.newest
    if newest is None:
        raise LookupError("Track Alert tells activities, and there is none yet")
    kind, code, status = codes[newest.kind.name]
    gmt, delivered = utc(newest.at), newest.kind.name == "delivered"
    told = {
        "trackingNumber": standing.life.number,
        "localActivityDate": f"{newest.at:%Y%m%d}",
        "localActivityTime": f"{newest.at:%H%M%S}",
        "gmtActivityDate": f"{gmt:%Y%m%d}",
        "gmtActivityTime": f"{gmt:%H%M%S}",
        "activityLocation": {"city": newest.city, "stateProvince": "", "postalCode": "", "country": newest.country},
        "activityStatus": {"type": kind, "code": code, "description": newest.words, "descriptionCode": status},
        "scheduledDeliveryDate": f"{standing.eta_at:%Y%m%d}" if standing.eta_at else "",
        "actualDeliveryDate": f"{newest.at:%Y%m%d}" if delivered else "",
        "actualDeliveryTime": f"{newest.at:%H%M%S}" if delivered else "",
    }
    return Push(orjson.dumps(told), {"credential": secret})


def shipment(standing: Standing) -> Json:
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
        package["currentStatus"] = {"description": newest.words, "code": codes[newest.kind.name][2]}
    package |= _dates(standing)
    if standing.pickup and standing.pickup.until:
        package["accessPointInformation"] = {"pickupByDate": f"{standing.pickup.until:%Y%m%d}"}
    return {"trackResponse": {"shipment": [{"inquiryNumber": life.number, "package": [package]}]}}


def _dates(standing: Standing) -> Json:
    """After delivery only the day of delivery is left; a moved ETA stands as rescheduled beside the scheduled one."""
    newest = standing.newest
    if newest and newest.kind.name == "delivered":
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
    kind, code, status = codes[scan.kind.name]
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


_UNKNOWN = [{"warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}]
bad_client = says(errors("10401", "ClientId is Invalid"), 401)
refusals = {
    Break.AUTH: says(errors("250002", "Invalid Authentication Information."), 401),
    Break.NOT_FOUND: says({"trackResponse": {"shipment": _UNKNOWN}}),
    Break.THROTTLED: says(errors("10429", "Too Many Requests"), 429),
    Break.UNAVAILABLE: says(errors("10002", "The service is temporarily unavailable."), 503),
    Break.ERROR_INSIDE: says(errors("10001", "System error.")),
}
