"""AfterShip, an aggregator: questions by the page, numbers that it must be told of once, pushes by webhook.

Unverified against the service: that one question takes 50 numbers (the list's filter says so), the error codes but
for 4003 to 4005, subtags above the published ones (they count as their tag), and the version of the API a key
speaks: it can be set.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

import msgspec

from carriers.kit import proof, reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.conversation import WHOLE
from carriers.kit.countries import alpha2
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Pickup, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text

slug = "aftership"
name = "AfterShip"
hosts: tuple[str, ...] = ("api.aftership.com",)
batch_size = 50
limits = Limits(per_second=5)
fields: tuple[Field, ...] = (
    Field("api_key", "API key"),
    Field("webhook_secret", "Webhook secret", required=False),
    Field("version", "Version of the API, like 2025-07", secret=False, pattern=r"20\d\d-\d\d", required=False),
)
numbers = Numbers(patterns=(r"[A-Z0-9-]{5,50}",), any_other=True, links=(r"track\.aftership\.com/(?:[\w-]+/)?(\w+)",))
auth: Auth = HeaderKey("as-api-key", "api_key")

VERSION, ALREADY_THERE = "2025-07", "4003"
ESTIMATES = ("courier_estimated_delivery_date", "latest_estimated_delivery", "aftership_estimated_delivery_date")
WAY_BACK = {
    Status.DELIVERED: Status.RETURNED,
    Status.IN_TRANSIT: Status.RETURNING,
    Status.OUT_FOR_DELIVERY: Status.RETURNING,
    Status.EXCEPTION: Status.RETURNING,
}
Moment = datetime | date | None


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask; tell AfterShip of the numbers that it does not follow yet."""
    base = f"https://api.aftership.com/tracking/{account.get('version') or VERSION}/trackings"
    query = {"tracking_numbers": ",".join(numbers), "limit": "200"}
    found = read((yield Request("GET", base, headers={"Accept": "application/json"}, query=query)), ())
    seen = {answer.number for answer in found}
    strange = [number for number in numbers if number not in seen]
    for place, number in enumerate(strange):
        try:
            found += yield from _introduce(base, number)
        except WHOLE as error:
            if not found:
                raise
            # A spent quota must not cost the answers about numbers long followed.
            return [*found, *(error.about(left) for left in strange[place:])]
        except CarrierError as error:
            found.append(error.about(number))
    return found


