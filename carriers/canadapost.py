"""Canada Post: Tracking web service (REST, XML), one number a question; /detail is asked, /summary is read too.

Event identifiers are numbers: "0174" is 174. The zone labels (EST, CST, CSTNO …) name the zone all year round, not the
offset: "EST" in September is Toronto's summer time (unverified by a document of Canada Post).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timezone
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, BasicLogin, Conversation, Field, Limits, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, Unreadable
from carriers.kit.faults import fault
from carriers.kit.model import FINAL, Pickup, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words
from carriers.kit.xml import inside, said_xml

slug = "canadapost"
name = "Canada Post"
hosts: tuple[str, ...] = ("soa-gw.canadapost.ca", "ct.soa-gw.canadapost.ca")
sandbox: Mapping[str, str] = {"https://soa-gw.canadapost.ca": "https://ct.soa-gw.canadapost.ca"}
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("username", "API key: user name", secret=False),
    Field("password", "API key: password"),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("canadapost", "s10"),
    countries=("CA",),
    links=(r"canadapost(?:-postescanada)?\.ca/\S*?(?:searchFor=|trackingNumber=|pin=|details/|package/)(\w{11,16})",),
)
auth: Auth = BasicLogin("username", "password")

ZONES = {
    "EST": "America/Toronto",
    "CST": "America/Winnipeg",
    "CSTNO": "America/Regina",
    "MST": "America/Edmonton",
    "MSTNO": "America/Whitehorse",
    "PST": "America/Vancouver",
    "AST": "America/Halifax",
    "NST": "America/St_Johns",
}
EVENT_TYPES = {
    "DELIVERED": Meaning(Status.DELIVERED),
    "ATTEMPTED": Meaning(Status.DELIVERY_ATTEMPTED),
    "OUT": Meaning(Status.OUT_FOR_DELIVERY),
    "TO_RETAIL": Meaning(Status.AVAILABLE_FOR_PICKUP),
    "INDUCTION": Meaning(Status.IN_TRANSIT),
    "VEHICLE_INFO": Meaning(Status.IN_TRANSIT),
}
"""Kinds of events in a summary, which has no identifiers; only INDUCTION and OUT have been seen."""
SIGNED = frozenset({20, 21})
WAY_BACK = {
    Status.DELIVERED: Status.RETURNED,
    Status.IN_TRANSIT: Status.RETURNING,
    Status.OUT_FOR_DELIVERY: Status.RETURNING,
    Status.DELIVERY_ATTEMPTED: Status.RETURNING,
    Status.EXCEPTION: Status.RETURNING,
}
_POSTAL_CODE = re.compile(r"[A-Z]\d[A-Z]")
_BACK = (("return", "sender"), ("renvoy", "expéditeur"), ("retourn", "expéditeur"))
_BLAMES = (
    ("weather", Reason.WEATHER),
    ("météo", Reason.WEATHER),
    ("customs", Reason.CUSTOMS),
    ("douan", Reason.CUSTOMS),
    ("addressing", Reason.CONSIGNEE),
    ("adressage", Reason.CONSIGNEE),
)

Moment = datetime | date | None
Events = tuple[ScanEvent, ...]


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch, in English."""
    (number,) = numbers
    headers = {"Accept": "application/vnd.cpc.track-v2+xml", "Accept-language": "en-CA"}
    url = f"https://soa-gw.canadapost.ca/vis/track/pin/{quote(number, safe='')}/detail"
    return read((yield Request("GET", url, headers=headers)), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """A detail, a summary or messages, however they are wrapped."""
    asked = numbers[0] if len(numbers) == 1 else None
    parts = inside(said_xml(response), "tracking-detail", "pin-summary", "message")
    found = [
        *reading.each(parts["tracking-detail"], lambda told: _detail(told, asked), response.body),
        *reading.each(parts["pin-summary"], lambda told: _summary(told, asked), response.body),
        *(_fault(said, asked, response) for said in parts["message"]),
    ]
    if found:
        return found
    reading.check(response)
    reading.refuse(response, asked)
    raise KeyError("tracking-detail")


def _fault(said: Entry, number: str | None, response: Response) -> CarrierError:
    """By its code, else by the HTTP status."""
    code = text(said.get("code"))
    try:
        error = fault(slug, code, number, response)
        if isinstance(error, Unreadable):
            if response.status == 403:
                return AuthFailed(code=code)
            reading.check(response)
        return error
    except CarrierError as refusal:
        return refusal


def _detail(told: Entry, asked: str | None) -> TrackingResult:
    rows = entries(entry(told.get("significant-events")).get("occurrence"))
    events = _in_order(rows, [_event(row) for row in rows])
    status, reason, at = _standing(events)
    delay = None if status.is_final else _delay(told, events)
    return TrackingResult(
        number=words(told.get("pin")) or asked,
        status=status,
        events=events,
        eta=_day(told, "changed-expected-date") or _day(told, "expected-delivery-date"),
        delivered_at=_exact(at) if status is Status.DELIVERED else None,
        signed_by=_signer(rows) if status is Status.DELIVERED else None,
        delay=delay,
        reason=reason or _blame(delay),
        service=words(told.get("service-name")),
        destination=words(told.get("destination-postal-id")),
        destination_country="CA" if _POSTAL_CODE.match(text(told.get("destination-postal-id"))) else None,
        pickup=_pickup(rows, events) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said = text(get("event-identifier")), " ".join(text(get("event-description")).split())
    meaning = _meaning(code, said)
    return ScanEvent(
        _moment(text(get("event-date")), text(get("event-time")), text(get("event-time-zone"))),
        code or None,
        said,
        joined(text(get("event-site")), text(get("event-province"))),
        meaning.status,
        meaning.reason,
        meaning.delay,
    )


@lru_cache(maxsize=4096)
def _meaning(code: str, said: str) -> Meaning:
    """The published identifier, else the wording; either of a parcel that goes back means the way back."""
    low = said.lower()
    found = table("canadapost_events").get(code.lstrip("0")) or _by_phrase(low)
    if found.status in WAY_BACK and any(way in low and whom in low for way, whom in _BACK):
        return Meaning(WAY_BACK[found.status], found.reason)
    return found


def _by_phrase(low: str) -> Meaning:
    return next((meaning for phrase, meaning in table("canadapost_texts").items() if phrase in low), UNMAPPED)


@lru_cache(maxsize=8192)
def _moment(day: str, hour: str, label: str) -> Moment:
    at = reading.moment(f"{day}T{hour}" if hour else day)
    zone = ZONES.get(label.upper().replace("DT", "ST"))
    if zone is None or not isinstance(at, datetime) or at.tzinfo is not None:
        return at
    offset = at.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    return at if offset is None else at.replace(tzinfo=timezone(offset))


def _in_order(rows: list[Entry], events: list[ScanEvent]) -> Events:
    """Newest first; rows whose zone labels disagree stay as they are, for then a label cannot be trusted."""
    labels = {label for row in rows if (label := text(row.get("event-time-zone")))}
    return tuple(dict.fromkeys(events)) if len(labels) > 1 else reading.newest_first(events)


def _standing(events: Events) -> tuple[Status, Reason | None, Moment]:
    """The newest movement; a signature newer than it proves that the parcel was handed over."""
    last = _newest_movement(events)
    signed = next((event for event in events if event is last or _is_signature(event)), None)
    if signed is not None and signed is not last:
        gone_back = last is not None and last.status in (Status.RETURNING, Status.RETURNED)
        return (Status.RETURNED if gone_back else Status.DELIVERED), None, signed.at
    if last is None:
        return Status.UNKNOWN, None, None
    if last.status is Status.DELIVERED and reading.turned_back(events):
        return Status.RETURNED, None, last.at
    return last.status or Status.UNKNOWN, last.reason, last.at


def _newest_movement(events: Events) -> ScanEvent | None:
    """The shipper's electronic word may come after the first scans and takes no parcel back that is under way."""
    moved = [event for event in events if event.status is not None]
    if len(moved) > 1 and moved[0].status is Status.PRE_TRANSIT and moved[1].status not in FINAL:
        return next((event for event in moved if event.status is not Status.PRE_TRANSIT), moved[0])
    return moved[0] if moved else None


def _is_signature(event: ScanEvent) -> bool:
    code = event.code or ""
    return code.isdigit() and int(code[:9]) in SIGNED


def _exact(at: Moment) -> Moment:
    """None for midnight without a zone: archived rows have no hour."""
    has_hour = not isinstance(at, datetime) or at.tzinfo is not None or at.time() != time.min
    return at if has_hour else None


def _signer(rows: list[Entry]) -> str | None:
    signed = [row for row in rows if text(row.get("signatory-name"))]
    newest = max(signed, key=lambda row: (text(row.get("event-date")), text(row.get("event-time"))), default=None)
    return words(newest["signatory-name"]) if newest is not None else None


def _delay(told: Entry, events: Events) -> str | None:
    """Why the expected date was changed: the earliest warning that there is."""
    why = " ".join(text(told.get("changed-expected-delivery-reason")).split())
    later, first = _day(told, "changed-expected-date"), _day(told, "expected-delivery-date")
    if why or later is None or first is None or later <= first:
        return why or reading.own_delay(events)
    return f"expected {later} instead of {first}"


def _blame(delay: str | None) -> Reason | None:
    low = (delay or "").lower()
    return next((reason for word, reason in _BLAMES if word in low), None)


def _day(told: Entry, key: str) -> date | None:
    return reading.day_of(reading.moment(text(told.get(key))))


def _pickup(rows: list[Entry], events: Events) -> Pickup:
    place = next((event.place for event in events if event.status is Status.AVAILABLE_FOR_PICKUP), "")
    shop = next((row for row in rows if text(row.get("event-retail-name"))), {})
    return Pickup(joined(text(shop.get("event-retail-name")), place))


def _summary(told: Entry, asked: str | None) -> TrackingResult:
    get = told.get
    last = _last_event(told)
    handed_over = _day(told, "actual-delivery-date")
    status = last.status or Status.UNKNOWN
    if handed_over is not None and status not in (Status.RETURNED, Status.RETURNING):
        status = Status.DELIVERED
    here = last.at if last.status is Status.DELIVERED else None
    return TrackingResult(
        number=words(get("pin")) or asked,
        status=status,
        events=(last,) if last.description or last.at else (),
        eta=_day(told, "expected-delivery-date"),
        delivered_at=(here or handed_over) if status is Status.DELIVERED else None,
        signed_by=words(get("signatory-name")) if status is Status.DELIVERED else None,
        reason=last.reason,
        service=words(get("service-name")),
        origin=words(get("origin-postal-id")),
        destination=words(joined(text(get("destination-postal-id")), text(get("destination-province")))),
    )


def _last_event(told: Entry) -> ScanEvent:
    """The one event of a summary: it has a kind instead of an identifier, and `20110404:133457` as its time."""
    get = told.get
    said, kind = " ".join(text(get("event-description")).split()), text(get("event-type"))
    day, _, hour = text(get("event-date-time")).partition(":")
    meaning = _meaning("", said)
    if meaning.status in (None, Status.UNKNOWN):
        meaning = EVENT_TYPES.get(kind.upper(), meaning)
    where = text(get("event-location"))
    return ScanEvent(reading.clock(day, hour), kind or None, said, where, meaning.status, meaning.reason, meaning.delay)
