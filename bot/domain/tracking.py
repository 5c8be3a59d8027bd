"""What an answer of the carrier changes in what is known of a shipment."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, msgpack
from msgspec.structs import replace

from bot.domain.places import town
from bot.domain.shipment import Shipment
from bot.domain.zones import zone_of
from carriers.kit.model import Reason, ScanEvent, Status, TrackingResult

_BITS_63 = (1 << 63) - 1
_encode = msgpack.Encoder(decimal_format="string").encode
_LAST_SECOND = time(23, 59, 59)

ARRIVED = frozenset({Status.DELIVERED, Status.RETURNED})
"""Left again only by a scan really newer than the arrival: carriers add old scans afterwards."""


class Scan(Struct, frozen=True, gc=False):
    """A scan as we keep it. `at` is None where the carrier gives only a day: no hour is invented."""

    key: int
    at: datetime | None
    at_text: str
    code: str | None = None
    description: str = ""
    place: str = ""
    status: Status | None = None
    reason: Reason | None = None
    delay: bool = False


class Change(Struct, frozen=True):
    """What one answer changed. `first`: the first successful answer, so all in it was so before we came."""

    shipment: Shipment
    before: Shipment
    scans: tuple[Scan, ...] = ()
    first: bool = False
    status_changed: bool = False
    eta_changed: bool = False
    delay_appeared: bool = False
    moved: bool = False
    """A new scan is newer than all known ones."""

    @property
    def is_visible(self) -> bool:
        """Whether a follower's live message reads differently now."""
        before, after = self.before, self.shipment
        return before is not after and any(getattr(before, name) != getattr(after, name) for name in SHOWN)


SHOWN = (
    "status",
    "eta_on",
    "eta_from_on",
    "eta_window",
    "promised_on",
    "scan_at",
    "scan_place",
    "pickup",
    "next_attempt_on",
    "delivered_at",
    "reason",
)


def scan_key(event: ScanEvent) -> int:
    """A stable 63-bit name of a scan: the payload's own time, code, words and place.

    Not of the status: a code read better by a later release must not turn old scans into new ones.
    """
    return _key(event, event.at.isoformat() if event.at is not None else "")


def _key(event: ScanEvent, at_text: str) -> int:
    text = f"{at_text}\x1f{event.code or ''}\x1f{event.description}\x1f{event.place}"
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") & _BITS_63


def digest(result: TrackingResult) -> int:
    """63 bits over all the carrier said: an equal digest means that there is nothing to compare."""
    return int.from_bytes(blake2b(_encode(result), digest_size=8).digest(), "big") & _BITS_63


def diff(
    known: Shipment, known_keys: Collection[int], result: TrackingResult, now: datetime, seal: int | None = None
) -> Change:
    """What `result` adds; `seal` is its digest, if known. All a later answer brings is news, even with an older time.

    A naive time is the destination's wall clock. A scan with a day only counts, where an instant is needed
    (silence), as that day's end there: silence is not counted while the day runs. No instant lies after `now`.
    """
    seal = digest(result) if seal is None else seal
    if seal == known.scan_digest and known.known_at is not None:
        return Change(replace(known, polled_at=now, misses=0), known)
    base = destined(known, result)
    scans = fresh_scans(result.events, known_keys, base.tz)
    dated = movements(scans, base, now)
    status = _status(base, result, dated, now)
    after = replace(
        base,
        polled_at=now,
        misses=0,
        scan_digest=seal,
        known_at=known.known_at if known.known_at is not None or is_blank(result) else now,
        service=result.service or known.service,
        **_movement(base, dated),
        **_lane(base, result, dated),
        **status,
        **_expectation(base, result, now),
        **_arrival(now, base, status, result, scans),
    )
    return Change(
        shipment=after,
        before=known,
        scans=scans,
        first=known.known_at is None and after.known_at is not None,
        status_changed=after.status is not known.status,
        eta_changed=after.eta_on != known.eta_on,
        delay_appeared=after.delay is not None and known.delay is None,
        moved=after.scan_at != known.scan_at,
    )


