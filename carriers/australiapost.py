"""Australia Post and StarTrack: Shipping and Tracking API v1, ten numbers a question, texts instead of codes.

One account asks either for Australia Post's numbers or for StarTrack's. Times carry Melbourne's offset wherever the
scan was. Facts: developers.auspost.com.au, Track Items.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from carriers.kit import reading
from carriers.kit.auth import given
from carriers.kit.batches import together_or_alone
from carriers.kit.codes import UNMAPPED, Meaning, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, BasicLogin, Conversation, Field, Limits, Numbers
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.faults import fault
from carriers.kit.model import FINAL, Pickup, Piece, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, text, words

slug = "australiapost"
name = "Australia Post"
hosts: tuple[str, ...] = ("digitalapi.auspost.com.au",)
sandbox: Mapping[str, str] = {
    "https://digitalapi.auspost.com.au/shipping": "https://digitalapi.auspost.com.au/test/shipping"
}
batch_size = 10
limits = Limits(per_second=1 / 6)
fields: tuple[Field, ...] = (
    Field("api_key", "API key"),
    Field("password", "Password"),
    Field("account_number", "Account number (StarTrack: 8 digits)", secret=False, pattern=r"\d{8}|\d{10}"),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("s10",),
    countries=("AU",),
    patterns=(r"\d{1,2}[A-Z]{2,4}\d{7,19}", r"\d[A-Y]\d{14,21}", r"00\d93\d{15}"),
    links=(r"auspost\.com\.au/\S*?track\S*?(?:details/|ids?=)(\w{8,25})",),
)
auth: Auth = BasicLogin("api_key", "password")

COARSE = frozenset({Status.IN_TRANSIT, Status.PRE_TRANSIT, Status.UNKNOWN, None})
"""Summaries that the newest scan tells more exactly."""


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about all at once, or about each alone where one spoils the question for the others."""
    return (yield from together_or_alone(lambda some: _get(some, account), read, numbers))


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each number asked."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    for said in entries(body.get("errors")):
        raise _fault(said, asked, response)
    reading.refuse(response, asked)
    told = reading.listed(body["tracking_results"])
    if not told:
        raise NotFound(number=asked)
    return reading.each(told, lambda one: _answer(one, asked, response), response.body)


def _get(numbers: Sequence[str], account: Mapping[str, str]) -> Request:
    headers = {"Account-Number": given(account, "account_number"), "Accept": "application/json"}
    url = "https://digitalapi.auspost.com.au/shipping/v1/track"
    return Request("GET", url, headers=headers, query={"tracking_ids": ",".join(numbers)})


def _fault(said: Entry, number: str | None, response: Response) -> CarrierError:
    return fault(slug, text(said.get("code")) or text(said.get("error_code")), number, response)


def _answer(one: Entry, asked: str | None, response: Response) -> Answer:
    number = text(one.get("tracking_id")) or asked
    for said in entries(one.get("errors")):
        return _fault(said, number, response)
    consignment = entry(one.get("consignment"))
    if not consignment and "status" not in one and "trackable_items" not in one:
        raise ValueError("neither a status nor articles nor errors")
    items = [item for group in entries(one.get("trackable_items")) for item in entries(group.get("items")) or [group]]
    summaries = [_summary(part) for part in (one, consignment, *(items if len(items) == 1 else ()))]
    summary = next((said for said in summaries if said.status is not Status.UNKNOWN), summaries[0])
    return _result(number, summary, _events(consignment, *items), items)


def _result(number: str | None, summary: ScanEvent, events: tuple[ScanEvent, ...], items: list[Entry]) -> Answer:
    pieces = tuple(_piece(item) for item in items) if len(items) > 1 else ()
    now = _together(_standing(summary, events), pieces)
    status = now.status or Status.UNKNOWN
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        delivered_at=reading.reached(events, Status.DELIVERED) if status is Status.DELIVERED else None,
        delay=now.description if now.delay else None,
        reason=now.reason,
        service=next((kind for item in items if (kind := words(item.get("product_type")))), None),
        pickup=_pickup(now) if status is Status.AVAILABLE_FOR_PICKUP else None,
        pieces=pieces,
    )


def _events(*parts: Entry) -> tuple[ScanEvent, ...]:
    return reading.newest_first([_event(row) for part in parts for row in entries(part.get("events"))])


def _event(row: Entry) -> ScanEvent:
    get = row.get
    said, meaning = _read_words(text(get("description")))
    where = text(get("location"))
    return ScanEvent(reading.moment(get("date")), None, said, where, meaning.status, meaning.reason, meaning.delay)


@lru_cache(maxsize=4096)
def _read_words(said: str) -> tuple[str, Meaning]:
    tidy = " ".join(said.split())
    low = tidy.lower()
    return tidy, next((meaning for phrase, meaning in table("australiapost_texts").items() if phrase in low), UNMAPPED)


def _summary(part: Entry) -> ScanEvent:
    """What the carrier's own summary says of an article, a consignment or all of them, as a scan without a time."""
    said = " ".join(text(part.get("status")).split())
    meaning = table("australiapost_statuses").get(said.lower(), UNMAPPED)
    return ScanEvent(None, None, said, "", meaning.status, meaning.reason, meaning.delay)


def _standing(summary: ScanEvent, events: tuple[ScanEvent, ...]) -> ScanEvent:
    """The summary; the newest scan where it is more exact, or the end of the way."""
    last = reading.newest_movement(events)
    if last is None or last.status is Status.UNKNOWN:
        return summary
    if last.status is summary.status or summary.status in COARSE or last.status in FINAL:
        return last
    waits = summary.status is Status.DELIVERED and last.status is Status.AVAILABLE_FOR_PICKUP
    return last if waits else summary


def _piece(item: Entry) -> Piece:
    return Piece(text(item.get("article_id")), _standing(_summary(item), _events(item)).status or Status.UNKNOWN)


def _together(now: ScanEvent, pieces: tuple[Piece, ...]) -> ScanEvent:
    """Delivered only when every article is."""
    under_way = [piece.status for piece in pieces if not piece.status.is_final]
    if now.status is not Status.DELIVERED or not under_way:
        return now
    return ScanEvent(now.at, status=under_way[0])


def _pickup(now: ScanEvent) -> Pickup:
    _, _, point = now.description.partition(" at ")
    return Pickup(point or now.place)
