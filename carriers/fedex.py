"""FedEx: Track API v1, OAuth, 30 numbers a question. Facts: developer.fedex.com, track.json and its code lists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table, worded
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, ClientCredentials, Conversation, Field, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import FINAL, Leg, Pickup, Piece, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "fedex"
name = "FedEx"
hosts: tuple[str, ...] = ("apis.fedex.com", "apis-sandbox.fedex.com")
sandbox: Mapping[str, str] = {"https://apis.fedex.com": "https://apis-sandbox.fedex.com"}
batch_size = 30
limits = Limits(per_second=140, per_day=500_000)
fields: tuple[Field, ...] = (
    Field("client_id", "API key", secret=False),
    Field("client_secret", "Secret key"),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("fedex",),
    patterns=(r"(?:61|02|92)\d{18}", r"92\d{20}", r"DT\d{12}", r"\d{9}"),
    links=(
        r"fedex\.com/[^?#]*[?#].*?\b(?:trknbr|tracknumbers?|tracking_?numbers?)=([A-Z0-9]+)",
        r"fedex\.com/(?:fedextrack|apps/fedextrack)/([A-Z0-9]{9,})",
    ),
)
auth: Auth = ClientCredentials("https://apis.fedex.com/oauth/token", "client_id", "client_secret", in_body=True)

MEMPHIS_MIDNIGHT = "T00:00:00-06:00"
"""How FedEx writes a day without an hour, in summer too."""
# Only these say so little that the exception beside them may decide what has happened.
VAGUE = frozenset({"DE", "SE"})
SLOWED = frozenset({Reason.CARRIER, Reason.WEATHER})
DELAYS = {"WEATHER": Reason.WEATHER, "CLEARANCE": Reason.CUSTOMS}
"""`delayDetail.type`; OPERATIONAL, LOCAL and GENERAL are the carrier's own doing."""
NEXT_LEGS = {"PARTNER_CARRIER_NUMBER": "", "RETURNED_TO_SHIPPER_TRACKING_NUMBER": "FedEx"}


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about up to 30 numbers, in English so that exceptions can be read."""
    asked = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
    body = msgspec.json.encode({"includeDetailedScans": True, "trackingInfo": asked})
    headers = {"Content-Type": "application/json", "Accept": "application/json", "X-locale": "en_US"}
    url = "https://apis.fedex.com/track/v1/trackingnumbers"
    return read((yield Request("POST", url, headers=headers, body=body)), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each number; of several shipments with one number the one that moved last."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    for said in entries(body.get("errors")):
        raise _fault(text(said.get("code")), asked, response)
    reading.refuse(response, asked)
    found = entry(body["output"])["completeTrackResults"]
    answers = reading.each(reading.listed(found), lambda one: _answer(one, response), response.body)
    if not answers:
        raise NotFound(number=asked)
    return answers


def _answer(complete: Entry, response: Response) -> Answer:
    number = words(complete.get("trackingNumber"))
    shipments = entries(complete.get("trackResults"))
    known = [one for one in shipments if _is_known(one)]
    if not known:
        codes = (text(entry(one.get("error")).get("code")) for one in shipments)
        code = next((code for code in codes if code), "")
        raise _fault(code, number, response) if code else NotFound(number=number)
    own = [one for one in known if _number(one) in (None, number)] or known
    others = [one for one in known if one not in own]
    newest, events = max(((one, _events(one)) for one in own), key=_freshness)
    result = _result(newest, number, events)
    return _with_pieces(result, [_result(one, None, _events(one)) for one in others]) if others else result


def _is_known(shipment: Entry) -> bool:
    # FedEx's own example has an error beside a shipment's data; then the data count.
    return bool(entries(shipment.get("scanEvents")) or entry(shipment.get("latestStatusDetail")).get("code"))


def _fault(code: str, number: str | None, response: Response) -> CarrierError:
    return NotFound(number=number, code=code) if code.endswith("NOTFOUND") else fault(slug, code, number, response)


def _number(shipment: Entry) -> str | None:
    return words(entry(shipment.get("trackingNumberInfo")).get("trackingNumber"))


def _with_pieces(result: TrackingResult, others: Iterable[TrackingResult]) -> TrackingResult:
    """A shipment of several pieces is delivered only when all of them are."""
    every = [result, *others]
    late = next((one for one in every if one.status is not Status.DELIVERED), result)
    return msgspec.structs.replace(
        result,
        status=late.status if result.status is Status.DELIVERED else result.status,
        delivered_at=result.delivered_at if late is result else None,
        pieces=tuple(Piece(one.number or "", one.status) for one in every),
    )


def _events(shipment: Entry) -> tuple[ScanEvent, ...]:
    return reading.newest_first([_event(row) for row in entries(shipment.get("scanEvents"))])


def _result(shipment: Entry, asked: str | None, events: tuple[ScanEvent, ...]) -> TrackingResult:
    latest = entry(shipment.get("latestStatusDetail"))
    status, reason = _standing(latest, events)
    dates = {text(row.get("type")): row.get("dateTime") for row in entries(shipment.get("dateAndTimes"))}
    window = entry(entry(shipment.get("estimatedDeliveryTimeWindow")).get("window"))
    expected = _moment(window.get("ends")) or _moment(dates.get("ESTIMATED_DELIVERY"))
    standard = entry(entry(shipment.get("standardTransitTimeWindow")).get("window"))
    destination = _address(shipment, "recipientInformation", "lastUpdatedDestinationAddress", "destinationLocation")
    proof = entry(shipment.get("deliveryDetails"))
    late = _delay(latest, events)
    return TrackingResult(
        number=asked or _number(shipment),
        status=status,
        events=events,
        eta=expected or _moment(standard.get("ends")),
        eta_from=_moment(window.get("begins")),
        delivered_at=_delivered(events, dates) if status is Status.DELIVERED else None,
        signed_by=_signer(proof) if status is Status.DELIVERED else None,
        delay=None if status.is_final else late,
        reason=reason or (_delay_reason(latest) if late and not status.is_final else None),
        service=words(entry(shipment.get("serviceDetail")).get("description")),
        origin=words(_where(_address(shipment, "shipperInformation", "originLocation"))),
        destination=words(_where(destination)),
        destination_country=words(destination.get("countryCode")),
        pickup=_pickup(shipment, events) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(expected) if status is Status.DELIVERY_ATTEMPTED else None,
        next_leg=_next_leg(shipment),
    )


def _event(row: Entry) -> ScanEvent:
    get, location = row.get, entry(row.get("scanLocation")).get
    code, description, place, meaning = _scanned(
        get("eventType") or get("derivedStatusCode"),
        get("eventDescription") or get("derivedStatus"),
        get("exceptionCode"),
        get("exceptionDescription"),
        location("city"),
        location("stateOrProvinceCode"),
        location("countryCode"),
    )
    at = reading.moment(get("date"))
    return ScanEvent(at, code, description, place, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _scanned(*said: object) -> tuple[str | None, str, str, Meaning]:
    """Code, words, place and meaning of a scan: the same scans are read again at each poll."""
    code, spoken, exception_code, exception, city, state, country = map(text, said)
    description = " - ".join(part for part in (spoken, exception) if part)
    return code or None, description, joined(city, state, country), _meaning(code, spoken, exception_code, exception)


@lru_cache(maxsize=4096)
def _meaning(code: str, spoken: str, exception_code: str, exception: str) -> Meaning:
    """The event's code, by its wording where the code has two; the exception beside it tells more."""
    by_wording = worded("fedex_statuses", "code").get(code, {}).get(spoken.upper())
    base = by_wording or table("fedex_statuses").get(code, UNMAPPED)
    finer = _by_exception(exception_code, exception)
    if finer is None or base.status in (None, Status.UNKNOWN):
        return base
    if base.status is Status.DELIVERED:
        return Meaning(Status.RETURNED) if finer.status is Status.RETURNING else base
    if code in VAGUE:
        return finer
    if base.status in (Status.EXCEPTION, Status.CUSTOMS):
        return Meaning(base.status, finer.reason or base.reason, base.delay)
    return Meaning(base.status, finer.reason, True) if finer.delay and finer.reason in SLOWED else base


