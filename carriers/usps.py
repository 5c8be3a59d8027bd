"""USPS: Tracking v3, OAuth, one number a question; pushes by Subscriptions - Tracking. Facts: usps-tracking.yaml 3.2.4.

Unverified: 60 questions an hour by default (not imposed here; Retry-After is heeded), what 404 bodies look like beyond
the documented template, the body of a push, and the recipe of its X-HMAC (read as HMAC-SHA256 over the raw body, in hex
or base64).
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import unescape
from urllib.parse import quote

import msgspec

from carriers.kit import proof, reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, ClientCredentials, Conversation, Field, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import FINAL, Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "usps"
name = "USPS"
hosts: tuple[str, ...] = ("apis.usps.com", "apis-tem.usps.com")
sandbox: Mapping[str, str] = {"https://apis.usps.com": "https://apis-tem.usps.com"}
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("client_id", "Consumer key", secret=False),
    Field("client_secret", "Consumer secret"),
    Field(proof.SECRET, "Secret of the tracking subscription", required=False, pattern=r"\S{1,32}"),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("usps", "s10"),
    countries=("US",),
    links=(
        r"tools\.usps\.com/go/TrackConfirmAction[^?#]*\?.*?\b(?:tLabels|qtc_tLabels1|origTrackNum)=([A-Z0-9]+)",
        r"tools\.usps\.com/tracking/([A-Z0-9]+)",
    ),
)
auth: Auth = ClientCredentials(
    "https://apis.usps.com/oauth2/v3/token", "client_id", "client_secret", in_body=True, scope="tracking"
)

CATEGORIES = {
    "delivered": Meaning(Status.DELIVERED),
    "delivered to agent": Meaning(Status.DELIVERED),
    "out for delivery": Meaning(Status.OUT_FOR_DELIVERY),
    "in transit": Meaning(Status.IN_TRANSIT),
    "in-transit": Meaning(Status.IN_TRANSIT),
    "accepted": Meaning(Status.IN_TRANSIT),
    "moving through network": Meaning(Status.IN_TRANSIT),
    "preparing for delivery": Meaning(Status.IN_TRANSIT),
    "arriving late": Meaning(Status.IN_TRANSIT, delay=True),
    "pre-shipment": Meaning(Status.PRE_TRANSIT),
    "usps awaiting item": Meaning(Status.PRE_TRANSIT),
    "available for pickup": Meaning(Status.AVAILABLE_FOR_PICKUP),
    "delivery attempt": Meaning(Status.DELIVERY_ATTEMPTED),
    "delivery attempt: action needed": Meaning(Status.DELIVERY_ATTEMPTED),
    "return to sender": Meaning(Status.RETURNING),
    "returned to sender": Meaning(Status.RETURNED),
    "alert": Meaning(Status.EXCEPTION),
}
UNKNOWN_NUMBER = ("could not locate", "not yet available", "no record", "not found")
"""USPS has no code of its own for a number it does not know; these words tell it."""
_DAY = r"(?P<day>\d\d/\d\d/\d{4}|[A-Z][a-z]+ \d{1,2}, \d{4})"
_LINE = re.compile(rf"(?P<what>.+?), {_DAY}(?:, (?P<hour>\d{{1,2}}:\d\d [ap]m))?(?:, (?P<place>.*))?")
_ON_DAY = re.compile(rf"(?P<what>.+?)(?: in (?P<place>[^.]*?))? on {_DAY} at (?P<hour>\d{{1,2}}:\d\d [ap]m)\.?.*")
_SENTENCE = re.compile(rf"(?P<what>.+?) at (?P<hour>\d{{1,2}}:\d\d [ap]m) on {_DAY}(?: in (?P<place>[^.]*))?\.?.*")


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch, for fields instead of sentences."""
    (number,) = numbers
    url = f"https://apis.usps.com/tracking/v3/tracking/{quote(number, safe='')}"
    headers = {"Accept": "application/json"}
    return read((yield Request("GET", url, headers=headers, query={"expand": "DETAIL"})), numbers)


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """What USPS pushes to a listener; its X-HMAC must hold."""
    mac = proof.signature(proof.secret_of(account), body)
    given = headers.get("x-hmac", "").strip()
    proof.demand(given, mac.hexdigest() if len(given) == 64 else b64encode(mac.digest()).decode())
    return read(Response(200, body), [])


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer; several where the body is a list (asked as a batch, or pushed)."""
    reading.check(response)
    asked = numbers[0] if len(numbers) == 1 else None
    told = _told(response)
    if len(told) == 1 and "error" in told[0]:
        raise _fault(told[0], asked, response)
    reading.refuse(response, asked)
    return reading.each(told, lambda one: _answer(one, asked, response), response.body)


def _told(response: Response) -> list[Entry]:
    if response.body.lstrip().startswith(b"["):
        return entries(msgspec.json.decode(response.body)) or [{}]
    body = reading.decode(response)
    if "trackingNumber" in body:
        return [body]
    return [one for value in body.values() for one in entries(value) if "trackingNumber" in one] or [body]


def _answer(told: Entry, asked: str | None, response: Response) -> Answer:
    number = words(told.get("trackingNumber")) or asked
    if "error" in told:
        return _fault(told, number, response)
    return _result(told, number)


def _fault(told: Entry, number: str | None, response: Response) -> CarrierError:
    """The parts of an error object, or OAuth's bare word."""
    error = entry(told["error"])
    parts = [error, *entries(error.get("errors"))]
    said = " ".join(text(part.get(key)) for part in parts for key in ("message", "title", "detail")).lower()
    if any(word in said for word in UNKNOWN_NUMBER):
        return NotFound(number=number, code=words(error.get("code")))
    try:
        reading.problem({"status": error.get("code")}, response, number)
    except CarrierError as meant:
        return meant
    return fault(slug, text(told["error"]) or text(error.get("code")), number, response)


