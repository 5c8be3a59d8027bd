"""Australia Post Shipping & Tracking v1 as it answers: ten numbers, words instead of codes, errors each by its own."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, basic, offset, says, words

slug = "australiapost"
routes = (("GET", "/shipping/v1/track"),)
key = basic
most = 10
unsaid = frozenset({"eta"})
# Summary, a scan's words.
codes = {
    "label": ("Created", "Shipping information received by Australia Post"),
    "picked_up": ("In transit", "Picked up"),
    "departed": ("In transit", "Item departed facility"),
    "arrived": ("In transit", "Item processed at facility"),
    "customs": ("In transit", "Held by customs"),
    "cleared": ("In transit", "Cleared and awaiting international departure"),
    "out": ("Onboard for delivery", "Onboard for delivery"),
    "attempt": ("Attempted delivery", "Attempted delivery - no one home"),
    "pickup": ("Awaiting collection", "Awaiting collection"),
    "delivered": ("Delivered", "Delivered"),
    "delay": ("Possible delay", "Possible delay"),
    "weather": ("Delayed", "Delayed by weather"),
    "damaged": ("Article damaged", "Article damaged"),
    "refused": ("Cannot be delivered", "Refused by the addressee"),
    "returning": ("In transit", "Return to sender"),
    "returned": ("Returned to sender", "Returned to sender"),
    "lost": ("In transit", "Lost in transit"),
    "cancelled": ("Cancelled", "Cancelled"),
}


def numbers(question: Question) -> Sequence[str]:
    return question.query.get("tracking_ids", "").split(",")


def answer(question: Question, known: Known) -> Reply:
    return says({"tracking_results": [_result(number, standing) for number, standing in known.items()]})


def _result(number: str, standing: Standing | None) -> Json:
    if standing is None:
        return {"tracking_id": number, "errors": [UNKNOWN]}
    newest = standing.newest
    status = codes[newest.kind.name][0] if newest else "Created"
    article = {
        "article_id": number,
        "product_type": standing.life.service or "eParcel",
        "events": [_event(scan, standing) for scan in standing.scans],
        "status": status,
    }
    return {"tracking_id": number, "status": status, "trackable_items": [article]}


def _event(scan: Scan, standing: Standing) -> Json:
    own = codes[scan.kind.name][1]
    if standing.pickup and scan.kind.name == "pickup":
        own = f"{own} at {standing.pickup.place}"
    return {"location": scan.city.upper(), "description": words(scan, own), "date": offset(scan.at)}


def _errors(code: str, name: str, message: str, status: int = 200) -> Reply:
    return says({"errors": [{"message": message, "error_code": code, "error_name": name}]}, status)


UNKNOWN = {"code": "ESB-10001", "name": "Invalid tracking ID"}
refusals = {
    Break.AUTH: _errors("API_001", "Unauthenticated request", "The request failed authentication", 401),
    Break.NOT_FOUND: says({"tracking_results": [{"tracking_id": "", "errors": [UNKNOWN]}]}),
    Break.THROTTLED: _errors("API_002", "Too many requests", "Too many requests", 429),
    Break.UNAVAILABLE: says({"errors": [{"code": "99999", "name": "INTERNAL_ERROR"}]}, 500),
    Break.ERROR_INSIDE: _errors("API_002", "Too many requests", "Too many requests"),
}
