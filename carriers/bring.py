"""Bring and Posten (Norway): Tracking API v2, one query a question; Event Cast pushes. Facts: developer.bring.com.

How often one may ask is not published. The sender's test numbers begin with TESTPACKAGE; there is no test host.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.countries import alpha2
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.model import Pickup, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.proof import demand, secret_of
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "bring"
name = "Bring"
hosts: tuple[str, ...] = ("api.bring.com",)
batch_size = 1
limits = Limits()
fields: tuple[Field, ...] = (
    Field("api_uid", "Mybring user (e-mail)", secret=False),
    Field("api_key", "Mybring API key"),
    Field("client_url", "Address of your shop", secret=False, pattern=r"https?://\S{3,250}"),
    Field("webhook_secret", "Secret of the webhook's own header X-Herald-Secret", required=False),
)
numbers = Numbers(
    formats=("s10",),
    countries=("NO",),
    patterns=(r"(?:00)?\d70\d{15}", r"70\d{15}", r"TESTPACKAGE\w{2,30}"),
    links=(r"(?:bring|posten)\.\w+/(?:.*?[?&/])?(?:q=|sporing/|tracking/)(\w{8,35})",),
)
auth: Auth = HeaderKey("X-Mybring-API-Key", "api_key")

PROOF = "x-herald-secret"
"""The header that carries the webhook's secret."""


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about the one number of the batch: a package, a shipment or a reference."""
    (number,) = numbers
    headers = {
        "X-Mybring-API-Uid": given(account, "api_uid"),
        "X-Bring-Client-URL": given(account, "client_url"),
        "Accept": "application/json",
    }
    url = "https://api.bring.com/tracking/api/v2/tracking.json"
    return read((yield Request("GET", url, headers=headers, query={"q": number, "lang": "en"})), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One result for each package; for a shipment of several packages that was asked for, one with its pieces."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    if "package" in body and "consignmentSet" not in body:
        return _pushed(body)
    found = [one for consignment in _consignments(body) for one in _read(consignment, asked, response)]
    if found:
        return found
    reading.refuse(response, asked)
    if not _consignments(body) and "consignmentSet" not in body and "shipments" not in body:
        raise KeyError("consignmentSet")
    raise NotFound(number=asked)


def receive(headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """Event Cast. Bring signs nothing: the webhook is registered with a header X-Herald-Secret of our own."""
    demand(headers.get(PROOF), secret_of(account))
    return _pushed(reading.decode(Response(200, body)))


def _pushed(body: Entry) -> list[Answer]:
    number, word = text(body["package"]) or text(body.get("shipment")), text(body["status"])
    if word == "NOT_REGISTERED":
        return [NotFound(number=number, code=word)]
    if word == "EXPIRED":
        return []  # the subscription has ended, the parcel stands where it stood
    meaning = _meaning(word)
    event = ScanEvent(reading.moment(body.get("created")), word, "", "", meaning.status, meaning.reason, meaning.delay)
    delivered_at = event.at if meaning.status is Status.DELIVERED else None
    status = meaning.status or Status.UNKNOWN
    return [TrackingResult(number, status, (event,), delivered_at=delivered_at, reason=meaning.reason)]


def _consignments(body: Entry) -> list[Entry]:
    wrapped = entries(body.get("shipments")) or [body]
    return [one for envelope in wrapped for one in reading.listed(envelope.get("consignmentSet"))]


def _read(consignment: Entry, asked: str | None, response: Response) -> Iterator[Answer]:
    if "error" in consignment:
        yield _refusal(entry(consignment["error"]), asked, response)
        return
    packages = entries(consignment.get("packageSet"))
    own = [one for one in packages if asked is not None and text(one.get("packageNumber")) == asked] or packages
    results = [_result(one, consignment) for one in own]
    yield from results if len(results) < 2 or asked is None else [reading.together(asked, results)]


def _refusal(said: Entry, asked: str | None, response: Response) -> CarrierError:
    """The error of a consignment: its code is an HTTP status."""
    code = text(said.get("code"))
    status = int(code) if code.isdigit() and len(code) == 3 else 500
    inner = Response(status, response.body, response.headers)
    try:
        reading.check(inner)
        reading.refuse(inner, asked)
    except CarrierError as error:
        return error
    raise ValueError("an error that is none")


def _result(package: Entry, consignment: Entry) -> TrackingResult:
    rows = entries(package.get("eventSet"))
    events = reading.newest_first([_event(row) for row in rows])
    last = reading.newest_movement(events)
    status: Status = (last.status if last else None) or Status.UNKNOWN
    reason: Reason | None = last.reason if last else None
    eta, opens = _window(package)
    home = _address(package, "recipientAddress") or _address(package, "recipientHandlingAddress")
    place = home or _address(consignment, "recipientAddress") or _address(consignment, "recipientHandlingAddress")
    sender = _address(package, "senderAddress") or _address(consignment, "senderAddress")
    return TrackingResult(
        number=text(package.get("packageNumber")) or words(consignment.get("consignmentId")),
        status=status,
        events=events,
        eta=eta,
        eta_from=opens,
        delivered_at=_delivered(package, events) if status is Status.DELIVERED else None,
        signed_by=_signer(rows) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=reason,
        service=words(package.get("productName")),
        origin=words(_where(sender)),
        destination=words(_where(place)),
        destination_country=alpha2(text(place.get("countryCode"))),
        pickup=_pickup(package, events) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    word = text(get("status"))
    meaning = _meaning(word)
    at, place = reading.moment(get("dateIso")) or _shown(row), joined(get("city"), get("country") or get("countryCode"))
    return ScanEvent(at, word or None, text(get("description")), place, meaning.status, meaning.reason, meaning.delay)


def _meaning(word: str) -> Meaning:
    return table("bring_statuses").get(word, UNMAPPED)


def _shown(row: Entry) -> Moment:
    """The hour as Bring's own page shows it, where there is no exact one."""
    day, hour = text(row.get("displayDate")), text(row.get("displayTime"))
    return reading.local_time(f"{day} {hour}", "%d.%m.%Y %H:%M") if hour else _day(day)


