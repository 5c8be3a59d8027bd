"""SMSA Express (Saudi Arabia): one waybill by GET, several by POST, the key in a header.

Unverified: the live host (a setting of the account, within smsaexpress.com), what an unknown waybill is answered with,
how many fit one question and how often one may ask. SMSA lists its codes only to its customers: those seen in public
are read by code, all others by their words, which may be Arabic.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

import msgspec

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.countries import alpha2
from carriers.kit.errors import AuthFailed, NotFound
from carriers.kit.model import Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "smsa"
name = "SMSA Express"
hosts: tuple[str, ...] = ("ecomapis.smsaexpress.com", "ecomapis-sandbox.azurewebsites.net")
sandbox: Mapping[str, str] = {"https://ecomapis.smsaexpress.com": "https://ecomapis-sandbox.azurewebsites.net"}
batch_size = 20
limits = Limits()
_OWN = r"(?:[a-z0-9-]+\.)+smsaexpress\.com"
_HOST = Field("host", "API host, if SMSA names another", secret=False, pattern=_OWN, required=False)
fields: tuple[Field, ...] = (Field("api_key", "API key"), _HOST, ENVIRONMENT)
numbers = Numbers(
    patterns=(r"\d{12}",),
    links=(r"smsaexpress\.com/.*?(?:tracknumbers?(?:\[\d*\])?|awb\w*|tracking\w*)=(\d{9,15})",),
)
auth: Auth = HeaderKey("ApiKey", "api_key")

_NOWHERE = ("not found", "no data", "no record", "does not exist", "invalid awb", "no shipment")
_KEY = ("api key", "apikey", "unauthori")


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about one waybill, or about all of the batch at once."""
    said = account.get("host", "")
    base = f"https://{said if said.endswith('.smsaexpress.com') else hosts[0]}/api/track"
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if len(numbers) == 1:
        return read((yield Request("GET", f"{base}/single/{quote(numbers[0], safe='')}", headers=headers)), numbers)
    return read((yield Request("POST", f"{base}/bulk/", headers=headers, body=msgspec.json.encode(numbers))), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for each waybill; of several asked, one that is passed over is not known."""
    reading.check(response)
    told = reading.decode_any(response)
    asked = numbers[0] if len(numbers) == 1 else None
    rows = [one for one in entries(told) if "AWB" in one]
    if rows:
        found = reading.each(rows, _result, response.body)
        known = {one.number for one in found}
        return [*found, *(NotFound(number=one) for one in numbers if len(numbers) > 1 and one not in known)]
    _refuse(told, asked, response)
    if told != []:
        raise KeyError("AWB")
    return [NotFound(number=number) for number in numbers or (None,)]


def _refuse(told: object, asked: str | None, response: Response) -> None:
    body = entry(told)
    said = told if isinstance(told, str) else text(body.get("message")) or text(body.get("Message"))
    if any(phrase in said.lower() for phrase in _NOWHERE):
        raise NotFound(number=asked)
    if any(phrase in said.lower() for phrase in _KEY):
        raise AuthFailed
    reading.problem(body, response, asked)
    reading.refuse(response, asked)


def _result(shipment: Entry) -> TrackingResult:
    get, rows = shipment.get, entries(shipment.get("Scans"))
    events = reading.newest_first([_event(row) for row in rows])
    last = reading.newest_movement(events)
    status: Status = (last.status if last else None) or Status.UNKNOWN
    if get("isDelivered") is True and status not in (Status.RETURNED, Status.RETURNING):
        status = Status.DELIVERED
    return TrackingResult(
        number=words(get("AWB")),
        status=status,
        events=events,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        signed_by=_signer(rows) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=last.reason if last is not None and last.status is status else None,
        origin=words(joined(get("OriginCity"), get("OriginCountry"))),
        destination=words(joined(_to(shipment, "City"), _to(shipment, "Country"))),
        destination_country=alpha2(text(_to(shipment, "Country"))),
    )


def _to(shipment: Entry, part: str) -> object:
    # SMSA writes it without its first "t".
    return shipment.get(f"Desination{part}") or shipment.get(f"Destination{part}")


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said, zone = text(get("ScanType")), text(get("ScanDescription")), text(get("ScanTimeZone"))
    meaning, at = _meaning(code, said), _moment(text(get("ScanDateTime")), zone)
    return ScanEvent(at, code or None, said, text(get("City")), meaning.status, meaning.reason, meaning.delay)


@lru_cache(maxsize=2048)
def _meaning(code: str, said: str) -> Meaning:
    """The code, without its sub code (DEX03-4); else its words."""
    codes, low = table("smsa_codes"), said.lower()
    known = codes.get(code.upper()) or codes.get(code.upper().partition("-")[0])
    if known is not None:
        return known
    return next((meaning for phrase, meaning in table("smsa_texts").items() if phrase in low), UNMAPPED)


def _moment(at: str, zone: str) -> Moment:
    return reading.moment(at + zone) or reading.moment(at)


def _signer(rows: Sequence[Entry]) -> str | None:
    return next((name for row in rows if (name := text(row.get("ReceivedBy")))), None)
