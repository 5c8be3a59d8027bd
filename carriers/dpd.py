"""DPD in the Netherlands and Belgium: SOAP (ParcelLifeCycleService 2.0, LoginService 2.1), one parcel a question.

Elsewhere DPD's countries have interfaces of their own. Unverified: how long a token holds (24 hours; half of it is
trusted, DPD tells the end without a zone), the codes of its faults beyond DELICOM_ERR_AUTHENTICATION, the statuses of
shops and returns (hence phrases of its texts), and the answer to an unknown number.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

from msgspec.structs import replace

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, Granted, Limits, Login, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Rejected, Unavailable
from carriers.kit.faults import fault
from carriers.kit.model import Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, text, words
from carriers.kit.xml import OWN_TEXT, decode_xml, escaped

slug = "dpd"
name = "DPD (NL, BE)"
hosts: tuple[str, ...] = ("wsshipper.dpd.nl", "wsshipper.dpd.be", "shipperadmintest.dpd.nl", "shipperadmintest.dpd.be")
sandbox: Mapping[str, str] = {
    "https://wsshipper.dpd.nl": "https://shipperadmintest.dpd.nl/PublicApi",
    "https://wsshipper.dpd.be": "https://shipperadmintest.dpd.be/PublicApi",
}
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("delis_id", "Delis ID", secret=False),
    Field("password", "Password"),
    Field("country", "nl or be, whose customer you are (nl if left out)", False, "nl|be", False),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("dpd",),
    patterns=(r"\d{14}",),
    links=(
        r"dpdgroup\.com/[^?#]*[?#].*?\bparcelNumber=(\w+)",
        r"tracking\.dpd\.de/(?:[^?#]*/)?(?:parcels?|status/\w+/parcel)/(\w+)",
        r"dpd\.(?:nl|be|de|com)/[^?#]*\?.*?\b(?:parcelNumber|parcelno|query|reference)=(\w+)",
    ),
)

HOSTS = {"nl": "https://wsshipper.dpd.nl", "be": "https://wsshipper.dpd.be"}
HELD_SECONDS = 12 * 3600
TOKEN = "[token]"  # noqa: S105 (where the token goes)
ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" {namespaces}>
<soapenv:Header>{head}</soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"""
LOGIN = "http://dpd.com/common/service/types/LoginService/2.1"
AUTHENTICATION = "http://dpd.com/common/service/types/Authentication/2.0"
LIFE_CYCLE = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"
TIMES = (
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d.%m.%Y, %H:%M",
    "%d.%m.%Y",
)
FAULTS: Mapping[str, type[CarrierError]] = {
    "authenti": AuthFailed,
    "login": AuthFailed,
    "password": AuthFailed,
    "not found": NotFound,
    "no parcel": NotFound,
    "no data": NotFound,
    "unknown parcel": NotFound,
    "not a valid parcel": Rejected,
    "invalid parcel": Rejected,
}
"""What the words of a fault say where its code is not listed."""


def _ask(account: Mapping[str, str]) -> Request:
    delis_id, password = (escaped(given(account, field)) for field in ("delis_id", "password"))
    body = (
        f"<ns:getAuth><delisId>{delis_id}</delisId><password>{password}</password>"
        "<messageLanguage>en_EN</messageLanguage></ns:getAuth>"
    )
    return _soap(account, "LoginService/V2_1", f"{LOGIN}/getAuth", f'xmlns:ns="{LOGIN}"', "", body)


def _granted(response: Response) -> Granted:
    token = text(entry(entry(_body(response, None)["getAuthResponse"])["return"]).get("authToken"))
    if not token:
        raise AuthFailed
    return Granted(token, HELD_SECONDS)


def _place(request: Request, token: str) -> Request:
    return replace(request, body=(request.body or b"").replace(TOKEN.encode(), escaped(token).encode()))


def _refuses(response: Response) -> bool:
    try:
        _body(response, None)
    except AuthFailed:
        return True
    except Exception:  # whatever else is wrong with it, a fresh token would not mend it
        return False
    return False


auth: Auth = Login(_ask, _granted, _place, _refuses)


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch; the token goes into the SOAP header."""
    (number,) = numbers
    head = (
        f"<auth:authentication><delisId>{escaped(given(account, 'delis_id'))}</delisId><authToken>{TOKEN}</authToken>"
        "<messageLanguage>en_EN</messageLanguage></auth:authentication>"
    )
    body = f"<ns:getTrackingData><parcelLabelNumber>{escaped(number)}</parcelLabelNumber></ns:getTrackingData>"
    namespaces = f'xmlns:ns="{LIFE_CYCLE}" xmlns:auth="{AUTHENTICATION}"'
    action = f"{LIFE_CYCLE}/getTrackingData"
    request = _soap(account, "ParcelLifeCycleService/V2_0", action, namespaces, head, body)
    return read((yield request), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer; the number does not stand in it."""
    asked = numbers[0] if len(numbers) == 1 else None
    told = _body(response, asked)
    result = entry(entry(told["getTrackingDataResponse"]).get("trackingresult"))
    rows = entries(result.get("statusInfo"))
    if not rows:
        raise NotFound(number=asked)
    return [_result(result, rows, asked)]


