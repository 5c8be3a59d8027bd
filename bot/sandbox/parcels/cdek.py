"""CDEK v2 as it answers: one order with its statuses in Russian, the oldest first; errors of the request inside."""

from collections.abc import Sequence

import orjson

from bot.sandbox.parcels.life import Scan, Standing, city, country
from bot.sandbox.parcels.wire import (
    Break,
    Json,
    Known,
    Push,
    Question,
    Reply,
    Token,
    bearer,
    in_form,
    oauth,
    says,
    words,
)
from carriers.kit.model import Status

slug = "cdek"
routes = (("GET", "/v2/orders"),)
key = bearer
token = Token("/v2/oauth/token", in_form, oauth)
codes = {
    "label": ("CREATED", "Создан"),
    "picked_up": ("RECEIVED_AT_SHIPMENT_WAREHOUSE", "Принят на склад отправителя"),
    "departed": ("SENT_TO_RECIPIENT_CITY", "Отправлен в г. получатель"),
    "arrived": ("ACCEPTED_IN_RECIPIENT_CITY", "Встречен в г. получателе"),
    "customs": ("IN_CUSTOMS_LOCAL", "Таможенное оформление в стране назначения"),
    "cleared": ("CUSTOMS_COMPLETE", "Таможенное оформление завершено"),
    "out": ("TAKEN_BY_COURIER", "Выдан на доставку"),
    "attempt": ("RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "Возвращен на склад доставки"),
    "pickup": ("ACCEPTED_AT_PICK_UP_POINT", "Принят на склад до востребования"),
    "delivered": ("DELIVERED", "Вручен"),
    "refused": ("NOT_DELIVERED", "Не вручен"),
    "returning": ("NOT_DELIVERED", "Не вручен"),
    "cancelled": ("REMOVED", "Удален"),
}
otherwise = {"refused": Status.RETURNING}


def numbers(question: Question) -> Sequence[str]:
    return [question.query.get("cdek_number", "")]


def answer(question: Question, known: Known) -> Reply:
    (standing,) = known.values()
    if standing is None:
        return refusals[Break.NOT_FOUND]
    request = {"type": "GET", "state": "SUCCESSFUL", "errors": [], "warnings": []}
    return says({"entity": _order(standing), "requests": [request], "related_entities": []})


def push(standing: Standing, secret: str) -> Push:
    """One status, unsigned."""
    newest = standing.newest
    if newest is None:
        raise LookupError("CDEK pushes statuses, and there is none yet")
    at = f"{newest.at:%Y-%m-%dT%H:%M:%S%z}"
    number = standing.life.number
    about = {"is_return": False, "cdek_number": number, "number": number, "city_name": newest.city}
    status = {"code": codes[newest.kind.name][0], "status_date_time": at}
    return Push(orjson.dumps({"type": "ORDER_STATUS", "date_time": at, "uuid": "1", "attributes": {**about, **status}}))


def _order(standing: Standing) -> Json:
    life = standing.life
    told: Json = {
        "uuid": "72753031-0000-4000-8000-000000000000",
        "type": 2,
        "is_return": False,
        "cdek_number": life.number,
        "number": life.number,
        "from_location": _location(life.origin),
        "to_location": _location(life.destination),
        "statuses": [_status(scan) for scan in reversed(standing.scans)],
    }
    if standing.eta_at:
        told["planned_delivery_date"] = f"{standing.eta_at:%Y-%m-%d}"
    if standing.pickup:
        until = standing.pickup.until
        told |= {"delivery_point": standing.pickup.place, "keep_free_until": until.isoformat() if until else None}
    return told


def _status(scan: Scan) -> Json:
    code, own = codes[scan.kind.name]
    at = f"{scan.at:%Y-%m-%dT%H:%M:%S%z}"
    return {"code": code, "name": words(scan, own), "date_time": at, "city": scan.city}


def _location(place: str) -> Json:
    return {"country_code": country(place), "city": city(place)}


def _error(code: str, message: str, status: int) -> Reply:
    request = {"type": "GET", "state": "INVALID", "errors": [{"code": code, "message": message}]}
    return says({"requests": [request], "related_entities": []}, status)


_DENIED = {"error": "unauthorized", "error_description": "Full authentication is required to access this resource"}
bad_client = says({"error": "invalid_client", "error_description": "Bad client credentials"}, 401)
refusals = {
    Break.AUTH: says(_DENIED, 401),
    Break.NOT_FOUND: _error("v2_entity_not_found_cdek_number", "Entity is not found", 400),
    Break.THROTTLED: says({"message": "Too many requests"}, 429),
    Break.UNAVAILABLE: _error("v2_internal_error", "Internal error", 500),
    Break.ERROR_INSIDE: says(_DENIED),
}
