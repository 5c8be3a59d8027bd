"""DHL Express: XML-PI (KnownTrackingRequest), DHL's older interface; several shipments a question.

Unverified: its hosts, the ten numbers a question, and that the time of the message need not be now (no adapter reads a
clock, so it is that of DHL's own example).
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, grouped, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Rejected, Unavailable
from carriers.kit.faults import fault
from carriers.kit.model import Pickup, Piece, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words
from carriers.kit.xml import decode_xml, escaped

slug = "dhl_express_xmlpi"
name = "DHL Express (XML-PI)"
hosts: tuple[str, ...] = ("xmlpi-ea.dhl.com", "xmlpitest-ea.dhl.com")
sandbox: Mapping[str, str] = {"https://xmlpi-ea.dhl.com": "https://xmlpitest-ea.dhl.com"}
batch_size = 10
limits = Limits()
fields: tuple[Field, ...] = (Field("site_id", "Site ID", secret=False), Field("password", "Password"), ENVIRONMENT)
numbers = Numbers(formats=("dhl/dhl_express",))
auth: Auth = None

QUESTION = """<?xml version="1.0" encoding="UTF-8"?>
<req:KnownTrackingRequest xmlns:req="http://www.dhl.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.dhl.com TrackingRequestKnown.xsd" schemaVersion="1.0">
<Request><ServiceHeader>
<MessageTime>2002-06-25T11:28:56-08:00</MessageTime>
<MessageReference>1234567890123456789012345678</MessageReference>
<SiteID>{site_id}</SiteID><Password>{password}</Password>
</ServiceHeader></Request>
<LanguageCode>en</LanguageCode>
{awbs}
<LevelOfDetails>ALL_CHECK_POINTS</LevelOfDetails>
<PiecesEnabled>S</PiecesEnabled>
</req:KnownTrackingRequest>"""
# XML-PI says much with one code (111: the question is not as it should be); its words tell what is wrong with it.
SAID: Mapping[str, type[CarrierError]] = {
    "no shipments found": NotFound,
    "password": AuthFailed,
    "siteid": AuthFailed,
    "site id": AuthFailed,
    "not authori": AuthFailed,
    "awbnumber": Rejected,
    "airway bill": Rejected,
    "try again": Unavailable,
}


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about up to ten numbers; the credentials stand in the question."""
    awbs = "".join(f"<AWBNumber>{escaped(number)}</AWBNumber>" for number in numbers)
    site_id, password = (escaped(given(account, field)) for field in ("site_id", "password"))
    body = QUESTION.format(site_id=site_id, password=password, awbs=awbs).encode()
    headers = {"Content-Type": "application/xml", "Accept": "application/xml"}
    return read((yield Request("POST", "https://xmlpi-ea.dhl.com/XMLShippingServlet", headers, body=body)), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each number."""
    reading.check(response)
    asked = numbers[0] if len(numbers) == 1 else None
    told = entry(next(iter(decode_xml(response).values()), None))
    reading.refuse(response, asked)
    shipments = entries(told.get("AWBInfo"))
    if not shipments:
        raise _fault(entry(entry(told["Response"])["Status"]), asked, response)
    return reading.each(shipments, lambda one: _answer(one, asked, response), response.body)


def _answer(shipment: Entry, asked: str | None, response: Response) -> Answer:
    number = words(shipment.get("AWBNumber")) or asked
    if "ShipmentInfo" in shipment:
        return _result(entry(shipment["ShipmentInfo"]), number, entries(entry(shipment.get("Pieces")).get("PieceInfo")))
    return _fault(entry(shipment["Status"]), number, response)


def _fault(status: Entry, number: str | None, response: Response) -> CarrierError:
    conditions = entries(status.get("Condition"))
    code = next((text(one.get("ConditionCode")) for one in conditions), "")
    said = " ".join([text(status.get("ActionStatus")), *(text(one.get("ConditionData")) for one in conditions)]).lower()
    kind = next((kind for word, kind in SAID.items() if word in said), None)
    return kind(number=number, code=code or None) if kind is not None else fault(slug, code, number, response)


def _result(told: Entry, number: str | None, pieces: Sequence[Entry]) -> TrackingResult:
    events = _events(told.get("ShipmentEvent"))
    last = reading.newest_movement(events)
    # DHL has been told of a shipment that has no scan yet.
    status, reason = (last.status, last.reason) if last is not None else (Status.PRE_TRANSIT, None)
    eta = _expected(told)
    result = TrackingResult(
        number=number,
        status=status or Status.UNKNOWN,
        events=events,
        eta=eta,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        signed_by=_signer(told) if status is Status.DELIVERED else None,
        delay=None if status is not None and status.is_final else reading.own_delay(events),
        reason=reason,
        service=words(told.get("GlobalProductCode")),
        origin=words(_end(told, "Shipper", "OriginServiceArea")),
        destination=words(_end(told, "Consignee", "DestinationServiceArea")),
        destination_country=words(entry(told.get("Consignee")).get("CountryCode")),
        pickup=Pickup(place=last.place) if last is not None and status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(eta) if status is Status.DELIVERY_ATTEMPTED else None,
    )
    return _with_pieces(result, pieces) if len(pieces) > 1 else result


def _events(rows: object) -> tuple[ScanEvent, ...]:
    return reading.newest_first([_event(row) for row in entries(rows)])


def _event(row: Entry) -> ScanEvent:
    said, area = entry(row.get("ServiceEvent")), entry(row.get("ServiceArea"))
    code, description, place, meaning = _scanned(
        said.get("EventCode"), said.get("Description"), area.get("Description") or area.get("ServiceAreaCode")
    )
    at = reading.moment(f"{row.get('Date')}T{row.get('Time')}")
    at = at or reading.clock(text(row.get("Date")), text(row.get("Time")))
    return ScanEvent(at, code, description, place, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _scanned(*said: object) -> tuple[str | None, str, str, Meaning]:
    """Code, words and place (each on one line) and meaning of a scan."""
    code, spoken, place = (" ".join(text(one).split()) for one in said)
    known = grouped("dhl_checkpoints", "service")["express"].get(code.upper())
    return code or None, spoken, joined(place), known or _by_phrase(spoken)


def _by_phrase(spoken: str) -> Meaning:
    low = spoken.lower() + " "
    return next((meaning for phrase, meaning in table("dhl_texts").items() if phrase in low), UNMAPPED)


def _expected(told: Entry) -> Moment:
    utc = text(told.get("EstDlvyDateUTC"))
    return reading.moment(told.get("EstDlvyDate")) or reading.moment(f"{utc}Z" if utc else None)


def _signer(told: Entry) -> str | None:
    # Other scans have a courier's or a station's mark there.
    signed = (row for row in entries(told.get("ShipmentEvent")) if _is_delivery(row) and text(row.get("Signatory")))
    return next((words(row.get("Signatory")) for row in signed), None)


def _is_delivery(row: Entry) -> bool:
    return _event(row).status is Status.DELIVERED


def _end(told: Entry, party: str, area: str) -> str:
    get = entry(told.get(party)).get
    known = joined(get("City"), get("DivisionCode"), get("CountryCode"))
    return known if get("City") else text(entry(told.get(area)).get("Description")) or known


def _with_pieces(result: TrackingResult, told: Iterable[Entry]) -> TrackingResult:
    """A shipment is delivered only when each of its pieces is, as far as DHL tells of them."""
    pieces = tuple(_piece(one) for one in told)
    late = next((one for one in pieces if one.status not in (Status.DELIVERED, Status.UNKNOWN)), None)
    if late is None or result.status is not Status.DELIVERED:
        return replace(result, pieces=pieces)
    return replace(result, pieces=pieces, status=late.status, delivered_at=None, signed_by=None)


def _piece(told: Entry) -> Piece:
    last = reading.newest_movement(_events(told.get("PieceEvent")))
    plate = text(entry(told.get("PieceDetails")).get("LicensePlate"))
    return Piece(plate, (last.status if last else None) or Status.UNKNOWN)