def _introduce(base: str, number: str) -> Conversation:
    body = msgspec.json.encode({"tracking_number": number})
    response = yield Request("POST", base, headers={"Content-Type": "application/json"}, body=body)
    return read(response, [number]) or [TrackingResult(number, Status.UNKNOWN)]


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """What AfterShip pushes, signed by HMAC-SHA256 in Base64."""
    digest = proof.signature(proof.secret_of(account), body).digest()
    proof.demand(headers.get("aftership-hmac-sha256"), b64encode(digest).decode())
    push = Response(200, body)
    written = reading.decode(push).get("ts")
    return reading.said_at(read(push, ()), reading.epoch(written) if isinstance(written, int | float) else None)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """A page of trackings, one of them (in the shapes of all versions), or what AfterShip pushes."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    code = text(entry(body.get("meta")).get("code"))
    if code == ALREADY_THERE:
        return []
    _refuse(code, response, asked)
    return reading.each(_trackings(body), _result, response.body)


def _refuse(code: str, response: Response, asked: str | None) -> None:
    if len(code) == 3 and code.isdigit():
        response = Response(int(code), response.body, response.headers)
        reading.check(response)
    elif code:
        raise fault(slug, code, asked, response)
    reading.refuse(response, asked)


def _trackings(body: Entry) -> list[Entry]:
    told = body["msg"] if "msg" in body else body["data"]
    if "trackings" in told:
        return reading.listed(told["trackings"])
    return [entry(told.get("tracking", told))]


def _result(one: Entry) -> Answer:
    number, main, sub = _said(one["tracking_number"]), _said(one.get("tag")), _said(one.get("subtag"))
    # Listed oldest first: of two scans of one minute the later one is the newer.
    events = reading.newest_first([_event(row) for row in reversed(entries(one.get("checkpoints")))])
    if main == "Expired" and not events:
        return NotFound(number=number, code=sub or main)
    status, reason, delay = _standing(one, main, sub, events)
    is_delivered = status is Status.DELIVERED
    return TrackingResult(
        number=number or None,
        status=status,
        events=events,
        eta=_expected(one),
        delivered_at=_delivered(one, events) if is_delivered else None,
        signed_by=_said(one.get("signed_by")) or None if is_delivered else None,
        delay=None if status.is_final else delay,
        reason=reason,
        service=_said(one.get("shipment_type")) or None,
        origin=_end(one, "origin"),
        destination=_end(one, "destination"),
        destination_country=alpha2(_country(one, "destination")),
        pickup=_pickup(one) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_leg=_last_mile(one, number),
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    sub, main = _said(get("subtag")), _said(get("tag"))
    meaning = _meaning(sub, main)
    code = _said(get("raw_tag")) or sub or main
    place = _said(get("location")) or _place(row)
    at = reading.moment(get("checkpoint_time"))
    return ScanEvent(at, code or None, text(get("message")), place, meaning.status, meaning.reason, meaning.delay)


def _standing(
    one: Entry, main: str, sub: str, events: tuple[ScanEvent, ...]
) -> tuple[Status, Reason | None, str | None]:
    now, last = _meaning(sub, main), reading.newest_movement(events)
    delay = _said(one.get("subtag_message")) or sub if now.delay else reading.own_delay(events)
    status, reason = now.status or Status.UNKNOWN, now.reason
    if status is Status.UNKNOWN and last is not None:
        status, reason = last.status or Status.UNKNOWN, last.reason
    if text(one.get("return_to_sender")).lower() == "true" or one.get("return_to_sender") is True:
        status = WAY_BACK.get(status, status)
    return status, reason, delay


@lru_cache(maxsize=1024)
def _meaning(sub: str, main: str) -> Meaning:
    """The subtag; a new one falls back on its documented tag, which stands before the `_`."""
    known = table("aftership_tags")
    found = known.get(sub) or known.get(sub.partition("_")[0]) if sub else None
    return found or known.get(main, UNMAPPED)


def _said(value: object) -> str:
    """Words; some answers write "null" where nothing is said."""
    said = text(value)
    return "" if said == "null" else said


def _expected(one: Entry) -> Moment:
    """The carrier's own estimate before AfterShip's."""
    given = [one.get("expected_delivery")]
    for source in ESTIMATES:
        if told := entry(one.get(source)):
            given += [told.get(key) for key in ("estimated_delivery_date", "datetime", "estimated_delivery_date_max")]
    return next((at for said in given if (at := reading.moment(said)) is not None), None)


def _delivered(one: Entry, events: tuple[ScanEvent, ...]) -> Moment:
    return reading.reached(events, Status.DELIVERED) or reading.moment(one.get("shipment_delivery_date"))


def _place(row: Entry) -> str:
    country = _said(row.get("country_name")) or _said(row.get("country_region_name"))
    return joined(_said(row.get("city")), _said(row.get("state")), country)


def _end(one: Entry, end: str) -> str | None:
    city, state = _said(one.get(f"{end}_city")), _said(one.get(f"{end}_state"))
    return joined(city, state, _country(one, end)) or _said(one.get(f"{end}_raw_location")) or None


def _country(one: Entry, end: str) -> str:
    return _said(one.get(f"{end}_country_iso3")) or _said(one.get(f"{end}_country_region"))


def _pickup(one: Entry) -> Pickup | None:
    place = _said(one.get("pickup_location"))
    return Pickup(place=place) if place else None


def _last_mile(one: Entry, number: str) -> Leg | None:
    told = entry(one.get("last_mile"))
    second = _said(told.get("tracking_number"))
    return Leg(second, _said(told.get("slug"))) if second and second != number else None