def _result(told: Entry, number: str | None) -> TrackingResult:
    rows = entries(told.get("trackingEvents")) or ([told] if "eventType" in told or "eventCode" in told else [])
    lines = told.get("eventSummaries")
    events = reading.newest_first([_event(row) for row in rows] or _summaries(lines if isinstance(lines, list) else []))
    if not events and "statusCategory" not in told:
        raise ValueError("neither events nor a status")
    now = _standing(told, events)
    status = now.status or Status.UNKNOWN
    last = reading.newest_movement(events)
    eta, opens = _window(told)
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=eta,
        eta_from=opens,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        signed_by=_signer(rows) if status is Status.DELIVERED else None,
        delay=None if status.is_final else _delay(told, events),
        reason=now.reason,
        service=words(unescape(re.sub(r"<[^>]*>", "", unescape(text(told.get("mailClass")))))),
        origin=words(joined(told.get("originCity"), told.get("originState"), told.get("originCountry"))),
        destination=words(joined(*(told.get(f"destination{part}") for part in ("City", "State", "CountryCode")))),
        destination_country=words(told.get("destinationCountryCode")) or ("US" if told.get("destinationZIP") else None),
        pickup=_pickup(told, last) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(eta) if status is Status.DELIVERY_ATTEMPTED else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, description, place, meaning = _scanned(
        get("eventCode"), get("eventType"), get("eventCity"), get("eventState"), get("eventCountry")
    )
    return ScanEvent(_moment(row), code, description, place, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _scanned(*said: object) -> tuple[str | None, str, str, Meaning]:
    """Code, words, place and meaning of a scan: the same scans are read again at each poll."""
    code, spoken, city, state, country = map(text, said)
    return code or None, spoken, joined(city, state, country), _meaning(code, spoken)


def _meaning(code: str, spoken: str) -> Meaning:
    """The event's code, then its words; "delivered" may by its words be back at the sender's."""
    by_code, by_words = table("usps_events").get(code.upper()), _by_phrase(spoken)
    if by_code is None or (by_code.status is Status.DELIVERED and by_words.status is Status.RETURNED):
        return by_words
    return by_code


def _by_phrase(spoken: str) -> Meaning:
    low = spoken.lower()
    return next((meaning for phrase, meaning in table("usps_texts").items() if phrase in low), UNMAPPED)


def _moment(row: Entry) -> Moment:
    """The local time with its offset ("-7:00" has lost a zero), or with the one that the time in GMT tells."""
    local, offset = text(row.get("eventTimestamp")), text(row.get("GMTOffset"))
    if offset and local:
        whole = offset if len(offset) == 6 else f"{offset[:1]}{offset[1:].zfill(5)}"
        if (at := reading.moment(local + whole)) is not None:
            return at
    at, utc = reading.moment(local), reading.moment(row.get("GMTTimestamp"))
    bare = utc.replace(tzinfo=None) if isinstance(utc, datetime) else None
    zone = reading.offset_between(at, bare)
    return at.replace(tzinfo=zone) if zone is not None and isinstance(at, datetime) else at or utc


def _summaries(lines: Iterable[object]) -> list[ScanEvent]:
    """Events told as sentences, when only a summary was asked for."""
    return [_summary(text(line)) for line in lines if text(line)]


def _summary(line: str) -> ScanEvent:
    match = _SENTENCE.fullmatch(line) or _ON_DAY.fullmatch(line) or _LINE.fullmatch(line)
    if match is None:
        meaning = _by_phrase(line)
        return ScanEvent(None, None, line, "", meaning.status, meaning.reason, meaning.delay)
    meaning = _by_phrase(match["what"])
    day = "%m/%d/%Y" if match["day"][0].isdigit() else "%B %d, %Y"
    at = reading.local_time(f"{match['day']} {match['hour']}", f"{day} %I:%M %p") if match["hour"] else None
    place = re.sub(r"\s+\d{5}(?:-\d{4})?$", "", match["place"] or "")
    return ScanEvent(
        at or reading.local_time(match["day"], day),
        None,
        match["what"],
        place,
        meaning.status,
        meaning.reason,
        meaning.delay,
    )


def _standing(told: Entry, events: tuple[ScanEvent, ...]) -> Meaning:
    """The newest movement decides, unless USPS's own category says that it is over; or nothing else says anything."""
    now = CATEGORIES.get(text(told.get("statusCategory")).lower(), UNMAPPED)
    last = reading.newest_movement(events)
    if last is None or last.status is Status.UNKNOWN:
        return now if now.status is not Status.UNKNOWN else _by_phrase(text(told.get("status")))
    return now if now.status in FINAL and last.status not in FINAL else Meaning(last.status, last.reason)


def _delay(told: Entry, events: tuple[ScanEvent, ...]) -> str | None:
    said = reading.own_delay(events)
    if said is None and "late" in text(told.get("statusCategory")).lower().split():
        return text(told.get("statusCategory"))
    return said or ("onTime false" if str(told.get("onTime")).lower() == "false" else None)


def _window(told: Entry) -> tuple[Moment, Moment]:
    """When USPS expects, else predicts, else guarantees it."""
    for key in ("expectedDeliveryTimeStamp", "predictedDeliveryTimeStamp"):
        if (at := reading.moment(told.get(key))) is not None:
            return at, None
    for kind, closes in (("predicted", "WindowEndTime"), ("expected", "Time")):
        day = reading.moment(told.get(f"{kind}DeliveryDate"))
        if day is not None:
            opens = _at_hour(day, told.get(f"{kind}DeliveryWindowStartTime"))
            return _at_hour(day, told.get(f"{kind}Delivery{closes}")) or day, opens
    guaranteed = (reading.moment(told.get(f"guaranteedDelivery{part}")) for part in ("TimeStamp", "Date"))
    return next((at for at in guaranteed if at is not None), None), None


def _at_hour(day: date, hour: object) -> Moment:
    said = text(hour).upper()
    for form in ("%Y-%m-%d %I:%M%p", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        if said and (at := reading.local_time(f"{day:%Y-%m-%d} {said}", form)) is not None:
            return at
    return None


def _signer(rows: Iterable[Entry]) -> str | None:
    return next((words(row.get("name")) for row in rows if text(row.get("name"))), None)


def _pickup(told: Entry, last: ScanEvent | None) -> Pickup:
    until = reading.day_of(reading.moment(told.get("returnDateNotice")))
    return Pickup(place=last.place if last is not None else "", until=until)
