"""CDEK (Russia): API v2, OAuth, one order a question by its CDEK number; CDEK pushes statuses. Facts: apidoc.cdek.ru.

CDEK signs no push and sends no secret with it: the address it goes to is the only proof. Unverified: the form of
`delay_reasons`, which is read leniently.
"""

from collections.abc import Iterator, Mapping, Sequence

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, ClientCredentials, Conversation, Field, Limits, Numbers
from carriers.kit.countries import alpha2
from carriers.kit.errors import NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Pickup, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "cdek"
name = "CDEK"
hosts: tuple[str, ...] = ("api.cdek.ru", "api.edu.cdek.ru")
sandbox: Mapping[str, str] = {"https://api.cdek.ru": "https://api.edu.cdek.ru"}
batch_size = 1
limits = Limits(per_second=200)
fields: tuple[Field, ...] = (
    Field("client_id", "Account", secret=False),
    Field("client_secret", "Secure password"),
    ENVIRONMENT,
)
numbers = Numbers(patterns=(r"\d{10,11}",), links=(r"cdek\.\w+/.*?(?:order_?id|tracking|track|number)[=/](\d{8,14})",))
auth: Auth = ClientCredentials("https://api.cdek.ru/v2/oauth/token", "client_id", "client_secret", in_body=True)

# An order that is itself a return goes to the sender.
WAY_BACK = {
    Status.DELIVERED: Status.RETURNED,
    Status.IN_TRANSIT: Status.RETURNING,
    Status.OUT_FOR_DELIVERY: Status.RETURNING,
    Status.CUSTOMS: Status.RETURNING,
}


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch."""
    (number,) = numbers
    headers = {"Accept": "application/json"}
    url = "https://api.cdek.ru/v2/orders"
    return read((yield Request("GET", url, headers=headers, query={"cdek_number": number})), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for the order; also what CDEK pushes."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    if "attributes" in body:
        return _pushed(body)
    order = entry(body.get("entity"))
    if "statuses" in order or order.get("cdek_number"):
        return [_result(order, asked)]
    reading.problem(body, response, asked)
    for code in _errors(body):
        if "not_found" in code:
            raise NotFound(number=asked, code=code)
        raise fault(slug, code, asked, response)
    reading.refuse(response, asked)
    raise KeyError("entity")


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """A pushed status; word of anything else (waybills printed, calls agreed) is no news of the parcel."""
    return _pushed(reading.decode(Response(200, body)))


def _pushed(body: Entry) -> list[Answer]:
    told = entry(body["attributes"])
    if text(body.get("type")) != "ORDER_STATUS":
        return []
    row = {
        "code": told.get("code") or told.get("status_code"),
        "date_time": told.get("status_date_time") or body.get("date_time"),
        "city": told.get("city_name"),
    }
    return [_result({**told, "statuses": [row]}, None)]


def _errors(body: Entry) -> Iterator[str]:
    own, asked = entries(body.get("errors")), entries(body.get("requests"))
    for one in [*own, *(error for request in asked for error in entries(request.get("errors")))]:
        yield text(one.get("code"))
    if "error" in body:
        yield text(body["error"]).lower()


def _result(order: Entry, asked: str | None) -> TrackingResult:
    get = order.get
    # A status set by mistake stays listed, marked as deleted.
    rows = [row for row in entries(get("statuses")) if row.get("deleted") is not True]
    events = reading.newest_first([_event(row) for row in rows])
    status, reason = _standing(order, events)
    here, there = entry(get("from_location")), entry(get("to_location"))
    detail = entry(get("delivery_detail"))
    return TrackingResult(
        number=text(get("cdek_number")) or asked or words(get("number")),
        status=status,
        events=events,
        eta=reading.moment(get("planned_delivery_date")),
        delivered_at=_delivered(events, detail) if status is Status.DELIVERED else None,
        signed_by=words(detail.get("recipient_name")) if status is Status.DELIVERED else None,
        delay=None if status.is_final else _delay(order) or reading.own_delay(events),
        reason=reason,
        origin=words(_where(here)),
        destination=words(_where(there)),
        destination_country=alpha2(text(there.get("country_code"))),
        pickup=_pickup(order, there) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_leg=_way_back(order) if status is Status.RETURNING else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code = text(get("code"))
    meaning: Meaning = table("cdek_statuses").get(code, UNMAPPED)
    at, said, place = reading.moment(get("date_time")), text(get("name")), text(get("city"))
    return ScanEvent(at, code or None, said, place, meaning.status, meaning.reason, meaning.delay)


def _standing(order: Entry, events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None]:
    last = reading.newest_movement(events)
    if last is None or last.status is None:
        return Status.UNKNOWN, None
    if order.get("is_return") is True:
        return WAY_BACK.get(last.status, last.status), last.reason
    return last.status, last.reason


def _delivered(events: tuple[ScanEvent, ...], detail: Entry) -> Moment:
    return reading.reached(events, Status.DELIVERED) or reading.moment(detail.get("date"))


def _delay(order: Entry) -> str | None:
    told = order.get("delay_reasons")
    said = (text(one) or _named(entry(one)) for one in (told if isinstance(told, list) else [told]))
    return next((one for one in said if one), None)


def _named(reason: Entry) -> str:
    return next((said for key in ("name", "description", "message", "code") if (said := text(reason.get(key)))), "")


def _pickup(order: Entry, there: Entry) -> Pickup:
    place = joined(order.get("delivery_point"), there.get("address"), there.get("city"))
    return Pickup(place, until=reading.day_of(reading.moment(order.get("keep_free_until"))))


def _way_back(order: Entry) -> Leg | None:
    related = (one for one in entries(order.get("related_entities")) if text(one.get("type")) == "return_order")
    number = next((text(one.get("cdek_number")) for one in related), "")
    return Leg(number, name) if number else None


def _where(location: Entry) -> str:
    return joined(location.get("city"), location.get("country_code"))
