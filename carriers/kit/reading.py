"""Tools with which carriers read answers: tolerant where a field is a nicety, strict where it is not."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, gt
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited, Rejected, Unavailable, Unreadable
from carriers.kit.model import Piece, Response, ScanEvent, Status, TrackingResult

Entry = dict[str, Any]
Read = TypeVar("Read")
Moment = datetime | date | None
_NOTHING: Entry = {}
_AT = attrgetter("at")
OURS_TO_READ = frozenset({400, 404, 409, 410, 422})
"""HTTP statuses whose body may say more than they do."""


def decode(response: Response) -> Entry:
    """The JSON object of the body, or ValueError saying what stands there instead; a refusal may be empty."""
    found = decode_any(response)
    if not isinstance(found, dict):
        raise TypeError("JSON, but no object")
    return found


def decode_any(response: Response) -> Any:
    """The same for carriers that answer with arrays or bare words too."""
    body = response.body
    if not body.strip():
        if response.status in OURS_TO_READ:
            return {}
        raise ValueError("an empty body")
    if is_html(body):
        raise ValueError("a web page instead of JSON")
    return msgspec.json.decode(in_utf8(body))


def in_utf8(body: bytes) -> bytes:
    """The body without the mark of its encoding, which some servers put before JSON."""
    if body.startswith(BOM_UTF8):
        return body[len(BOM_UTF8) :]
    return body.decode("utf-16").encode() if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else body


def is_html(body: bytes) -> bool:
    """True for a web page (or anything else in angle brackets)."""
    return body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def check(response: Response) -> None:
    """Raise what the HTTP status alone says; 400, 404 and their kin are left to whoever reads the body."""
    status = response.status
    if 200 <= status < 300 or status in OURS_TO_READ:
        return
    if status == 429:
        raise too_many(response)
    if status == 401 or (status == 403 and not is_html(response.body)):
        raise AuthFailed(code=str(status))
    if status < 400 or status in (403, 408, 425) or status >= 500:
        raise Unavailable(f"HTTP {status}", code=str(status))
    raise Unreadable(f"HTTP {status}", code=str(status), payload=response.body)


def refuse(response: Response, number: str | None) -> None:
    """Raise what 400, 404 and their kin mean of one number, once its body has said nothing better."""
    status = response.status
    if status in (404, 410):
        raise NotFound(number=number, code=str(status))
    if status in OURS_TO_READ:
        raise Rejected(number=number, code=str(status))


def problem(body: Entry, response: Response, number: str | None) -> None:
    """Raise what a problem object (RFC 9457) says by its own status, also inside a success."""
    status = text(body.get("status"))[:3]
    if status.isascii() and status.isdigit():
        said = Response(int(status), response.body, response.headers)
        check(said)
        refuse(said, number)


def too_many(response: Response) -> RateLimited:
    """HTTP 429 with the wait its Retry-After asks for: seconds or a date."""
    wait = response.headers.get("retry-after", "").strip()
    if wait.isascii() and wait.isdigit():
        return RateLimited(code="429", retry_after=timedelta(seconds=min(int(wait[:9]), 86_400)))
    try:
        at = parsedate_to_datetime(wait)
    except (ValueError, TypeError, IndexError):
        return RateLimited(code="429")
    return RateLimited(code="429", retry_at=at if at.tzinfo else at.replace(tzinfo=UTC))


def text(value: object) -> str:
    """The words or the number there, stripped; "" for anything else."""
    if type(value) is str:
        return value.strip()
    if type(value) is int or type(value) is float:
        return str(value)
    return ""


def words(value: object) -> str | None:
    """The same, but None where nothing is said."""
    return text(value) or None


def entry(value: object) -> Entry:
    """The object there, or an empty one."""
    return value if type(value) is dict else _NOTHING


def entries(value: object) -> list[Entry]:
    """The objects of the list there; a lone object counts as a list of one."""
    if type(value) is list:
        return [one for one in value if type(one) is dict]
    return [value] if type(value) is dict else []


def listed(value: object) -> list[Entry]:
    """The same of a list that an answer lives by. Raises TypeError where something else stands: that is no "none"."""
    found = entries(value)
    if not found and value not in (None, [], ""):  # an empty element of XML is ""
        raise TypeError("no list of objects where the answers belong")
    return found


def each(
    rows: Iterable[Entry], read: Callable[[Entry], TrackingResult | CarrierError], payload: bytes
) -> list[TrackingResult | CarrierError]:
    """What is read of each entry of a batch; one that cannot be read harms none of the others."""
    found: list[TrackingResult | CarrierError] = []
    for row in rows:
        try:
            found.append(read(row))
        except CarrierError as error:
            found.append(error)
        except Exception as error:  # the same net as in a conversation, round each entry of its own
            spoilt = Unreadable(f"an entry cannot be read ({type(error).__name__})", payload=payload)
            spoilt.__cause__ = error
            found.append(spoilt)
    return found


def remembered(read: Callable[..., Read]) -> Callable[..., Read]:
    """A reading of words that come again at each poll, kept; words that are objects or lists are read anew."""
    kept = lru_cache(maxsize=8192)(read)

    def again(*said: object) -> Read:
        try:
            return kept(*said)
        except TypeError:  # what cannot be a key, or what the reading itself trips over: that trips again
            return read(*said)

    return again


def said_at(
    answers: Iterable[TrackingResult | CarrierError], at: datetime | date | None
) -> list[TrackingResult | CarrierError]:
    """The answers of a push with the time at which the carrier says that it wrote it."""
    as_of = at if isinstance(at, datetime) and at.tzinfo is not None else None
    return [replace(one, as_of=as_of) if isinstance(one, TrackingResult) else one for one in answers]


def moment(value: object) -> datetime | date | None:
    """An ISO time as given: with its offset, naive, or a date alone. None where there is none to read."""
    if type(value) is not str or len(value) < 8:
        return None
    try:
        if len(value) == 10:
            return plausible(date.fromisoformat(value))
        return plausible(datetime.fromisoformat(value))
    except ValueError:
        return _stripped(value)


def day_or_moment(value: object) -> datetime | date | None:
    """An ISO time as given, but the day alone where the carrier writes a day as its midnight."""
    at = moment(value)
    return at.date() if isinstance(at, datetime) and not (at.hour or at.minute or at.second) else at


def plausible(at: datetime | date | None) -> datetime | date | None:
    """The time, or None for the years that stand for "no date" (1, 1900, 9999)."""
    return at if at is not None and 1990 <= at.year < 2200 else None


def local_time(value: object, form: str) -> datetime | date | None:
    """A time written otherwise than ISO, by `strptime` format; a date alone where the format has no hour."""
    said = text(value)
    try:
        at = datetime.strptime(said, form)  # noqa: DTZ007 (the payload's own wall clock, or its own offset)
    except ValueError:
        return None
    return plausible(at if "%H" in form or "%I" in form else at.date())


def epoch(seconds: float, offset: str = "+0000") -> datetime | date | None:
    """Seconds since 1970 as a time at that offset (`+0300`)."""
    try:
        return plausible(datetime.fromtimestamp(seconds, _zone(offset)))
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(maxsize=256)
def _zone(offset: str) -> timezone:
    return timezone(timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:])))


def clock(day: str, hour: str, offset: str = "") -> datetime | date | None:
    """`YYYYMMDD` and `HHMMSS` (a lost leading zero is put back) as given; a date alone without an hour."""
    try:
        if not hour:
            return plausible(date.fromisoformat(day)) if day else None
        digits = hour if len(hour) == 6 else hour.replace(":", "").zfill(6)
        return plausible(datetime.fromisoformat(f"{day}T{digits}{offset}"))
    except ValueError:
        return clock(day, hour) if offset else clock(day, "") if hour else None


def offset_between(local: datetime | date | None, utc: datetime | date | None) -> timezone | None:
    """The offset that makes `local` the same instant as `utc`, if it is a possible one."""
    if not (isinstance(local, datetime) and isinstance(utc, datetime)):
        return None
    apart = local - utc
    quarters = round(apart / timedelta(minutes=15))
    return timezone(timedelta(minutes=15 * quarters)) if abs(quarters) <= 56 else None


def newest_first(events: Iterable[ScanEvent]) -> tuple[ScanEvent, ...]:
    """Without repeats, by instant; by wall clock where zones are missing.

    Same instants stand as the payload tells them: in its order, or in reverse where it tells the oldest first. So does
    a row without a time, beside the one it follows upon.
    """
    told = tuple(events)
    try:
        for one in (told, told[::-1]):
            if _falls(one):
                return one
    except TypeError:  # times of several kinds
        pass
    given = list(told)
    if _tells_oldest_first(given):
        given.reverse()
    try:
        ordered = sorted(given, key=_AT, reverse=True)
    except TypeError:
        return _by_wall_clock(given)
    if any(newer.at == older.at for newer, older in pairwise(ordered)):
        return tuple(dict.fromkeys(ordered))
    return tuple(ordered)


def newest_movement(events: Iterable[ScanEvent]) -> ScanEvent | None:
    """The newest row that says where the parcel stands; events must be newest first."""
    for event in events:
        if event.status is not None:
            return event
    return None


def reached(events: Iterable[ScanEvent], status: Status) -> datetime | date | None:
    """When the newest row of this status happened."""
    for event in events:
        if event.status is status:
            return event.at
    return None


def turned_back(events: Iterable[ScanEvent]) -> bool:
    """True where a scan says that the parcel goes back: what is delivered after that has reached its sender."""
    return Status.RETURNING in [event.status for event in events]


def own_delay(events: Iterable[ScanEvent]) -> str | None:
    """The carrier's delay signal, if that is what its newest movement is."""
    last = newest_movement(events)
    return (last.description or last.code) if last is not None and last.delay else None