@lru_cache(maxsize=1024)
def _day(written: str) -> Moment:
    """`2026-04-15`, or `20.04.2021` as the documents have it."""
    return reading.moment(written) or reading.local_time(written, "%d.%m.%Y")


def _window(package: Entry) -> tuple[Moment, Moment]:
    """The announced day; with hours where a span of that day is announced."""
    day, span = _day(text(package.get("dateOfEstimatedDelivery"))), entry(package.get("estimatedTimeSpanOfDelivery"))
    opens, closes = (text(span.get(end)).replace(":", "")[:4] for end in ("startTime", "endTime"))
    if day is None or isinstance(day, datetime) or not closes:
        return day, None
    return reading.clock(f"{day:%Y%m%d}", f"{closes}00"), reading.clock(
        f"{day:%Y%m%d}", f"{opens}00"
    ) if opens else None


def _delivered(package: Entry, events: tuple[ScanEvent, ...]) -> Moment:
    return reading.reached(events, Status.DELIVERED) or _day(text(package.get("dateOfDelivery")))


def _signer(rows: Sequence[Entry]) -> str | None:
    names = (text(entry(row.get("recipientSignature")).get("name")) for row in rows if row.get("status") == "DELIVERED")
    return next((one for one in names if one), None)


def _pickup(package: Entry, events: tuple[ScanEvent, ...]) -> Pickup:
    place = next((event.place for event in events if event.status is Status.AVAILABLE_FOR_PICKUP), "")
    until = reading.day_of(_day(text(package.get("dateOfReturn"))))
    shelf = text(package.get("pickupCode")) or text(package.get("shelfNumber"))
    return Pickup(joined(package.get("expectedPickupUnitName"), place), code=shelf, until=until)


def _address(one: Entry, kind: str) -> Entry:
    found = entry(one.get(kind))
    return found if text(found.get("city")) or text(found.get("countryCode")) else {}


def _where(address: Entry) -> str:
    return joined(address.get("city"), address.get("countryCode") or address.get("country"))
