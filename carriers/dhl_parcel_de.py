"""DHL Parcel Germany: Parcel DE tracking v0 (XML in the query), up to 20 numbers a question.

Facts: DHL's description 2.0 and its list of ICE and RIC combinations of July 2024. What a scan means is the pair of
event (ICE) and reason (RIC) together with the older standard event. Unverified: the limits, the form of
`delivery-date`, and the answer to the question for the public (read as well).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, grouped, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, BasicLogin, Conversation, Field, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Pickup, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words
from carriers.kit.xml import decode_xml, escaped

slug = "dhl_parcel_de"
name = "DHL Paket (DE)"
hosts: tuple[str, ...] = ("api-eu.dhl.com", "api-sandbox.dhl.com")
sandbox: Mapping[str, str] = {"https://api-eu.dhl.com/parcel": "https://api-sandbox.dhl.com/parcel"}
batch_size = 20
limits = Limits()
fields: tuple[Field, ...] = (
    Field("api_key", "API key"),
    Field("api_secret", "API secret"),
    Field("username", "User of the business customer portal", secret=False),
    Field("password", "Password of the business customer portal"),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("sscc",),
    patterns=(r"C[A-Z]\d{9}DE", r"\d{12}", r"\d{16}", r"J?JD\d{16,20}"),
    links=(r"dhl\.de/[^?#]*(?:sendungsverfolgung|verfolgen)[^?#]*\?.*?\b(?:piececode|idc)=([A-Z0-9]+)",),
)
auth: Auth = BasicLogin("api_key", "api_secret")

WAY_BACK = {
    Status.DELIVERED: Status.RETURNED,
    Status.IN_TRANSIT: Status.RETURNING,
    Status.OUT_FOR_DELIVERY: Status.RETURNING,
}
"""What a movement is of a parcel that is marked as on its way back (`ruecksendung`)."""
NO_ERROR = ("", "0")


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about up to 20 numbers; the portal's user and password stand in the question."""
    user, password = (escaped(given(account, field)) for field in ("username", "password"))
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
        f'<data appname="{user}" language-code="en" password="{password}" '
        f'piece-code="{escaped(";".join(numbers))}" request="d-get-piece-detail"/>'
    )
    url = "https://api-eu.dhl.com/parcel/de/tracking/v0/shipments"
    return read((yield Request("GET", url, {"Accept": "application/xml"}, {"xml": xml})), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each number."""
    reading.check(response)
    asked = numbers[0] if len(numbers) == 1 else None
    if not reading.is_html(response.body):  # the gateway before DHL's service speaks JSON
        body = reading.decode(response)
        reading.problem(body, response, asked)
        reading.refuse(response, asked)
        raise ValueError("JSON, but no problem")
    told = entry(decode_xml(response)["data"])
    reading.refuse(response, asked)
    pieces = [one for one in entries(told.get("data")) if "piece-code" in one or "piece-identifier" in one]
    if not pieces:
        raise _fault(text(told.get("code")), asked, response)
    return reading.each(pieces, lambda one: _answer(one, response), response.body)


def _fault(code: str, number: str | None, response: Response) -> CarrierError:
    return NotFound(number=number) if code in NO_ERROR else fault(slug, code, number, response)


def _answer(piece: Entry, response: Response) -> Answer:
    number = next(
        (said for key in ("piece-code", "searched-piece-code", "piece-identifier") if (said := text(piece.get(key)))),
        None,
    )
    code = text(piece.get("error-status")) or text(piece.get("piece-status"))
    if code not in NO_ERROR:
        return _fault(code, number, response)
    return _result(piece, number)


def _result(piece: Entry, number: str | None) -> TrackingResult:
    rows = [row for told in entries(piece.get("data")) for row in entries(told.get("data"))]
    events = reading.newest_first([_event(row) for row in rows] or _summary(piece))
    status, reason = _standing(piece, events)
    eta, opens = _window(piece)
    is_over = status is Status.DELIVERED
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=eta,
        eta_from=opens,
        delivered_at=reading.reached(events, Status.DELIVERED) if is_over else None,
        signed_by=words(piece.get("recipient-name")) if is_over else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=reason,
        service=words(piece.get("product-name")),
        origin=words(piece.get("origin-country")),
        destination=words(joined(_city(piece), piece.get("dest-country"))),
        destination_country=words(piece.get("dest-country")),
        pickup=_pickup(piece, events) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(eta) if status is Status.DELIVERY_ATTEMPTED else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, description, place, meaning = _scanned(
        get("ice"),
        get("ric"),
        get("standard-event-code"),
        get("event-status") or get("event-text") or get("event-short-status"),
        get("event-location"),
        get("event-country"),
    )
    at = _moment(get("event-timestamp"))
    return ScanEvent(at, code, description, place, meaning.status, meaning.reason, meaning.delay)


def _summary(piece: Entry) -> list[ScanEvent]:
    """The last event as it stands at the piece itself, where no list of events is given."""
    if not text(piece.get("status")):
        return []
    keys = {"event-status": "status", "event-short-status": "short-status", "event-timestamp": "status-timestamp"}
    return [_event({**piece, **{key: piece.get(own) for key, own in keys.items()}})]


@reading.remembered
def _scanned(*said: object) -> tuple[str | None, str, str, Meaning]:
    """Code, words, place and meaning of a scan: the same scans are read again at each poll."""
    ice, ric, standard, spoken, city, country = map(text, said)
    code = "/".join(part for part in (ice, ric) if part) or standard
    return code or None, spoken, joined(city, country), _meaning(code, standard, spoken)


def _meaning(code: str, standard: str, spoken: str) -> Meaning:
    """Event, reason and standard event together; then event and reason; then each of the coarser ways to tell."""
    exact = table("dhl_parcel_de_events").get(f"{code}/{standard}") or (_pairs().get(code) if not standard else None)
    coarse = grouped("dhl_checkpoints", "service")["parcel-de"].get(standard)
    if exact is not None or coarse is not None:
        return exact or coarse or UNMAPPED
    low = spoken.lower() + " "
    phrases = table("dhl_texts").items()
    return _pairs().get(code) or next((meaning for phrase, meaning in phrases if phrase in low), UNMAPPED)


@cache
def _pairs() -> Mapping[str, Meaning]:
    """ICE/RIC → Meaning, where all standard events that come with them mean the same."""
    found: dict[str, set[Meaning]] = {}
    for code, meaning in table("dhl_parcel_de_events").items():
        found.setdefault(code.rpartition("/")[0], set()).add(meaning)
    return MappingProxyType({code: next(iter(said)) for code, said in found.items() if len(said) == 1})


def _standing(piece: Entry, events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None]:
    """The newest movement decides; DHL's flag of a delivery where it cannot be read; the way back turns it round."""
    last = reading.newest_movement(events)
    status, reason = (last.status, last.reason) if last is not None else (None, None)
    if status in (None, Status.UNKNOWN):
        summary = _summary(piece)
        status = summary[0].status if summary else None
        if text(piece.get("delivery-event-flag")) == "1":
            status = Status.DELIVERED
    status = status or Status.UNKNOWN
    is_home = status is Status.DELIVERED and reading.turned_back(events)
    if text(piece.get("ruecksendung")).lower() == "true" or is_home:
        status = WAY_BACK.get(status, status)
    return status, reason


def _moment(value: object) -> Moment:
    """`18.03.2016 10:02`, German wall clock."""
    said = text(value)
    if len(said) >= 16 and said[2:6:3] == "..":
        return reading.moment(f"{said[6:10]}-{said[3:5]}-{said[:2]}T{said[11:]}")
    if len(said) == 10 and said[2:6:3] == "..":
        return reading.moment(f"{said[6:]}-{said[3:5]}-{said[:2]}")
    return reading.moment(said)


def _window(piece: Entry) -> tuple[Moment, Moment]:
    day = text(piece.get("delivery-date"))
    opens, closes = (text(piece.get(f"delivery-timeframe-{end}")) for end in ("from", "to"))
    eta = (_moment(f"{day[:10]} {closes}") if closes else None) or _moment(day)
    return eta, _moment(f"{day[:10]} {opens}") if opens and eta is not None else None


def _city(piece: Entry) -> str:
    """The recipient's town without its postal code."""
    return " ".join(part for part in text(piece.get("recipient-city")).split() if not part.isdigit())


def _pickup(piece: Entry, events: tuple[ScanEvent, ...]) -> Pickup:
    place = next((event.place for event in events if event.status is Status.AVAILABLE_FOR_PICKUP), "")
    return Pickup(place=place)