def _by_exception(code: str, said: str) -> Meaning | None:
    known = table("fedex_exceptions").get(code) or table("fedex_owners").get(code)
    low = said.lower()
    return known or next((meaning for phrase, meaning in table("fedex_reasons").items() if phrase in low), None)


def _standing(latest: Entry, events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None]:
    """The newest movement decides, unless FedEx's own summary says that it is over; or nothing else says anything."""
    now, last = _summary(latest), reading.newest_movement(events)
    if now.status not in FINAL and last is not None and last.status is not Status.UNKNOWN:
        now = Meaning(last.status, last.reason)
    is_home = reading.turned_back(events) or (last is not None and last.status is Status.RETURNED)
    if now.status is Status.DELIVERED and is_home:
        return Status.RETURNED, None
    return now.status or Status.UNKNOWN, now.reason


def _summary(latest: Entry) -> Meaning:
    why = next(iter(entries(latest.get("ancillaryDetails"))), latest)
    exception = (text(why.get("reason")), text(why.get("reasonDescription")))
    spoken = text(latest.get("description")) or text(latest.get("statusByLocale"))
    read = (_meaning(text(latest.get(key)), spoken, *exception) for key in ("code", "derivedCode"))
    return next((one for one in read if one.status is not Status.UNKNOWN), UNMAPPED)


