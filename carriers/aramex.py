"""Aramex: TrackShipments (JSON); reads the SOAP answers of the same service too. Credentials travel in the body.

Unverified: how many waybills fit one question and how often one may ask; Aramex publishes no list of its codes, so
those known from answers are read by code and all others by their description. A number is 10 to 12 digits.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, Limits, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Unavailable
from carriers.kit.faults import fault
from carriers.kit.model import Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, text
from carriers.kit.xml import decode_xml

slug = "aramex"
name = "Aramex"
hosts: tuple[str, ...] = ("ws.aramex.net", "ws.dev.aramex.net")
sandbox: Mapping[str, str] = {"https://ws.aramex.net": "https://ws.dev.aramex.net"}
batch_size = 20
limits = Limits()
fields: tuple[Field, ...] = (
    Field("username", "User name", secret=False),
    Field("password", "Password"),
    Field("account_number", "Account number", secret=False),
    Field("account_pin", "Account PIN"),
    Field("account_entity", "Account entity (station, as RUH)", secret=False),
    Field("account_country", "Account country code (as SA)", secret=False, pattern=r"[A-Za-z]{2}"),
    ENVIRONMENT,
)
numbers = Numbers(
    patterns=(r"\d{10,12}",),
    links=(r"aramex\.\w+(?:\.\w+)?/.*?(?:ShipmentNumber|trackingNumber|[?&]q)=(\d{8,14})",),
)
auth: Auth = None

_CLIENT = {
    "UserName": "username",
    "Password": "password",
    "AccountNumber": "account_number",
    "AccountPin": "account_pin",
    "AccountEntity": "account_entity",
    "AccountCountryCode": "account_country",
}
_LOGIN = ("login", "password", "username", "user name", "account number", "account pin", "clientinfo")


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about all numbers of the batch at once."""
    client = {key: given(account, field) for key, field in _CLIENT.items()}
    question = {"ClientInfo": {**client, "Version": "v1.0"}, "Shipments": numbers, "GetLastTrackingUpdateOnly": False}
    url = "https://ws.aramex.net/ShippingAPI.V2/Tracking/Service_1_0.svc/json/TrackShipments"
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return read((yield Request("POST", url, headers=headers, body=msgspec.json.encode(question))), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for each waybill with updates, one error for each that does not exist."""
    reading.check(response)
    told = _soap(response) if reading.is_html(response.body) else reading.decode(response)
    found = [_answer(number, rows) for number, rows in _waybills(told.get("TrackingResults")).items()]
    strange = [NotFound(number=number) for number in _strange(told.get("NonExistingWaybills"))]
    if found or strange:
        return [*found, *strange]
    asked = numbers[0] if len(numbers) == 1 else None
    for note in _notes(told.get("Notifications")):
        raise _refusal(note, response)
    reading.refuse(response, asked)
    if "TrackingResults" not in told or text(told.get("HasErrors")).lower() == "true" or told.get("HasErrors") is True:
        raise KeyError("TrackingResults")
    raise NotFound(number=asked)


def _soap(response: Response) -> Entry:
    body = entry(entry(decode_xml(response)["Envelope"])["Body"])
    if "Fault" in body:
        said = entry(body["Fault"])
        raise Unavailable("a SOAP fault", code=text(said.get("faultcode")) or None)
    return entry(body["ShipmentTrackingResponse"])


def _waybills(told: object) -> dict[str, list[Entry]]:
    """Rows by waybill: the key beside them may be a placeholder."""
    found: dict[str, list[Entry]] = {}
    for key, rows in _pairs(told):
        for row in rows:
            found.setdefault(text(row.get("WaybillNumber")) or key, []).append(row)
        if not rows and key:
            found.setdefault(key, [])
    return found


def _pairs(told: object) -> Iterator[tuple[str, list[Entry]]]:
    """Key and rows from all shapes: a list of pairs, SOAP's wrapped pairs, a plain map."""
    if isinstance(told, dict) and "Value" not in told:
        wrapped = [one for key, value in told.items() if key.startswith("KeyValueOf") for one in entries(value)]
        yield from ((key, _rows(value)) for key, value in told.items() if not wrapped)
    else:
        wrapped = reading.listed(told)
    yield from ((text(pair.get("Key")), _rows(pair.get("Value"))) for pair in wrapped)


def _rows(value: object) -> list[Entry]:
    return entries(entry(value).get("TrackingResult", value))


def _strange(told: object) -> list[str]:
    listed = told.get("string") if isinstance(told, dict) else told
    return [one for one in map(text, listed if isinstance(listed, list) else [listed]) if one]


def _notes(told: object) -> list[Entry]:
    return entries(told.get("Notification", told) if isinstance(told, dict) else told)


def _refusal(note: Entry, response: Response) -> CarrierError:
    """By code; else by the words in which Aramex refuses a login, which has many codes."""
    code, message = text(note.get("Code")), text(note.get("Message")).lower()
    if any(word in message for word in _LOGIN):
        return AuthFailed(code=code or None)
    return fault(slug, code, None, response)


def _answer(number: str, rows: Sequence[Entry]) -> Answer:
    if not rows:
        return NotFound(number=number)
    events = reading.newest_first([_event(row) for row in rows])
    last = reading.newest_movement(events)
    status: Status = (last.status if last else None) or Status.UNKNOWN
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=last.reason if last else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said = text(get("UpdateCode")), text(get("UpdateDescription"))
    meaning, at = _meaning(code, said), _moment(text(get("UpdateDateTime")))
    place = text(get("UpdateLocation"))
    return ScanEvent(at, code or None, said, place, meaning.status, meaning.reason, meaning.delay)


@lru_cache(maxsize=2048)
def _meaning(code: str, said: str) -> Meaning:
    known = table("aramex_codes").get(code.upper())
    if known is not None:
        return known
    low = said.lower()
    return next((meaning for phrase, meaning in table("aramex_texts").items() if phrase in low), UNMAPPED)


def _moment(written: str) -> Moment:
    """`/Date(ms+0300)/`: an instant, and the offset at which to show it; else ISO, without a zone."""
    if not written.startswith("/Date("):
        return reading.moment(written)
    ms, offset = written[6:-7], written[-7:-2]
    if offset[:1] not in ("+", "-"):
        ms, offset = ms + offset, "+0000"
    return reading.epoch(int(ms) / 1000, offset) if ms.lstrip("-").isdigit() else None