def together(number: str, pieces: Sequence[TrackingResult]) -> TrackingResult:
    """Several pieces as the one shipment asked for: delivered only when all are; else as the first that is not."""
    leader = next((one for one in pieces if one.status is not Status.DELIVERED), pieces[0])
    events = newest_first([event for one in pieces for event in one.events])
    return replace(
        leader, number=number, events=events, pieces=tuple(Piece(one.number or "", one.status) for one in pieces)
    )


def day_of(at: datetime | date | None) -> date | None:
    """The calendar day of a time as given."""
    return at.date() if isinstance(at, datetime) else at


@remembered
def joined(*parts: object) -> str:
    """The parts that are there, with commas between; the same places come again and again."""
    said = [part.strip() if type(part) is str else text(part) for part in parts if part]
    return ", ".join([one for one in said if one])


def _stripped(value: str) -> datetime | date | None:
    try:
        return plausible(datetime.fromisoformat(value.strip().replace(" GMT+", "+").replace(" GMT-", "-")))
    except ValueError:
        return None


def _falls(told: tuple[ScanEvent, ...]) -> bool:
    """True where each is older than the one before it, as most carriers tell: nothing is left to sort or to drop."""
    times: list[Any] = [event.at for event in told]
    return all(map(gt, times, times[1:]))


def _tells_oldest_first(given: Sequence[ScanEvent]) -> bool:
    first, last = given[0].at, given[-1].at
    if first is None or last is None:
        dated = [event.at for event in given if event.at is not None]
        return len(dated) > 1 and _wall(dated[0]) < _wall(dated[-1])
    return _wall(first) < _wall(last)


def _by_wall_clock(given: Iterable[ScanEvent]) -> tuple[ScanEvent, ...]:
    rows = list(dict.fromkeys(given))
    older, keys = datetime.min, []  # noqa: DTZ901 (wall clock)
    for event in reversed(rows):
        older = _wall(event.at) if event.at is not None else older
        keys.append(older)
    order = sorted(range(len(rows)), key=keys[::-1].__getitem__, reverse=True)
    return tuple(rows[place] for place in order)


def _wall(at: datetime | date) -> datetime:
    if isinstance(at, datetime):
        return at.replace(tzinfo=None)
    return datetime(at.year, at.month, at.day)  # noqa: DTZ001 (wall clock)
