"""Ship24, an aggregator: a tracker is made with the first question about a number; pushes by webhook.

An event's `occurrenceDatetime` is the wall clock of its place; `datetime` with its Z is not to be trusted. Unverified
against the service: the limit of requests and the error codes. A webhook carries its secret, but no signature.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

import msgspec

from carriers.kit import proof, reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.countries import alpha2
from carriers.kit.errors import NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words

slug = "ship24"
name = "Ship24"
hosts: tuple[str, ...] = ("api.ship24.com",)
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("api_key", "API key"),
    Field("webhook_secret", "Webhook secret", required=False),
)
numbers = Numbers(patterns=(r"[A-Z0-9-]{5,50}",), any_other=True, links=(r"ship24\.com/tracking\?p=([\w-]+)",))
auth: Auth = HeaderKey("Authorization", "api_key", "Bearer ")

Moment = datetime | date | None
_SIGNS = ("+", "-")
_NAIVE = len("2026-01-05T08:00:00")


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch; Ship24 makes its tracker where there is none."""
    (number,) = numbers
    body = msgspec.json.encode({"trackingNumber": number})
    headers = {"Content-Type": "application/json"}
    url = "https://api.ship24.com/public/v1/trackers/track"
    return read((yield Request("POST", url, headers=headers, body=body)), numbers)


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """What Ship24 pushes, with the account's own secret as a bearer."""
    proof.demand(headers.get("authorization"), f"Bearer {proof.secret_of(account)}")
    return read(Response(200, body), ())


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """The trackings of an answer or of a push."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    faults = entries(body.get("errors"))
    if faults:
        raise fault(slug, text(faults[0].get("code")), asked, response)
    reading.refuse(response, asked)
    told = body["trackings"] if "trackings" in body else body["data"]["trackings"]
    trackings = reading.listed(told)
    if not trackings:
        raise NotFound(number=asked)
    return reading.each(trackings, _dated, response.body)


def _dated(one: Entry) -> Answer:
    """Pushes say when they were written."""
    written = entry(one.get("metadata")).get("generatedAt")
    (answer,) = reading.said_at([_result(one)], reading.moment(written)) if written else [_result(one)]
    return answer


def _result(one: Entry) -> Answer:
    shipment, number = entry(one.get("shipment")), text(entry(one["tracker"])["trackingNumber"])
    rows = entries(one.get("events"))
    events = reading.newest_first([_event(row) for row in rows])
    status, reason, delay = _standing(shipment, events)
    delivery, is_delivered = entry(shipment.get("delivery")), status is Status.DELIVERED
    recipient = entry(shipment.get("recipient"))
    country = alpha2(text(shipment.get("destinationCountryCode")))
    return TrackingResult(
        number=number or None,
        status=status,
        events=events,
        eta=reading.day_or_moment(delivery.get("estimatedDeliveryDate")),
        delivered_at=_delivered(one, events) if is_delivered else None,
        signed_by=words(delivery.get("signedBy")) if is_delivered else None,
        delay=None if status.is_final else delay,
        reason=reason,
        service=words(delivery.get("service")),
        origin=words(shipment.get("originCountryCode")),
        destination=joined(text(recipient.get("city")), text(recipient.get("subdivision")), country) or None,
        destination_country=country,
        next_leg=_next_leg(shipment, rows, number),
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code = text(get("statusCode"))
    meaning = _meaning(code, text(get("statusMilestone")))
    return ScanEvent(
        _at(row),
        code or None,
        text(get("status")),
        text(get("location")),
        meaning.status,
        meaning.reason,
        meaning.delay,
    )


def _at(row: Entry) -> Moment:
    """The wall clock there, with its offset where that is known; a day where it has no hour."""
    said, offset, hourless = row.get("occurrenceDatetime"), row.get("utcOffset"), row.get("hasNoTime")
    if type(said) is str and type(offset) is str and offset[:1] in _SIGNS and len(said) == _NAIVE:
        at = reading.moment(said + offset) or reading.moment(said)
    else:
        at = reading.moment(said)
    return reading.day_of(at) if hourless is True or text(hourless).startswith("true") else at


def _standing(shipment: Entry, events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None, str | None]:
    now = _meaning(text(shipment.get("statusCode")), text(shipment.get("statusMilestone")))
    last, delay = reading.newest_movement(events), reading.own_delay(events)
    if now.status in (Status.UNKNOWN, None) and last is not None:
        return last.status or Status.UNKNOWN, last.reason, delay
    return now.status or Status.UNKNOWN, now.reason, delay


@lru_cache(maxsize=1024)
def _meaning(code: str, milestone: str) -> Meaning:
    """The code; the milestone, which every event has, where there is none or a new one."""
    known = table("ship24_statuses")
    return known.get(code) or known.get(milestone, UNMAPPED)


def _delivered(one: Entry, events: tuple[ScanEvent, ...]) -> Moment:
    times = entry(entry(one.get("statistics")).get("timestamps"))
    return reading.reached(events, Status.DELIVERED) or reading.moment(times.get("deliveredDatetime"))


def _next_leg(shipment: Entry, rows: Sequence[Entry], number: str) -> Leg | None:
    """The other number that the same parcel goes by, with the carrier whose scans came under it."""
    others = [text(one.get("tn")) for one in entries(shipment.get("trackingNumbers"))]
    second = next((other for other in others if other and other != number), None)
    if second is None:
        return None
    carriers = (text(row.get("courierCode")) for row in rows if text(row.get("eventTrackingNumber")) == second)
    return Leg(second, next(carriers, ""))
