"""GLS: group track and trace v1, OAuth, ten numbers a question. Facts: ecitrackandtrace.yaml 1.0.7.

Unverified: which event codes there are beyond the documented ones. GLS serves its list at /tracking/events/codes to
whoever has an account; a new code is read by the family before its dot, then by its words in English or German.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from carriers.kit import reading
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, ClientCredentials, Conversation, Field, Limits, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited
from carriers.kit.faults import fault
from carriers.kit.model import FINAL, Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "gls"
name = "GLS"
hosts: tuple[str, ...] = ("api.gls-group.net", "api-sandbox.gls-group.net")
sandbox: Mapping[str, str] = {"https://api.gls-group.net": "https://api-sandbox.gls-group.net"}
batch_size = 10
limits = Limits(per_day=500)
fields: tuple[Field, ...] = (
    Field("client_id", "Client ID", secret=False),
    Field("client_secret", "Client secret"),
    ENVIRONMENT,
)
numbers = Numbers(
    patterns=(r"\d{11,12}", r"(?=.*[A-Z])[A-Z0-9]{8}", r"(?=.*[A-Z])[A-Z0-9]{14}"),
    links=(
        r"gls-group\.\w+/track/(\w+)",
        r"gls-(?:group|pakete|italy|spain|netherlands|denmark)\.\w+/.*?\b(?:match|trackingNumber|txtRefNo|parcelNo)=(\w+)",
    ),
)
auth: Auth = ClientCredentials("https://api.gls-group.net/oauth2/v2/token", "client_id", "client_secret")

_PARCEL = re.compile(r"\d{11,12}|[A-Z0-9]{8}")
# What the gateway in front of GLS says, by the beginning of its code.
GATEWAY: Mapping[str, type[CarrierError]] = {
    "policies.ratelimit": RateLimited,
    "steps.jwt": AuthFailed,
    "steps.oauth": AuthFailed,
    "keymanagement": AuthFailed,
    "oauth.": AuthFailed,
}


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about up to ten numbers; what is no parcel number is asked as a reference (a card's number)."""
    kind = "trackids" if all(_PARCEL.fullmatch(number) for number in numbers) else "references"
    asked = ",".join(quote(number, safe="") for number in numbers)
    url = f"https://api.gls-group.net/track-and-trace-v1/tracking/simple/{kind}/{asked}"
    headers = {"Accept": "application/json", "Accept-Language": "EN"}
    return read((yield Request("GET", url, headers=headers)), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each parcel; a reference may stand for several."""
    asked = numbers[0] if len(numbers) == 1 else None
    if response.status >= 400 and b'"fault"' in response.body and not reading.is_html(response.body):
        _gateway(reading.decode(response), asked)  # a spent quota may come with HTTP 500
    reading.check(response)
    body = reading.decode(response)
    _gateway(body, asked)
    reading.refuse(response, asked)
    if "parcels" not in body:
        reading.problem(body, response, asked)
    found = reading.each(reading.listed(body["parcels"]), lambda one: _answer(one, numbers, response), response.body)
    if not found:
        raise NotFound(number=asked)
    return found


def _gateway(body: Entry, number: str | None) -> None:
    code = text(entry(entry(body.get("fault")).get("detail")).get("errorcode"))
    for begins, kind in GATEWAY.items():
        if code.startswith(begins):
            raise kind(number=number, code=code)


def _answer(parcel: Entry, numbers: Sequence[str], response: Response) -> Answer:
    unit, requested = words(parcel.get("unitno")), words(parcel.get("requested"))
    # Who asked by another number than GLS's own wants the answer under his.
    number = requested if requested in numbers and unit not in numbers else unit or requested
    code = text(parcel.get("errorCode"))
    return fault(slug, code, number, response) if code else _result(parcel, number)


def _result(parcel: Entry, number: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in entries(parcel.get("events"))])
    now = _standing(parcel, events)
    status = now.status or Status.UNKNOWN
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        delivered_at=_delivered(parcel, events) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=now.reason,
        pickup=_pickup(events) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, description, place, meaning = _scanned(get("code"), get("description"), get("city"), get("country"))
    at = reading.moment(get("eventDateTime"))
    return ScanEvent(at, code, description, place, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _scanned(*said: object) -> tuple[str | None, str, str, Meaning]:
    """Code, words, place and meaning of a scan: the same scans are read again at each poll."""
    code, spoken, city, country = map(text, said)
    return code or None, spoken, joined(city, country), _meaning(code.upper(), spoken)


def _meaning(code: str, spoken: str) -> Meaning:
    """The documented code, else what its words say; else the family it is of."""
    known = table("gls_events")
    if code in known:
        return known[code]
    low = spoken.lower()
    by_words = next((meaning for phrase, meaning in table("gls_texts").items() if phrase in low), None)
    family = known.get(code.partition(".")[0])
    return by_words or (family if family is not None and "SHOP" not in code else UNMAPPED)


def _standing(parcel: Entry, events: tuple[ScanEvent, ...]) -> Meaning:
    """The newest movement decides, unless GLS's own status says that it is over; or nothing else says anything."""
    now = table("gls_statuses").get(text(parcel.get("status")).upper(), UNMAPPED)
    last = reading.newest_movement(events)
    if now.status not in FINAL and last is not None and last.status is not Status.UNKNOWN:
        now = Meaning(last.status, last.reason)
    is_home = now.status is Status.DELIVERED and reading.turned_back(events)
    return Meaning(Status.RETURNED) if is_home else now


def _delivered(parcel: Entry, events: tuple[ScanEvent, ...]) -> Moment:
    return reading.reached(events, Status.DELIVERED) or reading.moment(parcel.get("statusDateTime"))


def _pickup(events: tuple[ScanEvent, ...]) -> Pickup:
    return Pickup(place=next((one.place for one in events if one.status is Status.AVAILABLE_FOR_PICKUP), ""))