def _soap(account: Mapping[str, str], service: str, action: str, namespaces: str, head: str, body: str) -> Request:
    url = f"{HOSTS.get(account.get('country', ''), HOSTS['nl'])}/soap/services/{service}"
    headers = {"Content-Type": "text/xml;charset=UTF-8", "SOAPAction": action}
    return Request("POST", url, headers, body=ENVELOPE.format(namespaces=namespaces, head=head, body=body).encode())


def _body(response: Response, number: str | None) -> Entry:
    """What the envelope holds. A fault comes with HTTP 500, so it is looked for before that says anything."""
    if response.status != 500 or b"Fault" not in response.body:
        reading.check(response)
    body = entry(entry(decode_xml(response).get("Envelope")).get("Body"))
    if "Fault" in body:
        raise _fault(entry(body["Fault"]), number, response)
    reading.refuse(response, number)
    return body


def _fault(told: Entry, number: str | None, response: Response) -> CarrierError:
    detail = entry(told.get("detail"))
    parts = [detail, *(one for value in detail.values() for one in entries(value))]
    code = next((said for part in parts for key in ("errorCode", "faultCode") if (said := text(part.get(key)))), "")
    said = " ".join([text(told.get("faultstring")), *(text(one) for part in parts for one in part.values())]).lower()
    kind = next((kind for word, kind in FAULTS.items() if word in said), None)
    if kind is not None:
        return kind(number=number, code=code or None)
    if response.status >= 500:
        return Unavailable(number=number, code=code or None)
    return fault(slug, code, number, response)


def _result(result: Entry, rows: Iterable[Entry], number: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in rows if _is_reached(row)])
    now = _standing(rows, events)
    status = now.status or Status.UNKNOWN
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=now.reason,
        service=words(_line(entry(entry(result.get("shipmentInfo")).get("serviceDescription")).get("content"))),
        pickup=_pickup(events) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _standing(rows: Iterable[Entry], events: tuple[ScanEvent, ...]) -> Meaning:
    """The newest movement decides; the row that DPD marks as current where that cannot be read."""
    if not events:
        return Meaning(Status.PRE_TRANSIT)  # DPD knows of it, and every step lies ahead
    last = reading.newest_movement(events)
    current = next((_event(row) for row in rows if text(row.get("isCurrentStatus")).lower() == "true"), None)
    known = (one for one in (last, current) if one is not None and one.status not in (None, Status.UNKNOWN))
    now = next(known, None)
    if now is None:
        return UNMAPPED
    is_home = now.status is Status.DELIVERED and reading.turned_back(events)
    return Meaning(Status.RETURNED if is_home else now.status, now.reason)


def _is_reached(row: Entry) -> bool:
    """False for the steps that lie ahead, which DPD lists too."""
    return text(row.get("statusHasBeenReached")).lower() != "false"


def _event(row: Entry) -> ScanEvent:
    spoken = _line(row.get("description")) or _line(row.get("label"))
    code = text(row.get("status"))
    meaning = _meaning(code, spoken)
    place = _line(row.get("location"))
    at = _moment(_line(row.get("date")))
    return ScanEvent(at, code or None, spoken, place, meaning.status, meaning.reason, meaning.delay)


def _line(told: object) -> str:
    """The words of DPD's nested `content` lines."""
    if type(told) is list:
        return " ".join(part for one in told if (part := _line(one)))
    if type(told) is dict:
        return _line(told.get("content", told.get(OWN_TEXT)))
    return text(told)


@lru_cache(maxsize=4096)
def _meaning(code: str, spoken: str) -> Meaning:
    known = _statuses().get(_plain(code), UNMAPPED)
    if known.status is not Status.UNKNOWN:
        return known
    low = spoken.lower()
    return next((meaning for phrase, meaning in table("dpd_texts").items() if phrase in low), UNMAPPED)


@cache
def _statuses() -> Mapping[str, Meaning]:
    return MappingProxyType({_plain(code): meaning for code, meaning in table("dpd_statuses").items()})


def _plain(code: str) -> str:
    """The same status is written as OUT_FOR_DELIVERY and as OutForDelivery."""
    return code.replace("_", "").upper()


@lru_cache(maxsize=4096)
def _moment(said: str) -> Moment:
    at = reading.moment(said)
    forms = (reading.local_time(said, form) for form in TIMES)
    return at or next((one for one in forms if one is not None), None)


def _pickup(events: tuple[ScanEvent, ...]) -> Pickup:
    return Pickup(place=next((one.place for one in events if one.status is Status.AVAILABLE_FOR_PICKUP), ""))