def is_blank(result: TrackingResult) -> bool:
    """Whether the carrier knows the number and says nothing: what it says next is still its first word."""
    return result.status is Status.UNKNOWN and not result.events and result.eta is None


def fresh_scans(events: Iterable[ScanEvent], known_keys: Collection[int], tz: ZoneInfo) -> tuple[Scan, ...]:
    """Those not known yet, each once, as we keep them."""
    fresh: dict[int, Scan] = {}
    for event in events:
        at = event.at
        at_text = "" if at is None else at.isoformat()
        if (key := _key(event, at_text)) not in known_keys:
            fresh[key] = Scan(
                key,
                _exact(at, tz),
                at_text,
                event.code,
                event.description,
                event.place,
                event.status,
                event.reason,
                event.delay,
            )
    return tuple(fresh.values())


def _exact(at: datetime | date | None, tz: ZoneInfo) -> datetime | None:
    """The instant in UTC, where the payload gives an hour."""
    if not isinstance(at, datetime):
        return None
    if at.tzinfo is None:
        at = datetime.combine(at, at.time(), tz)  # as replace(tzinfo=tz), at a fifth of its cost
    return at.astimezone(UTC)


def instant(scan: Scan, shipment: Shipment, now: datetime) -> datetime | None:
    """When a scan happened at the latest: exact, or the end of its day there, never after `now`."""
    at = scan.at
    if at is None:
        if not scan.at_text:
            return None
        day = date.fromisoformat(scan.at_text)
        at = datetime.combine(day, _LAST_SECOND, shipment.tz).astimezone(UTC)
    return at if at <= now else now


Dated = tuple[datetime, Scan]
_at = itemgetter(0)


def movements(scans: Iterable[Scan], shipment: Shipment, now: datetime) -> list[Dated]:
    """Movements with their instants, as listed."""
    return [
        (at, scan) for scan in scans if scan.status is not None and (at := instant(scan, shipment, now)) is not None
    ]


def _newest(dated: Iterable[Dated], status: Status | None = None) -> Dated | None:
    """The newest movement (of one status, if given); the first of equals, as listed."""
    best: Dated | None = None
    for one in dated:
        if (best is None or one[0] > best[0]) and (status is None or one[1].status is status):
            best = one
    return best


def destined(known: Shipment, result: TrackingResult) -> Shipment:
    """The shipment with the country the carrier names, and its zone as long as ours was only a guess."""
    country = result.destination_country
    if known.country is not None or country is None:
        return known
    return replace(known, country=country, zone=zone_of(country) or known.zone)


def _movement(known: Shipment, dated: list[Dated]) -> dict[str, Any]:
    newest = _newest(dated)
    if newest is None or (known.scan_at is not None and newest[0] <= known.scan_at):
        return {}
    return {"scan_at": newest[0], "scan_place": newest[1].place or known.scan_place}


def _lane(known: Shipment, result: TrackingResult, dated: list[Dated]) -> dict[str, Any]:
    """The towns between which it travels, once known: as the carrier says, else from its first scan."""
    ends: dict[str, Any] = {}
    if not known.origin:
        first = min((one for one in dated if one[1].place), key=_at, default=None)
        ends["origin"] = town(result.origin or (first[1].place if first else ""))
    if not known.destination and result.destination:
        ends["destination"] = town(result.destination)
    return ends


def _status(known: Shipment, result: TrackingResult, dated: list[Dated], now: datetime) -> dict[str, Any]:
    """The adapter chose the newest movement; an unknown status keeps the known one, with its code recorded."""
    status, newest = result.status, _newest(dated, result.status)
    code = newest[1].code if newest is not None else known.status_code
    words: dict[str, Any] = {"delay": result.delay, "status_code": code}
    if status is Status.UNKNOWN:
        return words
    if status is known.status:
        return words | {"reason": result.reason} | _renewed(known, newest)
    if known.status in ARRIVED and not _is_later(newest, known.status_at):
        return {"delay": known.delay}
    at = newest[0] if newest is not None else _seen_before(known, result, now)
    began = run_began(dated, status, at)
    return words | {"reason": result.reason, "status": status, "status_at": at, "stage_at": began}


