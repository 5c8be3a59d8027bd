"""DHL Shipment Tracking - Unified: one number a question, all business units, five coarse status codes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, grouped, table, worded
from carriers.kit.contract import Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.errors import NotFound
from carriers.kit.model import FINAL, Pickup, Piece, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words

slug = "dhl_unified"
name = "DHL"
hosts: tuple[str, ...] = ("api-eu.dhl.com",)
batch_size = 1
limits = Limits(per_second=1, per_day=250)
fields: tuple[Field, ...] = (Field("api_key", "API key"),)
numbers = Numbers(
    formats=("dhl", "s10", "sscc"),
    countries=("DE",),
    patterns=(
        r"\d{11,12}",
        r"\d{16}",
        r"\d{18}",
        r"(?!00)\d{20}",
        r"J?JD\d{16,20}",
        r"JVGL\w{8,28}",
        r"3S\w{8,22}",
        r"[A-Z]{3}\d{7,9}",
        r"CBJ?\w{8,20}",
    ),
    links=(r"dhl\.(?:com|de)/.*[?&](?:tracking-id|AWB|piececode|idc|trackingNumber)=([^&#,]+)",),
)
auth: Auth = HeaderKey("DHL-API-Key", "api_key")

Moment = datetime | date | None
_Said = tuple[object, ...]
"""Words as the payload gives them."""

GENERIC = {
    "pre-transit": Meaning(Status.PRE_TRANSIT),
    "transit": Meaning(Status.IN_TRANSIT),
    "delivered": Meaning(Status.DELIVERED),
    "failure": Meaning(Status.EXCEPTION),
    "unknown": UNMAPPED,
}
# What a unit's own code or text may make of a generic code; anything else contradicts it and is not believed.
REFINES: dict[str, frozenset[Status | None]] = {
    "pre-transit": frozenset({Status.PRE_TRANSIT, Status.CANCELLED, None}),
    "transit": frozenset(Status) - FINAL - {Status.PRE_TRANSIT, Status.UNKNOWN} | {None},
    "delivered": frozenset({Status.DELIVERED, Status.RETURNED, Status.AVAILABLE_FOR_PICKUP}),
    "failure": frozenset(Status) - {Status.PRE_TRANSIT, Status.IN_TRANSIT, Status.DELIVERED, Status.UNKNOWN},
}
WAY_BACK_SAID = frozenset({Status.RETURNING, Status.RETURNED})
WAY_BACK = {
    Status.DELIVERED: Status.RETURNED,
    Status.IN_TRANSIT: Status.RETURNING,
    Status.OUT_FOR_DELIVERY: Status.RETURNING,
    Status.EXCEPTION: Status.RETURNING,
}


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch, in English so that texts can be read."""
    (number,) = numbers
    query = {"trackingNumber": number, "language": "en", "limit": "10"}
    url = "https://api-eu.dhl.com/track/shipments"
    response = yield Request("GET", url, headers={"Accept": "application/json"}, query=query)
    return read(response, numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result: of several business units with this number, the one that moved last."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    reading.refuse(response, asked)
    if "shipments" not in body:
        reading.problem(body, response, asked)
    found = reading.each(reading.listed(body["shipments"]), lambda one: _result(one, asked), response.body)
    if not found:
        raise NotFound(number=asked)
    if asked is None or len(found) == 1:
        return found
    return [max(found, key=lambda one: (one.number == asked, _freshness(one)))]


def _result(shipment: Entry, asked: str | None) -> TrackingResult:
    service = text(shipment.get("service"))
    details, place = entry(shipment.get("details")), entry(shipment.get("destination"))
    events = reading.newest_first([_event(row, service) for row in entries(shipment.get("events"))])
    status, reason, delay = _standing(shipment, service, events)
    eta, opens = _window(shipment)
    return TrackingResult(
        number=text(shipment.get("id")) or asked,
        status=status,
        events=events,
        eta=eta,
        eta_from=opens,
        delivered_at=_delivered(shipment, events) if status is Status.DELIVERED else None,
        signed_by=_signer(details) if status is Status.DELIVERED else None,
        delay=None if status.is_final else delay,
        reason=reason,
        service=text(entry(details.get("product")).get("productName")) or service or None,
        origin=words(_where(entry(shipment.get("origin")))),
        destination=words(_where(place)),
        destination_country=words(entry(place.get("address")).get("countryCode")),
        pickup=_pickup(shipment) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(eta) if status is Status.DELIVERY_ATTEMPTED else None,
        pieces=_pieces(details),
    )


def _event(row: Entry, service: str) -> ScanEvent:
    get, location = row.get, row.get("location")
    said = (get("statusCode"), get("statusDetailed"), get("status"), get("description"), get("remark"))
    where = _words_of(entry(location))
    code, description, place, meaning = _scanned(service, said, where)
    at = reading.moment(get("timestamp"))
    return ScanEvent(at, code, description, place or text(location), meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _scanned(service: str, said: _Said, where: _Said) -> tuple[str | None, str, str, Meaning]:
    """Code, words, place and meaning of a scan: the same scans are read again at each poll."""
    generic, detailed, title, spoken, _ = said
    return (
        _code(service, generic, detailed, title),
        text(spoken) or text(title),
        _place(where),
        _read_words(service, *said),
    )


def _standing(shipment: Entry, service: str, events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None, str | None]:
    """DHL's own summary; the newest movement where the summary says nothing of a place."""
    summary = entry(shipment.get("status"))
    now, last = _meaning(summary, service), reading.newest_movement(events)
    status, reason = now.status, now.reason
    if last is not None and status in (None, Status.UNKNOWN, last.status):
        status, reason = last.status, reason or last.reason
    status = status or Status.UNKNOWN
    if shipment.get("returnFlag") is True:
        status = WAY_BACK.get(status, status)
    return status, reason, _delay(shipment, now, events)


def _delay(shipment: Entry, now: Meaning, events: tuple[ScanEvent, ...]) -> str | None:
    summary, remark = entry(shipment.get("status")), text(shipment.get("estimatedTimeOfDeliveryRemark"))
    said = _by_phrase(remark) if remark else None
    if said is not None and said.delay:
        return remark
    if not now.delay:
        return reading.own_delay(events)
    return text(summary.get("description")) or text(summary.get("status")) or None


def _meaning(row: Entry, service: str) -> Meaning:
    get = row.get
    said = (get("statusCode"), get("statusDetailed"), get("status"), get("description"), get("remark"))
    return _read_words(service, *said)


@reading.remembered
def _read_words(service: str, *said: object) -> Meaning:
    """The unit's code, then its wording, then its phrases; each only as far as the generic code allows."""
    generic, detailed, title, spoken, remark = map(text, said)
    coarse = GENERIC.get(generic.lower())
    title = "" if title.lower() in GENERIC else title  # the generic code once more, no wording of the unit's own
    allowed = REFINES.get(generic.lower(), frozenset({*Status, None}))
    finer = (*_by_code(service, (detailed, title, generic), (title, spoken)), _by_phrase(title, spoken, remark))
    if coarse is GENERIC["delivered"] and any(one is not None and one.status in WAY_BACK_SAID for one in finer):
        return Meaning(Status.RETURNED)
    return next((one for one in finer if one is not None and one.status in allowed), coarse or UNMAPPED)


def _by_code(service: str, codes: Iterable[str], texts: Iterable[str]) -> Iterator[Meaning | None]:
    known = grouped("dhl_checkpoints", "service").get(service, {})
    wordings = worded("dhl_checkpoints", "service").get(service, {})
    yield from (known.get(code.upper()) for code in codes)
    yield from (wordings.get(said.upper()) for said in texts)


def _by_phrase(*said: str) -> Meaning | None:
    low = " ".join(said).lower() + " "
    return next((meaning for phrase, meaning in table("dhl_texts").items() if phrase in low), None)


def _code(service: str, *said: object) -> str | None:
    """The business unit's own code; the five generic ones are no code of anybody's."""
    generic, detailed, title = map(text, said)
    if detailed:
        return detailed
    if title.upper() in grouped("dhl_checkpoints", "service").get(service, {}):
        return title
    return None if generic.lower() in GENERIC else generic or None


def _window(shipment: Entry) -> tuple[Moment, Moment]:
    frame = entry(shipment.get("estimatedDeliveryTimeFrame"))
    eta = reading.moment(shipment.get("estimatedTimeOfDelivery")) or reading.moment(frame.get("estimatedThrough"))
    opens = reading.moment(frame.get("estimatedFrom"))
    return eta, None if opens == eta else opens


def _delivered(shipment: Entry, events: tuple[ScanEvent, ...]) -> Moment:
    proof = entry(entry(shipment.get("details")).get("proofOfDelivery"))
    at = reading.reached(events, Status.DELIVERED) or reading.moment(proof.get("timestamp"))
    return at or reading.moment(entry(shipment.get("status")).get("timestamp"))


def _signer(details: Entry) -> str | None:
    person = entry(entry(details.get("proofOfDelivery")).get("signed"))
    full = " ".join(part for key in ("givenName", "familyName") if (part := text(person.get(key))))
    proof = entry(details.get("proofOfDelivery"))
    return full or text(person.get("name")) or text(proof.get("signedBy")) or None


def _pickup(shipment: Entry) -> Pickup:
    location = entry(entry(shipment.get("status")).get("location"))
    address = entry(location.get("address"))
    point = text(entry(location.get("servicePoint")).get("label"))
    return Pickup(place=joined(point, address.get("streetAddress"), _where(location)))


def _pieces(details: Entry) -> tuple[Piece, ...]:
    ids = details.get("pieceIds")
    if not isinstance(ids, list) or len(ids) < 2:
        return ()
    # Only the shipment's status is given: a piece has none of its own.
    known = [said for one in ids if (said := text(one))]
    return tuple(Piece(one) for one in dict.fromkeys(known)) if len(known) > 1 else ()


def _where(location: Entry) -> str:
    return _place(_words_of(location))


def _words_of(location: Entry) -> _Said:
    get = entry(location.get("address")).get
    return get("addressLocality"), get("addressRegion"), get("countryCode")


def _place(where: _Said) -> str:
    city, region, country = where
    return joined(text(city), region, text(country))


def _freshness(answer: Answer) -> float:
    at = answer.events[0].at if isinstance(answer, TrackingResult) and answer.events else None
    return datetime(at.year, at.month, at.day, tzinfo=UTC).timestamp() if at else 0.0
