"""DHL Express: MyDHL API, one shipment a question. Facts: MyDHL's OpenAPI description 3.1.1, DHL's checkpoint list.

Unverified: rate limits; how GET /tracking takes several numbers and what it answers when one of them is unknown, hence
one number a question.
"""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from msgspec.structs import replace

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, grouped, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, BasicLogin, Conversation, Field, Limits, Numbers
from carriers.kit.errors import NotFound
from carriers.kit.model import Pickup, Piece, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "dhl_express"
name = "DHL Express"
hosts: tuple[str, ...] = ("express.api.dhl.com",)
sandbox: Mapping[str, str] = {"https://express.api.dhl.com/mydhlapi": "https://express.api.dhl.com/mydhlapi/test"}
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("username", "API user name", secret=False),
    Field("password", "API password"),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("dhl/dhl_express",),
    links=(
        r"dhl\.com/[^?#]*/express/tracking[^?#]*\?.*?\bAWB=(\d{9,11})",
        r"mydhl\.express\.dhl/[^#]*#/tracking-results/(\w+)",
        r"mydhl\.express\.dhl/.*\bids?=(\w+)",
    ),
)
auth: Auth = BasicLogin("username", "password")

# `status` is how the call went ("Success"), never where the parcel is; other systems in front of MyDHL put that there.
SUMMARIES = {
    "delivered": Status.DELIVERED,
    "transit": Status.IN_TRANSIT,
    "in transit": Status.IN_TRANSIT,
    "pre-transit": Status.PRE_TRANSIT,
    "failure": Status.UNKNOWN,
}


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch, with what each piece has been through."""
    (number,) = numbers
    url = f"https://express.api.dhl.com/mydhlapi/shipments/{quote(number, safe='')}/tracking"
    query = {"trackingView": "all-checkpoints", "levelOfDetail": "all"}
    headers = {"Accept": "application/json", "Accept-Language": "eng"}
    return read((yield Request("GET", url, headers=headers, query=query)), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each shipment."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    reading.refuse(response, asked)
    if "shipments" not in body:
        reading.problem(body, response, asked)
    found = reading.each(reading.listed(body["shipments"]), lambda one: _answer(one, asked), response.body)
    if not found:
        raise NotFound(number=asked)
    return found


def _answer(shipment: Entry, asked: str | None) -> Answer:
    number = words(shipment.get("shipmentTrackingNumber")) or asked
    if "no shipment" in text(shipment.get("status")).lower():
        return NotFound(number=number)
    return _result(shipment, number)


def _result(shipment: Entry, number: str | None) -> TrackingResult:
    pieces = entries(shipment.get("pieces"))
    events = _events(shipment)
    last = reading.newest_movement(events)
    status, reason = (last.status, last.reason) if last is not None else (_summary(shipment), None)
    eta = _expected(shipment, pieces)
    receiver = entry(shipment.get("receiverDetails"))
    result = TrackingResult(
        number=number,
        status=status or Status.UNKNOWN,
        events=events,
        eta=eta,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        signed_by=_signer(shipment) if status is Status.DELIVERED else None,
        delay=None if status is not None and status.is_final else reading.own_delay(events),
        reason=reason,
        service=words(shipment.get("productCode")),
        origin=words(_end(entry(shipment.get("shipperDetails")))),
        destination=words(_end(receiver)),
        destination_country=words(entry(receiver.get("postalAddress")).get("countryCode")),
        pickup=Pickup(place=last.place) if last is not None and status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(eta) if status is Status.DELIVERY_ATTEMPTED else None,
    )
    return _with_pieces(result, pieces) if len(pieces) > 1 else result


def _events(told: Entry) -> tuple[ScanEvent, ...]:
    return reading.newest_first([_event(row) for row in entries(told.get("events"))])


def _event(row: Entry) -> ScanEvent:
    get = row.get
    areas = get("serviceArea")
    area = entry(areas[0] if type(areas) is list and areas else areas)
    code, description, place, meaning = _scanned(
        get("typeCode"), get("description"), area.get("description") or area.get("code")
    )
    at = reading.moment(f"{get('date')}T{get('time')}{get('GMTOffset') or ''}")
    at = at or reading.clock(text(get("date")), text(get("time")))
    return ScanEvent(at, code, description, place, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _scanned(*said: object) -> tuple[str | None, str, str, Meaning]:
    """Code, words (on one line), place and meaning of a scan."""
    code, spoken, place = map(text, said)
    known = grouped("dhl_checkpoints", "service")["express"].get(code.upper())
    return code or None, " ".join(spoken.split()), joined(place), known or _by_phrase(spoken)


def _by_phrase(spoken: str) -> Meaning:
    low = spoken.lower() + " "
    return next((meaning for phrase, meaning in table("dhl_texts").items() if phrase in low), UNMAPPED)


def _summary(shipment: Entry) -> Status:
    """Without a scan: what stands in `status`, else that DHL has been told of it if it lists scans at all."""
    said = SUMMARIES.get(text(shipment.get("status")).lower())
    return said or (Status.PRE_TRANSIT if shipment.get("events") == [] else Status.UNKNOWN)


def _expected(shipment: Entry, pieces: Iterable[Entry]) -> Moment:
    for told in (shipment, *pieces):
        for key in ("estimatedDeliveryDate", "estimatedTimeOfDelivery"):
            if (at := reading.moment(told.get(key))) is not None:
                return at
    return None


def _signer(shipment: Entry) -> str | None:
    """Who signed: a field of the delivery, or the end of its words ("Delivered : J DOE")."""
    for row in entries(shipment.get("events")):
        if text(row.get("typeCode")) == "OK":
            said = text(row.get("signedBy")) or text(row.get("description")).partition(" : ")[2]
            if said.strip():
                return said.strip()
    return None


def _end(party: Entry) -> str:
    address = entry(party.get("postalAddress"))
    area = next(iter(entries(party.get("serviceArea"))), {})
    city = text(address.get("cityName"))
    known = joined(city, address.get("provinceCode"), address.get("countryCode"))
    return known if city else text(area.get("description")) or known


def _with_pieces(result: TrackingResult, told: Iterable[Entry]) -> TrackingResult:
    """A shipment is delivered only when each of its pieces is, as far as DHL tells of them."""
    pieces = tuple(_piece(one) for one in told)
    late = next((one for one in pieces if one.status not in (Status.DELIVERED, Status.UNKNOWN)), None)
    if late is None or result.status is not Status.DELIVERED:
        return replace(result, pieces=pieces)
    return replace(result, pieces=pieces, status=late.status, delivered_at=None, signed_by=None)


def _piece(told: Entry) -> Piece:
    last = reading.newest_movement(_events(told))
    number = text(told.get("trackingNumber")) or text(told.get("number"))
    return Piece(number, (last.status if last else None) or Status.UNKNOWN)
