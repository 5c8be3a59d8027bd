"""Chronopost: SOAP trackSkybillV2, one number a question, no account needed.

Chronopost publishes no list of events: the codes are those met in answers. Partners' scans use the same letters for
other things, so a wording that tells of trouble, of a pickup point or of the way back goes before its code.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound, Rejected, Unavailable
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, text, words
from carriers.kit.xml import escaped, inside, said_xml

slug = "chronopost"
name = "Chronopost"
hosts: tuple[str, ...] = ("ws.chronopost.fr",)
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = ()
numbers = Numbers(
    patterns=(r"[EX][A-Z]\d{9}FR", r"X[A-Z]\d{9}[A-Z]{2}", r"8\d{13}", r"\d{14}[0-9A-Z]"),
    links=(r"chronopost\.fr/\S*?(?:listeNumerosLT|listeNumeros|listenumerosLT|numero)=(\w{13,15})",),
)
auth: Auth = None

SURELY = frozenset(Status) - {Status.PRE_TRANSIT, Status.IN_TRANSIT, Status.DELIVERED, Status.UNKNOWN}
"""What a wording says plainly enough to go before a code for a parcel that moves."""
REFINES: Mapping[Status | None, frozenset[Status | None]] = {
    Status.PRE_TRANSIT: SURELY | {None},
    Status.IN_TRANSIT: SURELY | {None},
    Status.OUT_FOR_DELIVERY: SURELY | {Status.IN_TRANSIT, None},
    Status.DELIVERED: frozenset({Status.RETURNED, Status.AVAILABLE_FOR_PICKUP}),
}
SIGNERS = frozenset({"consignee's name", "nom du destinataire", "nom du réceptionnaire", "nom du signataire"})
PARTNERS = frozenset({"partner number", "numéro partenaire", "numéro du partenaire"})
_UNKNOWN = ("not found", "unknown", "inconnu", "introuvable", "no data", "aucun")
_SPOILT = ("invalid", "incorrect", "format")


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch, in English."""
    (number,) = numbers
    body = (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:cxf="http://cxf.tracking.soap.chronopost.fr/"><soapenv:Body><cxf:trackSkybillV2>'
        f"<language>en_GB</language><skybillNumber>{escaped(number)}</skybillNumber>"
        "</cxf:trackSkybillV2></soapenv:Body></soapenv:Envelope>"
    )
    url = "https://ws.chronopost.fr/tracking-cxf/TrackingServiceWS"
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ""}
    return read((yield Request("POST", url, headers=headers, body=body.encode())), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result; an answer that names the number but no scan is about a number nobody knows."""
    parts = inside(said_xml(response), "return", "Fault")
    asked = numbers[0] if len(numbers) == 1 else None
    if parts["return"]:
        return reading.each(parts["return"], lambda told: _answer(told, asked, response), response.body)
    reading.check(response)
    reading.refuse(response, asked)
    if parts["Fault"]:
        raise Unavailable("a SOAP fault", code=text(parts["Fault"][0].get("faultcode")) or None)
    raise KeyError("return")


def _answer(told: Entry, asked: str | None, response: Response) -> Answer:
    code = text(told["errorCode"])
    if code != "0":
        return _fault(code, text(told.get("errorMessage")), asked, response)
    listed = entry(told.get("listEventInfoComp")) or entry(told.get("listEvents"))
    number = text(listed.get("skybillNumber")) or asked
    rows = entries(listed.get("events"))
    return _result(rows, number) if rows else NotFound(number=number)


def _fault(code: str, said: str, number: str | None, response: Response) -> CarrierError:
    if any(word in said.lower() for word in _UNKNOWN):
        return NotFound(number=number, code=code)
    if any(word in said.lower() for word in _SPOILT):
        return Rejected(number=number, code=code)
    return fault(slug, code, number, response)


def _result(rows: list[Entry], number: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in rows])
    last = reading.newest_movement(events)
    status = (last.status if last is not None else None) or Status.UNKNOWN
    if status is Status.DELIVERED and reading.turned_back(events):
        status = Status.RETURNED
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        delivered_at=reading.reached(events, status) if status is Status.DELIVERED else None,
        signed_by=_noted(rows, SIGNERS) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=last.reason if last is not None and not status.is_final else None,
        pickup=Pickup(last.place) if last is not None and status is Status.AVAILABLE_FOR_PICKUP else None,
        next_leg=_next_leg(rows),
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said = text(get("code")), " ".join(text(get("eventLabel")).split())
    meaning = _meaning(code, said)
    at, where = reading.moment(get("eventDate")), text(get("officeLabel"))
    return ScanEvent(at, code or None, said, where, meaning.status, meaning.reason, meaning.delay)


@lru_cache(maxsize=4096)
def _meaning(code: str, said: str) -> Meaning:
    low = said.lower().replace("’", "'")
    spoken = next((meaning for phrase, meaning in table("chronopost_texts").items() if phrase in low), UNMAPPED)
    known = table("chronopost_events").get(code.upper())
    if known is None:
        return spoken
    return spoken if spoken.status in REFINES.get(known.status, ()) else known


def _noted(rows: list[Entry], names: frozenset[str]) -> str | None:
    """The value of a note beside a scan, from the newest scan that has one."""
    ordered = sorted(rows, key=lambda row: text(row.get("eventDate")), reverse=True)
    notes = (note for row in ordered for note in entries(row.get("infoCompList")))
    return next((words(note.get("value")) for note in notes if text(note.get("name")).lower() in names), None)


def _next_leg(rows: list[Entry]) -> Leg | None:
    """`GEO/XT8452370122486`: a partner and its number."""
    carrier, _, number = (_noted(rows, PARTNERS) or "").rpartition("/")
    return Leg(number, carrier) if number else None
