"""EasyPost, an aggregator: trackers asked for in batches, made for numbers that have none, pushed by webhook.

Unverified against the service: how many numbers one batch question takes (its lists hold 100), the limit of requests
(429 exists) and error codes other than that of a refused tracker. A tracker costs a fee when it is made.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from unicodedata import normalize

import msgspec

from carriers.kit import proof, reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, BasicLogin, Conversation, Field, Limits, Numbers
from carriers.kit.conversation import WHOLE
from carriers.kit.countries import alpha2
from carriers.kit.errors import CarrierError
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words

slug = "easypost"
name = "EasyPost"
hosts: tuple[str, ...] = ("api.easypost.com",)
batch_size = 50
limits = Limits()
fields: tuple[Field, ...] = (
    Field("api_key", "API key (a test key knows test numbers only)"),
    Field("webhook_secret", "Webhook secret", required=False),
)
numbers = Numbers(patterns=(r"[A-Z0-9-]{5,50}",), any_other=True)
auth: Auth = BasicLogin("api_key")

# What the detail may make of a status; anything else contradicts it and is not believed.
REFINES = {
    Status.EXCEPTION: frozenset({Status.LOST, Status.CANCELLED, Status.RETURNING}),
    Status.IN_TRANSIT: frozenset({Status.LOST, Status.RETURNING}),
    Status.UNKNOWN: frozenset(Status),
}
HANDED_OVER = "transferred_to_destination_carrier"
HEADERS = {"Content-Type": "application/json"}
Moment = datetime | date | None


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask for the trackers there are; make those that are missing."""
    found = read((yield _post("trackers/batch", {"tracking_codes": list(numbers)})), ())
    seen = {answer.number for answer in found}
    strange = [number for number in numbers if number not in seen]
    for place, number in enumerate(strange):
        try:
            found += read((yield _post("trackers", {"tracker": {"tracking_code": number}})), [number])
        except WHOLE as error:
            if not found:
                raise
            # A spent allowance must not cost the answers about trackers that exist.
            return [*found, *(error.about(left) for left in strange[place:])]
        except CarrierError as error:
            found.append(error.about(number))
    return found


def _post(path: str, body: object) -> Request:
    return Request("POST", f"https://api.easypost.com/v2/{path}", headers=HEADERS, body=msgspec.json.encode(body))


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """What EasyPost pushes, signed by HMAC-SHA256; the secret counts in Unicode's NFKD form."""
    digest = proof.signature(normalize("NFKD", proof.secret_of(account)), body).hexdigest()
    proof.demand(headers.get("x-hmac-signature"), f"hmac-sha256-hex={digest}")
    push = Response(200, body)
    written = entry(reading.decode(push).get("result")).get("updated_at")
    return reading.said_at(read(push, ()), reading.moment(written))


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """A tracker, a page of them, or an event that carries one; events about anything else say nothing."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    if "error" in body:
        raise fault(slug, text(entry(body["error"]).get("code")), asked, response)
    reading.refuse(response, asked)
    return reading.each(_trackers(body), _result, response.body)


def _trackers(body: Entry) -> list[Entry]:
    if "trackers" in body:
        return reading.listed(body["trackers"])
    if body.get("object") != "Event":
        return [body]
    told = entry(body["result"])
    return [told] if told.get("object") == "Tracker" else []


def _result(one: Entry) -> Answer:
    # Listed oldest first: of two scans of one second the later one is the newer.
    rows = entries(one.get("tracking_details"))
    events = reading.newest_first([_event(row) for row in reversed(rows)])
    status, reason, delay = _standing(text(one.get("status")), text(one.get("status_detail")), events)
    detail = entry(one.get("carrier_detail"))
    target = entry(detail.get("destination_tracking_location"))
    is_delivered = status is Status.DELIVERED
    return TrackingResult(
        number=text(one["tracking_code"]) or None,
        status=status,
        events=events,
        eta=reading.day_or_moment(one.get("est_delivery_date"))
        or reading.moment(detail.get("est_delivery_date_local")),
        delivered_at=reading.reached(events, Status.DELIVERED) if is_delivered else None,
        signed_by=words(one.get("signed_by")) if is_delivered else None,
        delay=None if status.is_final else delay,
        reason=reason,
        service=words(detail.get("service")),
        origin=_where(entry(detail.get("origin_tracking_location"))) or words(detail.get("origin_location")),
        destination=_where(target) or words(detail.get("destination_location")),
        destination_country=alpha2(text(target.get("country"))),
        next_leg=_next_leg(one, detail, rows),
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    main, detail = text(get("status")), text(get("status_detail"))
    meaning = _meaning(main, detail)
    code = detail or text(get("carrier_code")) or main
    said = text(get("message")) or text(get("description"))
    place = _where(entry(get("tracking_location"))) or ""
    at = reading.moment(get("datetime"))
    return ScanEvent(at, code or None, said, place, meaning.status, meaning.reason, meaning.delay)


def _standing(main: str, detail: str, events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None, str | None]:
    now, last = _meaning(main, detail), reading.newest_movement(events)
    delay = detail if now.delay else reading.own_delay(events)
    if now.status is Status.UNKNOWN and last is not None:
        return last.status or Status.UNKNOWN, last.reason, delay
    return now.status or Status.UNKNOWN, now.reason, delay


@lru_cache(maxsize=1024)
def _meaning(main: str, detail: str) -> Meaning:
    """The status, made more precise by its detail: lost, returning, whose turn it is, a delay."""
    broad = table("easypost_statuses").get(main, UNMAPPED)
    fine = table("easypost_details").get(detail)
    if fine is None or broad.status is None:
        return broad
    status = fine.status if fine.status in REFINES.get(broad.status, ()) else broad.status
    return Meaning(status, fine.reason or broad.reason, fine.delay)


def _where(place: Entry) -> str | None:
    get = place.get
    return joined(text(get("city")), text(get("state")), text(get("country"))) or None


def _next_leg(one: Entry, detail: Entry, rows: Sequence[Entry]) -> Leg | None:
    second = text(detail.get("alternate_identifier"))
    handed = HANDED_OVER in {text(one.get("status_detail")), *(text(row.get("status_detail")) for row in rows)}
    return Leg(second) if handed and second and second != text(one["tracking_code"]) else None
