"""PostNord Track & Trace v5 (Sweden, Denmark, Norway, Finland): one number a question, the key in the query.

An unknown number is answered with HTTP 200 and a fault; a wrong key with 403 and no body. Limits are not published.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.countries import alpha2
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Pickup, Piece, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "postnord"
name = "PostNord"
hosts: tuple[str, ...] = ("api2.postnord.com", "atapi2.postnord.com")
sandbox: Mapping[str, str] = {"https://api2.postnord.com": "https://atapi2.postnord.com"}
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (Field("api_key", "API key"), ENVIRONMENT)
numbers = Numbers(
    formats=("s10",),
    countries=("SE", "DK"),
    patterns=(r"\d{9,11}SE", r"(?:00)?\d(?:73|57)\d{15}"),
    links=(r"postnord\.\w+/.*?(?:shipmentId=|[?&]id=|[?&]search=|details/)(\w{8,35})",),
)
auth: Auth = None

# What a row's own text may make of its status word, which knows neither the van nor the customs.
REFINES: dict[str, frozenset[Status | None]] = {
    "EN_ROUTE": frozenset({None, *Status} - {Status.PRE_TRANSIT, Status.DELIVERED, Status.RETURNED}),
    "OTHER": frozenset({Status.CUSTOMS, Status.RETURNING, Status.DELIVERY_ATTEMPTED}),
    "RETURNED": frozenset({Status.RETURNING, Status.RETURNED}),
    "STOPPED": frozenset({Status.CUSTOMS}),
}
_UNREFINED: frozenset[Status | None] = frozenset()
_FINAL = frozenset({Status.DELIVERED, Status.RETURNED})


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch, in English so that texts can be read."""
    (number,) = numbers
    url = "https://api2.postnord.com/rest/shipment/v5/trackandtrace/findByIdentifier.json"
    query = {"id": number, "apikey": given(account, "api_key"), "locale": "en"}
    response = yield Request("GET", url, headers={"Accept": "application/json"}, query=query)
    return read(response, numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for each shipment of the answer."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    told = entry(body.get("TrackingInformationResponse", body))
    found = reading.each(reading.listed(told.get("shipments")), lambda one: _result(one, asked), response.body)
    if found:
        return found
    for said in entries(entry(told.get("compositeFault")).get("faults")):
        raise _fault(said, asked, response)
    reading.refuse(response, asked)
    reading.problem(body, response, asked)
    if "shipments" not in told:
        raise KeyError("shipments")
    raise NotFound(number=asked)


def _fault(said: Entry, asked: str | None, response: Response) -> CarrierError:
    param = next((one for one in entries(said.get("paramValues")) if text(one.get("param")) == "identifier"), {})
    number = text(param.get("value")) or asked
    return fault(slug, text(said.get("faultCode")), number, response)


def _result(shipment: Entry, asked: str | None) -> TrackingResult:
    """The shipment, or the one item of it that was asked for."""
    items = entries(shipment.get("items"))
    own = [one for one in items if text(one.get("itemId")) == asked]
    whole = _whole(shipment, own or items, text(shipment.get("shipmentId")) or asked)
    if own:
        whole = replace(whole, number=asked)
    pieces = tuple(_piece(one) for one in items) if len(items) > 1 else ()
    return replace(whole, pieces=pieces) if pieces else whole


def _whole(shipment: Entry, items: list[Entry], number: str | None) -> TrackingResult:
    first: Entry = items[0] if items else {}
    events = reading.newest_first([_event(row) for one in items for row in entries(one.get("events"))])
    several = [_standing(one, _events(one)) for one in items] if len(items) > 1 else []
    status, reason = _together(several) if several else _standing(first, events, shipment)
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=_eta(shipment, first, status),
        eta_from=_moment(first, "bookedDeliveryDateFrom"),
        delivered_at=_delivered(shipment, first, events) if status is Status.DELIVERED else None,
        signed_by=_signer(first) if status is Status.DELIVERED else None,
        delay=None if status.is_final else _delay(shipment, events),
        reason=reason,
        service=words(entry(shipment.get("service")).get("name")),
        origin=words(_address(shipment, "consignor")),
        destination=words(_address(shipment, "consignee")),
        destination_country=_country(shipment),
        pickup=_pickup(shipment, first) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _events(item: Entry) -> tuple[ScanEvent, ...]:
    return reading.newest_first([_event(row) for row in entries(item.get("events"))])


def _event(row: Entry) -> ScanEvent:
    get = row.get
    where = entry(get("location")).get
    description, meaning = text(get("eventDescription")), _meaning(get("status"), get("eventDescription"))
    place = joined(where("displayName") or where("name"), where("city"), where("countryCode") or where("country"))
    at, code = reading.moment(get("eventTime")), text(get("eventCode"))
    return ScanEvent(at, code or None, description, place, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _meaning(*said: object) -> Meaning:
    """The status word, made finer by the row's own text where the word is too coarse for it."""
    word, spoken = text(said[0]).upper(), text(said[1]).lower()
    coarse, allowed = table("postnord_statuses").get(word, UNMAPPED), REFINES.get(word, _UNREFINED)
    phrases = table("postnord_texts").items() if allowed else ()
    return next((finer for phrase, finer in phrases if phrase in spoken and finer.status in allowed), coarse)


def _standing(
    item: Entry, events: tuple[ScanEvent, ...], shipment: Entry | None = None
) -> tuple[Status, Reason | None]:
    """A summary that says the end; else the newest movement; else whatever the summary says."""
    summary = _meaning(item.get("status") or (shipment or {}).get("status"), "")
    last = reading.newest_movement(events)
    if summary.status in _FINAL or last is None or last.status is Status.UNKNOWN:
        # PostNord knows a number without scans from its sender only.
        silent = Status.UNKNOWN if events or item.get("status") else Status.PRE_TRANSIT
        return summary.status if summary.status not in (None, Status.UNKNOWN) else silent, summary.reason
    if item.get("stoppedInCustoms") is True and last.status is Status.IN_TRANSIT:
        return Status.CUSTOMS, Reason.CUSTOMS
    return last.status or Status.UNKNOWN, last.reason


def _together(pieces: Sequence[tuple[Status, Reason | None]]) -> tuple[Status, Reason | None]:
    """Delivered or returned only when all pieces are; else as the first piece that is not."""
    return next((one for one in pieces if one[0] is not Status.DELIVERED), pieces[0])


def _eta(shipment: Entry, item: Entry, status: Status) -> Moment:
    keys = ("estimatedTimeOfArrival", "publicTimeOfArrival", "bookedDeliveryDateTo")
    found = next((at for one in (item, shipment) for key in keys if (at := _moment(one, key))), None)
    # "deliveryDate" is the day of delivery: still to come as long as the parcel is.
    return found or (None if status.is_final else _moment(item, "deliveryDate") or _moment(shipment, "deliveryDate"))


def _moment(one: Entry, key: str) -> Moment:
    return reading.moment(one.get(key))


def _delivered(shipment: Entry, item: Entry, events: tuple[ScanEvent, ...]) -> Moment:
    at = reading.reached(events, Status.DELIVERED)
    return at or _moment(item, "deliveryDate") or _moment(shipment, "deliveryDate")


def _delay(shipment: Entry, events: tuple[ScanEvent, ...]) -> str | None:
    summary = _meaning(shipment.get("status"), "")
    if shipment.get("riskForDelay") is not True and not summary.delay:
        return reading.own_delay(events)
    said = entry(shipment.get("statusText"))
    return reading.own_delay(events) or text(said.get("body")) or text(said.get("header")) or "riskForDelay"


def _signer(item: Entry) -> str | None:
    return text(entry(item.get("acceptor")).get("name")) or words(item.get("signature"))


def _address(shipment: Entry, who: str) -> str:
    address = entry(entry(shipment.get(who)).get("address")).get
    return joined(address("city"), address("countryCode") or address("country"))


def _country(shipment: Entry) -> str | None:
    return alpha2(text(entry(entry(shipment.get("consignee")).get("address")).get("countryCode")))


def _pickup(shipment: Entry, item: Entry) -> Pickup:
    point = entry(shipment.get("deliveryPoint")) or entry(shipment.get("destinationDeliveryPoint"))
    address = entry(point.get("address")).get
    until = _moment(item, "returnDate") or _moment(shipment, "returnDate")
    named = point.get("displayName") or point.get("name")
    return Pickup(joined(named, address("street1"), address("city")), until=reading.day_of(until))


def _piece(item: Entry) -> Piece:
    return Piece(text(item.get("itemId")), _standing(item, _events(item))[0])
