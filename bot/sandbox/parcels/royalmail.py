"""Royal Mail Tracking v2 as it answers: one number's history, or of several the last scan."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, country_name, header, offset, says, words
from carriers.kit.model import Status

slug = "royalmail"
routes = (("GET", "/mailpieces/v2/summary"), ("GET", "/mailpieces/v2/{number}/events"))
key = header("X-IBM-Client-Secret")
most = 30
codes = {
    "label": ("EVAIE", "Sender despatching item"),
    "picked_up": ("EVPPA", "Accepted at Parcelshop"),
    "departed": ("EVODO", "Item Despatched to DO"),
    "arrived": ("EVIMC", "Item Received"),
    "out": ("EVGPD", "Due to be delivered today"),
    "attempt": ("EVKNA", "No answer"),
    "pickup": ("EVKLC", "Delivered to a collection point"),
    "delivered": ("EVKOP", "Delivered by"),
    "delay": ("EVGMI", "Item mis-sorted"),
    "weather": ("EVGMI", "Item mis-sorted"),
    "refused": ("EVKRF", "Refused"),
    "returning": ("EVKGA", "Gone away"),
    "returned": ("EVRTS", "Delivered to sender"),
}
otherwise = {"delay": Status.IN_TRANSIT, "weather": Status.IN_TRANSIT, "refused": Status.RETURNING}
CATEGORIES = {"delivered": "DELIVERED", "returned": "DELIVERED", "attempt": "ATTEMPTED DELIVERY"}


def numbers(question: Question) -> Sequence[str]:
    one = question.parts.get("number")
    return [one] if one else question.query.get("mailPieceId", "").split(",")


def answer(question: Question, known: Known) -> Reply:
    if "number" not in question.parts:
        return says({"mailPieces": [_piece(number, standing) for number, standing in known.items()]})
    ((number, standing),) = known.items()
    if standing is None:
        return refusals[Break.NOT_FOUND]
    return says({"mailPieces": {**_piece(number, standing), **_history(standing)}})


def _piece(number: str, standing: Standing | None) -> Json:
    if standing is None:
        return {"mailPieceId": number, "status": "404", "error": _unknown(number)}
    return {
        "mailPieceId": number,
        "status": "200",
        "carrierShortName": "RM",
        "carrierFullName": "Royal Mail Group Ltd",
        "summary": _summary(standing),
    }


def _summary(standing: Standing) -> Json:
    life, newest = standing.life, standing.newest
    summary: Json = {
        "oneDBarcode": life.number,
        "productName": life.service or "Royal Mail Tracked 48",
        "originCountryName": country_name(country(life.origin)),
        "destinationCountryCode": country(life.destination),
        "destinationCountryName": country_name(country(life.destination)),
    }
    if newest is None:
        return summary
    code, own = codes[newest.kind.name]
    return {
        **summary,
        "lastEventCode": code,
        "lastEventName": words(newest, own),
        "lastEventDateTime": offset(newest.at),
        "lastEventLocationName": newest.city,
        "statusCategory": CATEGORIES.get(newest.kind.name, "IN TRANSIT"),
    }


def _history(standing: Standing) -> Json:
    told: Json = {"events": [_event(scan) for scan in standing.scans]}
    if standing.eta_at:
        told["estimatedDelivery"] = {"date": f"{standing.eta_at:%Y-%m-%d}"}
    return told


def _event(scan: Scan) -> Json:
    code, own = codes[scan.kind.name]
    return {
        "eventCode": code,
        "eventName": words(scan, own),
        "eventDateTime": offset(scan.at),
        "locationName": city(scan.place),
    }


def _unknown(number: str) -> Json:
    return {"errorCode": "E1142", "errorDescription": f"Barcode reference {number} isn't recognised"}


def _http(status: int, message: str, **more: object) -> Reply:
    return says({"httpCode": str(status), "httpMessage": message, **more}, status)


_BROKEN = [{"errorCode": "E0009", "errorDescription": "Internal server error"}]
refusals = {
    Break.AUTH: _http(401, "Unauthorized", moreInformation="Invalid client id or secret"),
    Break.NOT_FOUND: _http(404, "Not Found", errors=[_unknown("")]),
    Break.THROTTLED: _http(429, "Too Many Requests", moreInformation="The rate limit has been exceeded"),
    Break.UNAVAILABLE: _http(500, "Internal Server Error", errors=_BROKEN),
    Break.ERROR_INSIDE: says({"httpCode": "500", "httpMessage": "Internal Server Error", "errors": _BROKEN}),
}