def _delay(latest: Entry, events: tuple[ScanEvent, ...]) -> str | None:
    """FedEx's own word that the parcel is late: it may be so while it moves."""
    told = entry(latest.get("delayDetail"))
    if text(told.get("status")) == "DELAYED":
        return " ".join(part for key in ("status", "type", "subType") if (part := text(told.get(key))))
    derived = table("fedex_statuses").get(text(latest.get("derivedCode")))
    if derived is not None and derived.delay:
        return text(latest.get("statusByLocale")) or text(latest.get("derivedCode"))
    return reading.own_delay(events)


def _delay_reason(latest: Entry) -> Reason:
    return DELAYS.get(text(entry(latest.get("delayDetail")).get("type")), Reason.CARRIER)


def _delivered(events: tuple[ScanEvent, ...], dates: Mapping[str, object]) -> Moment:
    return reading.reached(events, Status.DELIVERED) or _moment(dates.get("ACTUAL_DELIVERY"))


def _signer(proof: Entry) -> str | None:
    return words(proof.get("receivedByName")) or words(proof.get("signedByName"))


def _moment(value: object) -> Moment:
    said = text(value)
    return reading.moment(said[:10] if said.endswith(MEMPHIS_MIDNIGHT) else said)


def _pickup(shipment: Entry, events: tuple[ScanEvent, ...]) -> Pickup:
    held = _address(shipment, "holdAtLocation")
    if not held:
        rows = (row for row in entries(shipment.get("scanEvents")) if _waits(row))
        held = entry(next(rows, {}).get("scanLocation"))
    lines = held.get("streetLines")
    street = [text(line) for line in lines] if isinstance(lines, list) else []
    place = next((event.place for event in events if event.status is Status.AVAILABLE_FOR_PICKUP), "")
    return Pickup(place=joined(*street, _where(held)) or place)


def _waits(row: Entry) -> bool:
    return _event(row).status is Status.AVAILABLE_FOR_PICKUP


def _next_leg(shipment: Entry) -> Leg | None:
    """Another carrier's number, or the number under which FedEx takes the parcel back."""
    for row in entries(entry(shipment.get("additionalTrackingInfo")).get("packageIdentifiers")):
        carrier, values = NEXT_LEGS.get(text(row.get("type"))), row.get("values")
        said = values if isinstance(values, list) else [values]
        number = next((text(one) for one in said if text(one)), "")
        if carrier is not None and number:
            return Leg(number, carrier)
    return None


def _address(shipment: Entry, *kinds: str) -> Entry:
    for kind in kinds:
        party = entry(shipment.get(kind))
        party = entry(party.get("locationContactAndAddress")) or party
        address = entry(party.get("address")) or party
        if address.get("city") or address.get("countryCode"):
            return address
    return {}


def _where(address: Entry) -> str:
    return joined(address.get("city"), address.get("stateOrProvinceCode"), address.get("countryCode"))


def _freshness(told: tuple[Entry, tuple[ScanEvent, ...]]) -> float:
    _, events = told
    at = events[0].at if events else None
    if isinstance(at, datetime):
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return datetime(at.year, at.month, at.day, tzinfo=UTC).timestamp() if at else 0.0
