"""Royal Mail Tracking API v2: the last scan of up to 30 numbers (/summary), one number's whole history (/events).

How much a plan allows is not published (the test plan: 50 calls a day). Version 3 answers alike and is read, not asked.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import Answer, Auth, Conversation, Field, HeaderKey, Limits, Numbers
from carriers.kit.errors import CarrierError
from carriers.kit.faults import fault
from carriers.kit.model import Leg, Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, text, words

slug = "royalmail"
name = "Royal Mail"
hosts: tuple[str, ...] = ("api.royalmail.net",)
batch_size = 30
limits = Limits()
fields: tuple[Field, ...] = (Field("client_id", "Client ID", secret=False), Field("client_secret", "Client secret"))
numbers = Numbers(
    formats=("s10",),
    countries=("GB",),
    patterns=(r"[0-9A-F]{21}",),
    links=(
        r"royalmail\.com/track-your-item\S*?(?:tracking-results/|=)(\w{9,27})",
        r"royalmail\.com/\S*?(?:trackNumber|trackingNumber|mailPieceId)=(\w{9,27})",
    ),
)
auth: Auth = HeaderKey("X-IBM-Client-Secret", "client_secret")

CATEGORIES = {
    "IN TRANSIT": Meaning(Status.IN_TRANSIT),
    "DELIVERED": Meaning(Status.DELIVERED),
    "ATTEMPTED DELIVERY": Meaning(Status.DELIVERY_ATTEMPTED),
    "DELIVERY ATTEMPTED": Meaning(Status.DELIVERY_ATTEMPTED),
}
_TWO_LETTERS = {"GBR": "GB", "IRL": "IE", "USA": "US", "CAN": "CA", "AUS": "AU", "NZL": "NZ", "FRA": "FR", "DEU": "DE"}


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """The whole history of one number; of several only the last scan, but in one call."""
    if len(numbers) == 1:
        return read((yield _get(f"{quote(numbers[0], safe='')}/events", account)), numbers)
    return read((yield _get("summary", account, mailPieceId=",".join(numbers))), numbers)


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """An answer of /summary (a list of pieces) or of /events (one)."""
    reading.check(response)
    body = reading.decode(response)
    pieces = entries(body.get("mailPieces"))
    if pieces:
        return reading.each(pieces, lambda piece: _answer(piece, _number(piece, numbers), response), response.body)
    raise _refusal(body, numbers[0] if len(numbers) == 1 else None, response)


def _get(path: str, account: Mapping[str, str], **query: str) -> Request:
    headers = {
        "X-IBM-Client-Id": given(account, "client_id"),
        "X-Accept-RMG-Terms": "yes",
        "Accept": "application/json",
    }
    return Request("GET", f"https://api.royalmail.net/mailpieces/v2/{path}", headers=headers, query=query)


def _refusal(body: Entry, number: str | None, response: Response) -> CarrierError:
    said = next(iter(entries(body.get("errors"))), body)
    return _fault(text(said.get("errorCode")), text(body.get("httpCode")), number, response)


def _fault(code: str, status: str, number: str | None, response: Response) -> CarrierError:
    """By the error's code, else by the HTTP status that the body names for it."""
    inner = Response(int(status[:3]), response.body, response.headers) if status.isdigit() else response
    try:
        reading.check(inner)
        return fault(slug, code, number, inner)
    except CarrierError as error:
        return error.about(number) if number else error


def _number(piece: Entry, numbers: Sequence[str]) -> str | None:
    """The number as asked: a piece has a short barcode and a long one."""
    summary = entry(piece.get("summary"))
    known = [text(one) for one in (piece.get("mailPieceId"), summary.get("oneDBarcode"), summary.get("uniqueItemId"))]
    return next((one for one in known if one in numbers), known[0] or (numbers[0] if len(numbers) == 1 else None))


def _answer(piece: Entry, number: str | None, response: Response) -> Answer:
    if piece.get("summary") or piece.get("events"):
        return _result(piece, number)
    return _fault(text(entry(piece.get("error")).get("errorCode")), text(piece.get("status")), number, response)


def _result(piece: Entry, number: str | None) -> TrackingResult:
    summary = entry(piece.get("summary"))
    events = reading.newest_first([_event(row) for row in entries(piece.get("events"))] or _last_event(summary))
    last = reading.newest_movement(events)
    said = CATEGORIES.get(text(summary.get("statusCategory")).upper(), UNMAPPED)
    status = (last.status if last is not None and last.status is not Status.UNKNOWN else said.status) or Status.UNKNOWN
    opens, closes = _window(entry(piece.get("estimatedDelivery")))
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=closes,
        eta_from=opens,
        delivered_at=_delivered(piece, events) if status is Status.DELIVERED else None,
        signed_by=_signer(piece) if status is Status.DELIVERED else None,
        delay=None if status.is_final else reading.own_delay(events),
        reason=last.reason if last is not None else None,
        service=words(summary.get("productName")),
        origin=words(summary.get("originCountryName")),
        destination=words(summary.get("destinationCountryName")),
        destination_country=_country(summary.get("destinationCountryCode")),
        pickup=Pickup(last.place) if last is not None and status is Status.AVAILABLE_FOR_PICKUP else None,
        next_leg=_next_leg(summary),
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said = text(get("eventCode")), text(get("eventName"))
    meaning = _meaning(code, said)
    at = reading.moment(get("eventDateTime"))
    return ScanEvent(at, code or None, said, text(get("locationName")), meaning.status, meaning.reason, meaning.delay)


def _last_event(summary: Entry) -> list[ScanEvent]:
    """What /summary tells of the last scan, as a scan."""
    row = {
        "eventCode": summary.get("lastEventCode"),
        "eventName": summary.get("lastEventName"),
        "eventDateTime": summary.get("lastEventDateTime"),
        "locationName": summary.get("lastEventLocationName"),
    }
    return [_event(row)] if any(row.values()) else []


@lru_cache(maxsize=1024)
def _meaning(code: str, said: str) -> Meaning:
    """The published code; for an unpublished one the event's wording."""
    known = table("royalmail_events").get(code.upper())
    if known is not None and known.status is not Status.UNKNOWN:
        return known
    low = said.lower()
    return next((meaning for phrase, meaning in table("royalmail_texts").items() if phrase in low), UNMAPPED)


def _window(frame: Entry) -> tuple[datetime | date | None, datetime | date | None]:
    day = text(frame.get("date"))
    opens, closes = text(frame.get("startOfEstimatedWindow")), text(frame.get("endOfEstimatedWindow"))
    end = reading.moment(f"{day}T{closes}") if closes else None
    return reading.moment(f"{day}T{opens}") if opens and end else None, end or reading.moment(day)


def _delivered(piece: Entry, events: tuple[ScanEvent, ...]) -> datetime | date | None:
    proof = entry(piece.get("proofOfDeliveryData"))
    return reading.reached(events, Status.DELIVERED) or reading.moment(proof.get("deliveryDateTime"))


def _signer(piece: Entry) -> str | None:
    proofs = (entry(piece.get(key)) for key in ("signature", "proofOfDeliveryData"))
    return next((who for proof in proofs if (who := text(proof.get("recipientName")))), None)


def _country(value: object) -> str | None:
    code = text(value).upper()
    return code if len(code) == 2 else _TWO_LETTERS.get(code)


def _next_leg(summary: Entry) -> Leg | None:
    """The post of the destination country, which goes on under the same number."""
    post = text(entry(summary.get("internationalPostalProvider")).get("title"))
    number = text(summary.get("oneDBarcode"))
    return Leg(number, post) if number and post and not post.startswith("Royal Mail") else None
