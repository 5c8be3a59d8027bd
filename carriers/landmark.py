"""Landmark Global (cross-border, bpost): Track.php v2, XML, one number a question, the login in the body.

Landmark's own number (LTN…) is the first leg; the end carrier's number, under which the answer speaks, is the second.
Scans of both legs carry local clocks. Unverified: how often one may ask, error codes other than Login.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound, Rejected
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, text, words
from carriers.kit.xml import escaped, inside, said_xml

slug = "landmark"
name = "Landmark Global"
hosts: tuple[str, ...] = ("api.landmarkglobal.com",)
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("username", "User name", secret=False),
    Field("password", "Password"),
    Field("client_id", "Client ID", secret=False, pattern=r"\d{1,10}", required=False),
)
numbers = Numbers(
    formats=("landmark",),
    patterns=(r"LTN\d{6,10}N\d{1,2}",),
    links=(r"landmarkglobal\.com/.*?(?:search|trck)=(\w{8,40})",),
)
auth: Auth = None

_UNROUTED = "to be routed"
_NOWHERE = ("not found", "could not be found", "no package", "no shipment", "does not exist", "unable to locate")
_ENDS = frozenset({Status.DELIVERED, Status.RETURNED})


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask for the history of the one number of the batch."""
    login = "".join(
        f"<{tag}>{escaped(given(account, field))}</{tag}>"
        for tag, field in (("Username", "username"), ("Password", "password"))
    )
    client = f"<ClientID>{escaped(account['client_id'])}</ClientID>" if account.get("client_id") else ""
    number = f"<TrackingNumber>{escaped(numbers[0])}</TrackingNumber>"
    question = f"<Login>{login}</Login>{client}{number}<RetrievalType>Historical</RetrievalType>"
    body = f'<?xml version="1.0"?><TrackRequest>{question}</TrackRequest>'.encode()
    headers = {"Content-Type": "application/xml", "Accept": "application/xml"}
    return read((yield Request("POST", "https://api.landmarkglobal.com/v2/Track.php", headers, body=body)), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for each package; for a shipment of several that was asked for, one with its pieces."""
    reading.check(response)
    told = said_xml(response)
    asked = numbers[0] if len(numbers) == 1 else None
    found = inside(told, "Package", "Error", "ShipmentDetails")
    details = entry(next(iter(found["ShipmentDetails"]), {}))
    packages = [
        one for one in found["Package"] if asked in (one.get("TrackingNumber"), one.get("LandmarkTrackingNumber"))
    ]
    results = [_result(one, details, asked) for one in packages or found["Package"]]
    if results:
        return list(results) if len(results) == 1 or asked is None else [reading.together(asked, results)]
    for said in found["Error"] or _failures(told):
        raise _refusal(said, asked, response)
    reading.refuse(response, asked)
    if "TrackResponse" not in told:
        raise KeyError("TrackResponse")
    raise NotFound(number=asked)


def _failures(told: Entry) -> list[Entry]:
    """What a result without errors says of its failure."""
    results = inside(told, "Result")["Result"]
    return [
        {"ErrorMessage": one.get("ResultMessage")} for one in results if text(one.get("Success")).lower() == "false"
    ]


def _refusal(said: Entry, asked: str | None, response: Response) -> CarrierError:
    """By code; else by its words, since Landmark lists no codes."""
    code, message = text(said.get("ErrorCode")), text(said.get("ErrorMessage")).lower()
    if any(phrase in message for phrase in _NOWHERE):
        return NotFound(number=asked, code=code or None)
    if "tracking number" in message and "invalid" in message:
        return Rejected(number=asked, code=code or None)
    return fault(slug, code, asked, response)


def _result(package: Entry, details: Entry, asked: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in entries(entry(package.get("Events")).get("Event"))])
    status, reason = _standing(events)
    own, end = text(package.get("LandmarkTrackingNumber")), text(package.get("TrackingNumber"))
    number = asked if asked is not None and asked in (own, end) else end or own or asked
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        delivered_at=_delivered(events) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=reason,
        next_leg=_leg(end, words(details.get("EndDeliveryCarrier"))),
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said = text(get("EventCode")), text(get("Status"))
    meaning, at = _meaning(code, said), _moment(text(get("DateTime")))
    return ScanEvent(at, code or None, said, text(get("Location")), meaning.status, meaning.reason, meaning.delay)


@lru_cache(maxsize=1024)
def _meaning(code: str, said: str) -> Meaning:
    """By code; codes on the way are also used for customs, which only the text then says."""
    known = table("landmark_codes").get(code, UNMAPPED)
    on_the_way = known.status is Status.IN_TRANSIT
    return Meaning(Status.CUSTOMS, Reason.CUSTOMS) if on_the_way and "customs" in said.lower() else known


def _standing(events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None]:
    """An end reached stays reached: the legs' clocks differ, so an earlier scan may show a later hour."""
    last = reading.newest_movement(events)
    if last is None or last.status is None:
        return Status.UNKNOWN, None
    if last.status is not Status.RETURNING:
        last = next((event for event in events if event.status in _ENDS), last)
    return last.status or Status.UNKNOWN, last.reason


def _delivered(events: tuple[ScanEvent, ...]) -> Moment:
    """When it was handed over: the proof of delivery comes later."""
    handed = next((event.at for event in events if event.code == "500"), None)
    return handed or reading.reached(events, Status.DELIVERED)


@lru_cache(maxsize=1024)
def _moment(written: str) -> Moment:
    """`2025-02-18 04:30:00`, or `10/01/2025 05:45 PM` with the month first."""
    at = reading.moment(written)
    return at or reading.local_time(written, "%m/%d/%Y %I:%M %p") or reading.local_time(written, "%m/%d/%Y %I:%M:%S %p")


def _leg(number: str, carrier: str | None) -> Leg | None:
    return Leg(number, carrier) if number and carrier and carrier.lower() != _UNROUTED else None
