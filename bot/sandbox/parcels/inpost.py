"""InPost ShipX as it answers: one number, status words, no key; a refusal names its reason."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, nobody, says

slug = "inpost"
routes = (("GET", "/v1/tracking/{number}"),)
key = nobody
closed = False
unsaid = frozenset({"eta"})
codes = {
    "label": "confirmed",
    "picked_up": "collected_from_sender",
    "departed": "sent_from_source_branch",
    "arrived": "adopted_at_sorting_center",
    "out": "out_for_delivery",
    "attempt": "pickup_reminder_sent_address",
    "pickup": "ready_to_pickup",
    "delivered": "delivered",
    "delay": "delay_in_delivery",
    "weather": "delay_in_delivery",
    "damaged": "claimed",
    "refused": "rejected_by_receiver",
    "returning": "taken_by_courier_from_customer_service_point",
    "returned": "returned_to_sender",
    "lost": "missing",
    "cancelled": "canceled",
}


def numbers(question: Question) -> Sequence[str]:
    return [question.parts["number"]]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    return says(_told(standing)) if standing else refusals[Break.NOT_FOUND]


def _told(standing: Standing) -> Json:
    life, newest = standing.life, standing.newest
    told: Json = {
        "tracking_number": life.number,
        "service": life.service or "inpost_locker_standard",
        "type": "inpost_locker_standard",
        "status": codes[newest.kind.name] if newest else "created",
        "tracking_details": [_detail(scan) for scan in standing.scans],
        "expected_flow": [],
        "custom_attributes": {},
    }
    if standing.pickup:
        point = {"name": standing.pickup.place, "opening_hours": standing.pickup.hours}
        told["custom_attributes"] = {"target_machine_detail": point}
    return told


def _detail(scan: Scan) -> Json:
    at = scan.at.isoformat(timespec="milliseconds")
    return {"status": codes[scan.kind.name], "origin_status": None, "agency": scan.city, "datetime": at}


def _error(status: int, error: str, message: str) -> Json:
    return {"status": status, "error": error, "message": message, "details": {}}


refusals = {
    Break.AUTH: says(_error(401, "token_invalid", "Token is missing or invalid"), 401),
    Break.NOT_FOUND: says(_error(404, "resource_not_found", "Resource not found"), 404),
    Break.THROTTLED: says(_error(429, "too_many_requests", "Too many requests"), 429),
    Break.UNAVAILABLE: says(_error(500, "internal_server_error", "Internal server error"), 500),
    Break.ERROR_INSIDE: says(_error(401, "token_invalid", "Token is missing or invalid")),
}
