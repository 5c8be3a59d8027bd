"""Hermes Germany: shipment information of the Hermes Shipping Interface, up to 100 numbers a question.

Facts: Hermes' own description (Shipment Info API 2025-12-08) and its list of event codes. A token comes by OAuth's
password grant. Unverified: the live hosts (the description names the test system only).
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, Granted, Limits, Login, Numbers
from carriers.kit.countries import alpha2
from carriers.kit.errors import AuthFailed, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Pickup, Reason, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, Moment, entries, entry, joined, text, words

slug = "hermes"
name = "Hermes (DE)"
hosts: tuple[str, ...] = (
    "de-api.hermesworld.com",
    "authme.myhermes.de",
    "de-api-int.hermesworld.com",
    "authme-int.myhermes.de",
)
sandbox: Mapping[str, str] = {
    "https://de-api.hermesworld.com": "https://de-api-int.hermesworld.com",
    "https://authme.myhermes.de": "https://authme-int.myhermes.de",
}
batch_size = 100
limits = Limits()
fields: tuple[Field, ...] = (
    Field("username", "User name", secret=False),
    Field("password", "Password"),
    Field("client_id", "Client ID", secret=False),
    Field("client_secret", "Client secret"),
    ENVIRONMENT,
)
numbers = Numbers(
    patterns=(r"H\d{19}", r"T\d{15}", r"\d{14}", r"\d{16}"),
    links=(
        r"myhermes\.de/[^?#]*(?:tracking|sendungsverfolgung)[^?#]*[#/?](?:.*?=)?([A-Z]?\d{14,20})",
        r"hermesworld\.com/[^?#]*[?#/].*?([HT]?\d{14,20})",
    ),
)


def _ask(account: Mapping[str, str]) -> Request:
    form = {key: given(account, key) for key in ("username", "password", "client_id", "client_secret")}
    body = urlencode({"grant_type": "password", **form}).encode()
    url = "https://authme.myhermes.de/authorization-facade/oauth2/access_token"
    return Request("POST", url, {"Content-Type": "application/x-www-form-urlencoded"}, body=body)


def _granted(response: Response) -> Granted:
    if response.status in (400, 403):
        raise AuthFailed(code=str(response.status))
    reading.check(response)
    told = reading.decode(response)
    token = text(told.get("access_token"))
    if not token:
        raise AuthFailed(code=words(told.get("error")))
    return Granted(token, float(text(told.get("expires_in")) or 0))


def _place(request: Request, token: str) -> Request:
    return msgspec.structs.replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})


def _refuses(response: Response) -> bool:
    """HTTP 401, or 400 with the codes of a token that is invalid or expired."""
    return response.status == 401 or (response.status == 400 and any(code in response.body for code in TOKEN_CODES))


TOKEN_CODES = (b'"e902"', b'"e903"')
auth: Auth = Login(_ask, _granted, _place, _refuses)


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about up to 100 numbers."""
    asked = urlencode([("shipmentID", number) for number in numbers])
    url = f"https://de-api.hermesworld.com/services/hsi/shipmentinfo?{asked}"
    headers = {"Accept": "application/json", "Accept-Language": "EN"}
    return read((yield Request("GET", url, headers=headers)), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each number; the two older calls for a history or the current status are read as well."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    found = body.get("shipmentinfo", body.get("listOfShipmentHistoryStatus", body.get("listOfCurrentShipmentStatus")))
    if found is None:
        for said in entries(body.get("listOfResultCodes")):
            raise fault(slug, text(said.get("code")), asked, response)
        if "error" in body:
            raise fault(slug, text(body["error"]), asked, response)
        reading.refuse(response, asked)
        raise KeyError("shipmentinfo")
    answers = reading.each(reading.listed(found), lambda one: _answer(one, asked, response), response.body)
    if not answers:
        raise NotFound(number=asked)
    return answers


def _answer(shipment: Entry, asked: str | None, response: Response) -> Answer:
    number = words(shipment.get("shipmentID")) or asked
    rows = _rows(shipment)
    told = entry(shipment.get("result"))
    code = text(told.get("code")) or next((said for row in rows if (said := text(row.get("resultCode")))), "")
    if code and not any(text(row.get("code")) or text(row.get("statusCode")) for row in rows):
        return fault(slug, code, number, response)
    if not rows and "shipmentID" not in shipment:
        raise ValueError("neither a number nor a status")
    return _result(shipment, rows, number)


def _rows(shipment: Entry) -> list[Entry]:
    for key in ("status", "listOfStatus", "statusInformation"):
        if key in shipment:
            return entries(shipment[key])
    return []


def _result(shipment: Entry, rows: Sequence[Entry], number: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in rows])
    status, reason = _standing(events)
    receiver = entry(shipment.get("receiverAddress")) or entry(shipment.get("statusInformation"))
    eta = _expected(shipment)
    country = alpha2(text(receiver.get("countryCode")))
    abroad = text(shipment.get("internationalShipmentID")) if country not in (None, "DE") else ""
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=eta,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=reason,
        destination=words(joined(receiver.get("city"), receiver.get("countryCode"))),
        destination_country=country,
        pickup=_pickup(rows) if status is Status.AVAILABLE_FOR_PICKUP else None,
        next_attempt_on=reading.day_of(eta) if status is Status.DELIVERY_ATTEMPTED else None,
        next_leg=Leg(abroad) if abroad and abroad != number else None,
    )


def _event(row: Entry) -> ScanEvent:
    code = text(row.get("code")) or text(row.get("statusCode"))
    meaning = table("hermes_events").get(code.replace("-", ""), UNMAPPED)
    day = text(row.get("statusDate"))
    at = reading.moment(row.get("timestamp")) or reading.moment(f"{day}T{text(row.get('statusTime'))}")
    return ScanEvent(
        at or reading.moment(day),
        code or None,
        text(row.get("description")),
        text(entry(row.get("scanningUnit")).get("city")),
        meaning.status,
        meaning.reason,
        meaning.delay,
    )


def _standing(events: tuple[ScanEvent, ...]) -> tuple[Status, Reason | None]:
    """The newest movement decides; delivered on the way back is returned."""
    last = reading.newest_movement(events)
    if last is None:
        return Status.UNKNOWN, None
    if last.status is Status.DELIVERED and reading.turned_back(events):
        return Status.RETURNED, None
    return last.status or Status.UNKNOWN, last.reason


def _expected(shipment: Entry) -> Moment:
    old = entry(entry(shipment.get("statusInformation")).get("expectedDelivery"))
    day = reading.moment(entry(shipment.get("deliveryForecast")).get("date"))
    return day or reading.moment(old.get("expectedDate"))


def _pickup(rows: Sequence[Entry]) -> Pickup:
    """The parcel shop is the unit that scanned it."""
    for row in rows:
        if _event(row).status is Status.AVAILABLE_FOR_PICKUP:
            unit = entry(row.get("scanningUnit"))
            return Pickup(place=joined(unit.get("name"), unit.get("city")))
    return Pickup()
