"""UPS: Track API v1, OAuth, one number a question; pushes by Track Alert. Facts: UPS's descriptions of both."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import quote

from carriers.kit import proof, reading
from carriers.kit.codes import UNMAPPED, Meaning, grouped, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, ClientCredentials, Conversation, Field, Limits, Numbers
from carriers.kit.errors import NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Duty, Pickup, Piece, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words

slug = "ups"
name = "UPS"
hosts: tuple[str, ...] = ("onlinetools.ups.com", "wwwcie.ups.com")
sandbox: Mapping[str, str] = {"https://onlinetools.ups.com": "https://wwwcie.ups.com"}
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("client_id", "Client ID", secret=False),
    Field("client_secret", "Client secret"),
    Field(proof.SECRET, "Credential of the Track Alert subscription", required=False),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("ups",),
    patterns=(r"MI\d{6,28}", r"92\d{20,24}", r"\d{9}"),
    links=(r"ups\.com/.*[?&](?:tracknums?|InquiryNumber1)=([^&#]+)",),
)
auth: Auth = ClientCredentials("https://onlinetools.ups.com/security/v1/oauth/token", "client_id", "client_secret")

TYPES = {
    "D": Meaning(Status.DELIVERED),
    "I": Meaning(Status.IN_TRANSIT),
    "P": Meaning(Status.IN_TRANSIT),
    "O": Meaning(Status.OUT_FOR_DELIVERY),
    "RS": Meaning(Status.RETURNING),
    "M": Meaning(Status.PRE_TRANSIT),
    "MV": Meaning(Status.CANCELLED),
    "X": Meaning(Status.EXCEPTION),
    "U": Meaning(None),
    "DO": Meaning(Status.IN_TRANSIT),
    "DD": Meaning(Status.IN_TRANSIT),
    "W": Meaning(Status.IN_TRANSIT),
}
_A_NUMBER = re.compile(r"1Z[A-Z0-9]{16}|[A-Z]\d{10}|MI\d{6,28}|\d{9}|\d{12}|9\d{20,25}", re.IGNORECASE)
_WAITS = frozenset({Status.AVAILABLE_FOR_PICKUP})
_FREIGHT = frozenset({"DO", "DD", "W"})
# Only where something is wrong does it matter who must act: an activity code tells, the three digits often do not.
_TROUBLED = frozenset({Status.EXCEPTION, Status.CUSTOMS, Status.DELIVERY_ATTEMPTED, Status.RETURNING})
_LISTS = {"MV": "M", "P": "I", "O": "I", "DO": "FF", "DD": "FF", "W": "FF"}
_NO_CODES: Mapping[str, Meaning] = {}
# Track Alert files "loaded", "out for delivery" and "delivered" under one type; without digits its words tell which.
_TYPE_D_SAYS = {"out for delivery": "021", "loaded": "072", "delivered": "011"}
_WINDOWS = frozenset({"EDW", "CDW", "IDW", "CMT"})


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch."""
    (number,) = numbers
    headers = {"transId": number, "transactionSrc": "parcel-herald", "Accept": "application/json"}
    way = "details" if _A_NUMBER.fullmatch(number) else "reference/details"
    url = f"https://onlinetools.ups.com/api/track/v1/{way}/{quote(number, safe='')}"
    return read((yield Request("GET", url, headers=headers, query={"locale": "en_US"})), numbers)


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """One event of Track Alert. UPS signs nothing: it sends the subscription's credential back in a header."""
    proof.demand(headers.get("credential"), proof.secret_of(account))
    return read(Response(200, body), [])


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for each shipment of the answer; a single event where it is one of Track Alert."""
    reading.check(response)
    body = reading.decode(response)
    if "activityStatus" in body:
        return [_alert(body)]
    asked = numbers[0] if len(numbers) == 1 else None
    for said in entries(entry(body.get("response")).get("errors")):
        raise fault(slug, text(said.get("code")), asked, response)
    reading.refuse(response, asked)
    shipments = reading.listed(entry(body["trackResponse"])["shipment"])
    if not shipments:
        raise NotFound(number=asked)
    return reading.each(shipments, lambda one: _answer(one, asked, response), response.body)


def _answer(shipment: Entry, asked: str | None, response: Response) -> Answer:
    inquiry = text(shipment.get("inquiryNumber")) or asked
    packages = entries(shipment.get("package"))
    if packages:
        return _result(packages, inquiry)
    for warning in entries(shipment.get("warnings")):
        return fault(slug, text(warning.get("code")), inquiry, response)
    raise ValueError("a shipment without packages or warnings")


def _alert(told: Entry) -> TrackingResult:
    event = _event(
        {
            "date": told.get("localActivityDate"),
            "time": told.get("localActivityTime"),
            "gmtDate": told.get("gmtActivityDate"),
            "gmtTime": told.get("gmtActivityTime"),
            "location": {"address": told.get("activityLocation")},
            "status": _alert_status(told),
        }
    )
    status = event.status or Status.UNKNOWN
    day = text(told.get("scheduledDeliveryDate"))
    opens, closes = (text(told.get(f"delivery{end}Time")) for end in ("Start", "End"))
    return TrackingResult(
        number=words(told.get("trackingNumber")),
        status=status,
        events=(event,),
        eta=reading.clock(day, closes),
        eta_from=reading.clock(day, opens) if opens else None,
        delivered_at=event.at if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay((event,)),
        reason=event.reason,
        pickup=Pickup(place=event.place) if status is Status.AVAILABLE_FOR_PICKUP else None,
        as_of=event.at if isinstance(event.at, datetime) and event.at.tzinfo is not None else None,
    )


def _alert_status(told: Entry) -> Entry:
    said = entry(told["activityStatus"])
    digits, kind = text(said.get("descriptionCode")), text(said.get("type"))
    if kind == "D" and not digits:
        low = text(said.get("description")).lower()
        digits = next((code for phrase, code in _TYPE_D_SAYS.items() if phrase in low), "")
        digits = digits or ("011" if text(told.get("actualDeliveryDate")) else "")
        kind = kind if digits else ""
    return {**said, "type": kind, "statusCode": digits}


def _result(packages: list[Entry], inquiry: str | None) -> TrackingResult:
    own = next((one for one in packages if text(one.get("trackingNumber")) == inquiry), packages[0])
    events = _events(own)
    origin, destination = _address(own, "ORIGIN"), _address(own, "DESTINATION")
    status, reason = _standing(own, events)
    dates = {text(row.get("type")): row.get("date") for row in entries(own.get("deliveryDate"))}
    planned, is_over = _planned(own, dates), status is Status.DELIVERED
    return TrackingResult(
        number=text(own.get("trackingNumber")) or inquiry,
        status=status,
        events=events,
        eta=planned,
        eta_from=_opens(own, planned),
        delivered_at=_delivered(own, dates, events) if is_over else None,
        signed_by=words(entry(own.get("deliveryInformation")).get("receivedBy")) if is_over else None,
        delay=None if status.is_final else reading.own_delay(events) or _rescheduled(dates),
        reason=reason,
        service=words(entry(own.get("service")).get("description")),
        origin=words(_where(origin)),
        destination=words(_where(destination)),
        destination_country=words(destination.get("countryCode")),
        pickup=_pickup(own, events) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(planned) if status is Status.DELIVERY_ATTEMPTED else None,
        pieces=tuple(_piece(one) for one in packages) if len(packages) > 1 else (),
        duty=_duty(own) if status is Status.CUSTOMS else None,
    )


def _duty(package: Entry) -> Duty | None:
    """Import charges that nobody has paid yet."""
    for one in entries(package.get("paymentInformation")):
        amount, currency = text(one.get("amount")), text(one.get("currency"))
        if "import" in text(one.get("type")).lower() and one.get("paid") is False and amount and currency:
            return Duty(amount, currency)
    return None


def _events(package: Entry) -> tuple[ScanEvent, ...]:
    return reading.newest_first([_event(row) for row in entries(package.get("activity"))])


def _event(row: Entry) -> ScanEvent:
    get, location = entry(row.get("status")).get, entry(entry(row.get("location")).get("address")).get
    code, description, place, meaning = _scanned(
        get("type"),
        get("code"),
        get("statusCode"),
        get("description"),
        location("city"),
        location("stateProvince"),
        location("countryCode") or location("country"),
    )
    return ScanEvent(_moment(row), code, description, place, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _scanned(*said: object) -> tuple[str | None, str, str, Meaning]:
    """Code, words, place and meaning of a scan: the same scans are read again at each poll."""
    kind, code, digits, description, *where = said
    meaning: Meaning = _read_codes(kind, code, digits)
    shown = text(code) or (text(digits) if meaning.status is Status.UNKNOWN else "")
    return shown or None, text(description), joined(*where), meaning


def _standing(package: Entry, events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None]:
    """The newest movement decides; the summary stands in where no movement can be read."""
    last = reading.newest_movement(events)
    if last is not None and last.status is Status.DELIVERED and _went_home(package, events):
        return Status.RETURNED, None
    if last is not None and last.status not in (None, Status.UNKNOWN):
        return last.status or Status.UNKNOWN, last.reason
    summary = _meaning(entry(package.get("currentStatus")))
    return summary.status or Status.UNKNOWN, summary.reason


def _went_home(package: Entry, events: tuple[ScanEvent, ...]) -> bool:
    """UPS calls a parcel "delivered" also when it has reached its sender again; one that was stopped may yet arrive."""
    if not reading.turned_back(events):
        return False
    destination = _where(_address(package, "DESTINATION")).casefold()
    place = next((event.place for event in events if event.status is Status.DELIVERED), "").casefold()
    return not destination or place != destination


def _meaning(said: Entry) -> Meaning:
    return _read_codes(said.get("type"), said.get("code"), said.get("statusCode"))


@reading.remembered
def _read_codes(*said: object) -> Meaning:
    """The three-digit status first (freight has none of its own), then the activity code, then the type."""
    kind, code, digits = map(text, said)
    by_status = None if kind in _FREIGHT else _by_status(digits or code)
    by_code = _by_code(kind, code.upper())
    if by_status is None:
        return by_code or TYPES.get(kind, UNMAPPED)
    if by_code is None or by_status.status is None:
        return by_status
    reason = by_status.reason or (by_code.reason if by_status.status in _TROUBLED else None)
    return Meaning(by_status.status, reason, by_status.delay or by_code.delay)


def _by_status(digits: str) -> Meaning | None:
    # In currentStatus the field `code` may hold the three digits.
    return table("ups_statuses").get(digits.zfill(3)) if digits else None


def _by_code(kind: str, code: str) -> Meaning | None:
    by_type = grouped("ups_activities", "type")
    own = by_type.get(_LISTS.get(kind, kind if kind in TYPES else "MI"), _NO_CODES).get(code)
    if own is not None or kind != "X":
        return own
    borrowed = (by_type[group].get(code, UNMAPPED) for group in ("*", "F"))
    return next((one for one in borrowed if one is not UNMAPPED and one.status is not Status.UNKNOWN), None)


def _moment(row: Entry) -> datetime | date | None:
    day, hour, offset = text(row.get("date")), text(row.get("time")), text(row.get("gmtOffset"))
    if offset and hour:
        return reading.clock(day, hour, offset)
    local, utc = reading.clock(day, hour), reading.clock(text(row.get("gmtDate")), text(row.get("gmtTime")))
    zone = reading.offset_between(local, utc)
    return local.replace(tzinfo=zone) if zone is not None and isinstance(local, datetime) else local


def _planned(package: Entry, dates: Mapping[str, object]) -> datetime | date | None:
    """Rescheduled beats scheduled; the hour is that at which the announced window closes."""
    day = text(dates.get("RDD")) or text(dates.get("SDD"))
    window = entry(package.get("deliveryTime"))
    closes = text(window.get("endTime")) if text(window.get("type")) in _WINDOWS else ""
    return reading.clock(day, closes)


def _opens(package: Entry, planned: datetime | date | None) -> datetime | date | None:
    hour = text(entry(package.get("deliveryTime")).get("startTime"))
    return reading.clock(f"{planned:%Y%m%d}", hour) if hour and isinstance(planned, datetime) else None


def _rescheduled(dates: Mapping[str, object]) -> str | None:
    later, first = text(dates.get("RDD")), text(dates.get("SDD"))
    return f"RDD {later}" if later > first and later.isdigit() else None


def _delivered(package: Entry, dates: Mapping[str, object], events: tuple[ScanEvent, ...]) -> datetime | date | None:
    hour = entry(package.get("deliveryTime"))
    at = text(hour.get("endTime")) if text(hour.get("type")) == "DEL" else ""
    return reading.reached(events, Status.DELIVERED) or reading.clock(text(dates.get("DEL")), at)


def _pickup(package: Entry, events: tuple[ScanEvent, ...]) -> Pickup:
    until = reading.clock(text(entry(package.get("accessPointInformation")).get("pickupByDate")), "")
    place = next((event.place for event in events if event.status is Status.AVAILABLE_FOR_PICKUP), "")
    waits = (row for row in entries(package.get("activity")) if _meaning(entry(row.get("status"))).status in _WAITS)
    where = entry(entry(next(waits, {}).get("location")).get("address")).get
    street = joined(where("addressLine1"), where("addressLine2"), where("addressLine3"))
    return Pickup(place=joined(street, place), until=reading.day_of(until))


def _piece(package: Entry) -> Piece:
    return Piece(text(package.get("trackingNumber")), _standing(package, _events(package))[0])


def _address(package: Entry, kind: str) -> Entry:
    for one in entries(package.get("packageAddress")):
        if text(one.get("type")) == kind:
            return entry(one.get("address"))
    return {}


def _where(address: Entry) -> str:
    get = address.get
    country = get("countryCode") or get("country")
    return joined(get("city"), get("stateProvince"), country)