def run_began(dated: Iterable[Dated], status: Status, at: datetime) -> datetime:
    """The first of the scans of this status that no other one parts from the last."""
    began = at
    for when, scan in sorted(dated, key=_at, reverse=True):
        if when > at:
            continue
        if scan.status is not status:
            break
        began = when
    return began


def _is_later(newest: Dated | None, than: datetime | None) -> bool:
    return newest is not None and (than is None or newest[0] > than)


def _renewed(known: Shipment, newest: Dated | None) -> dict[str, Any]:
    """Another scan of the same status (a second attempt): only a new one counts, so that a day stays one instant."""
    return {"status_at": newest[0]} if newest is not None and _is_later(newest, known.status_at) else {}


def _seen_before(known: Shipment, result: TrackingResult, now: datetime) -> datetime:
    """When a status came that no new scan brings: the carrier went back to one we know, or only says so."""
    newest = _newest(movements(fresh_scans(result.events, (), known.tz), known, now), result.status)
    return newest[0] if newest is not None else now


def _expectation(known: Shipment, result: TrackingResult, now: datetime) -> dict[str, Any]:
    """An answer without an ETA takes none back. The first ETA is the promise where the shop gave none."""
    if result.eta is None:
        return {}
    eta_on = _day(result.eta, known)
    is_ahead = eta_on >= now.astimezone(known.tz).date()
    return {
        "eta_on": eta_on,
        "eta_from_on": _day(result.eta_from, known) if result.eta_from is not None else None,
        "eta_window": _window(result, known),
        "promised_on": known.promised_on or (eta_on if is_ahead else None),
    }


def _day(at: datetime | date, shipment: Shipment) -> date:
    if not isinstance(at, datetime):
        return at
    return at.date() if at.tzinfo is None else at.astimezone(shipment.tz).date()


def _window(result: TrackingResult, shipment: Shipment) -> str | None:
    """`14:00-18:00` where both ends are hours of one day there."""
    start, end = _exact(result.eta_from, shipment.tz), _exact(result.eta, shipment.tz)
    if start is None or end is None:
        return None
    start, end = start.astimezone(shipment.tz), end.astimezone(shipment.tz)
    if start.date() != end.date() or start >= end:
        return None
    return f"{start:%H:%M}-{end:%H:%M}"


def _arrival(
    now: datetime, known: Shipment, turn: dict[str, Any], result: TrackingResult, scans: tuple[Scan, ...]
) -> dict[str, Any]:
    """What belongs to one status only. `delivered_at` stays None where the carrier gives no hour."""
    status = turn.get("status", known.status)
    waits = status is known.status is Status.AVAILABLE_FOR_PICKUP
    # the day of a next attempt is over with that attempt
    attempted = known.status is Status.DELIVERY_ATTEMPTED and "status_at" not in turn
    return {
        "delivered_at": _delivered_at(known, result, scans, now) if status is Status.DELIVERED else None,
        "duty": result.duty or (known.duty if status is known.status is Status.CUSTOMS else None),
        "pickup": result.pickup or (known.pickup if waits else None),
        "next_attempt_on": result.next_attempt_on or (known.next_attempt_on if attempted else None),
    }


def _delivered_at(known: Shipment, result: TrackingResult, scans: tuple[Scan, ...], now: datetime) -> datetime | None:
    """A carrier whose clock is ahead delivers now."""
    exact = _exact(result.delivered_at, known.tz)
    if exact is None:
        exact = next((scan.at for scan in scans if scan.status is Status.DELIVERED and scan.at), None)
    return min(exact, now) if exact else known.delivered_at
