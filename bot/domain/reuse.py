"""Carriers use numbers again after months: scans of an earlier parcel are not this one's."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from msgspec.structs import replace

from bot.domain.shipment import Shipment
from bot.domain.tracking import ARRIVED
from carriers.kit.model import ScanEvent, Status, TrackingResult

REACH = timedelta(days=60)
"""How far before we were told of a parcel its scans may lie: longer than any is on its way before it is told of."""
PAUSE = timedelta(days=30)
"""What moves so long after an arrival is another parcel."""
REST = timedelta(days=30)
"""A number said again so long after its parcel's end means another parcel."""
_LAST_SECOND = time(23, 59, 59)
_A_ZONE = timedelta(days=2)
"""By so much a day at most differs, whatever its zone."""


def is_another(ended_at: datetime, now: datetime) -> bool:
    """Whether a number whose parcel came to its end then stands for another parcel now."""
    return now - ended_at >= REST


def begins_at(known: Shipment) -> datetime:
    """No scan before this is the parcel's: the end of the one before it, else two months before it was told of."""
    return known.since_at or known.created_at - REACH


def own(known: Shipment, result: TrackingResult) -> TrackingResult:
    """The answer without what it tells of an earlier parcel; where nothing else is left, it is blank."""
    begins = begins_at(known)
    if _is_plainly_its_own(result.events, begins):
        return result
    dated = [(_latest(event, known), event) for event in result.events]
    begins = max(begins, _last_life(dated))
    events = tuple(event for at, event in dated if at is None or at > begins)
    if len(events) == len(result.events):
        return result
    if all(event.status is None for event in events):
        return TrackingResult(result.number, Status.UNKNOWN)
    return replace(result, events=events)


def _is_plainly_its_own(events: Sequence[ScanEvent], begins: datetime) -> bool:
    """At a glance, as each poll asks: no arrival behind the newest scan, and the oldest days too young to go."""
    for event in events[1:]:
        if event.status is Status.DELIVERED or event.status is Status.RETURNED:
            return False
    oldest = next((event.at for event in reversed(events) if event.at is not None), None)
    return oldest is None or (oldest.date() if isinstance(oldest, datetime) else oldest) > begins.date() + _A_ZONE


def _last_life(dated: list[tuple[datetime | None, ScanEvent]]) -> datetime:
    """The last arrival that was followed by a long pause and then by movement."""
    moves = sorted(((at, event) for at, event in dated if at is not None and event.status is not None), key=_at)
    ends = [
        at for (at, event), (following, _) in pairwise(moves) if event.status in ARRIVED and following - at >= PAUSE
    ]
    return ends[-1] if ends else datetime.min.replace(tzinfo=UTC)


def _at(dated: tuple[datetime, ScanEvent]) -> datetime:
    return dated[0]


def _latest(event: ScanEvent, known: Shipment) -> datetime | None:
    at: datetime | date | None = event.at
    if at is None:
        return None
    if not isinstance(at, datetime):
        at = datetime.combine(at, _LAST_SECOND)
    return at if at.tzinfo is not None else at.replace(tzinfo=known.tz)
