"""An answer that tells only a part: a push, another leg's carrier. Merged with what is known, in any order, any number
of times, it ends in the state that the whole history gives at once.

The newest movement decides. Of two of one instant the one further on does.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from bot.domain.shipment import Shipment
from bot.domain.tracking import ARRIVED, Change, Dated, Scan, destined, diff, digest, fresh_scans, movements, run_began
from carriers.kit.model import Status, TrackingResult

_ON_THE_WAY = (
    Status.UNKNOWN,
    Status.PRE_TRANSIT,
    Status.IN_TRANSIT,
    Status.CUSTOMS,
    Status.EXCEPTION,
    Status.OUT_FOR_DELIVERY,
    Status.DELIVERY_ATTEMPTED,
    Status.AVAILABLE_FOR_PICKUP,
    Status.RETURNING,
    Status.CANCELLED,
    Status.LOST,
    Status.DELIVERED,
    Status.RETURNED,
)
FURTHER = {status: place for place, status in enumerate(_ON_THE_WAY)}
"""How far on a status is, to part scans of one instant."""


class Kept(NamedTuple):
    """A scan that is stored. `seen_at` is when we came to know it: one with a day only cannot be later."""

    scan: Scan
    seen_at: datetime


def merge(
    known: Shipment,
    kept: Sequence[Kept],
    result: TrackingResult,
    now: datetime,
    seal: int | None = None,
    heard_at: datetime | None = None,
    barred: Collection[Status] = (),
) -> Change:
    """What a partial answer adds to all that is kept of a parcel.

    `heard_at` is when the carrier said it, None where nobody knows: then it counts only by a movement that is new.
    `barred` are statuses that no scan alone gives the whole shipment: one piece's delivery is not that of all.
    """
    seal = digest(result) if seal is None else seal
    if seal == known.scan_digest and known.known_at is not None:
        return Change(replace(known, misses=0), known)
    base = destined(known, result)
    keys = {one.scan.key for one in kept}
    told = fresh_scans(result.events, (), base.tz)
    history = [dated for one in kept for dated in movements([one.scan], base, one.seen_at)]
    history += movements([scan for scan in told if scan.key not in keys], base, now)
    is_newest = _counts(history, keys, {scan.key for scan in told}, _is_current(known, heard_at))
    said = result if is_newest else _scans_alone(known, result)
    change = diff(_let_go(known, keys, told, said), keys, said, now, seal)
    after = replace(
        change.shipment,
        **_by_history(change.shipment, history, said, barred),
        polled_at=_later(known.polled_at, heard_at or now),
    )
    return _flagged(known, change, after)


def _let_go(known: Shipment, kept: set[int], told: Sequence[Scan], said: TrackingResult) -> Shipment:
    """What has arrived is held only against older scans: a new one that counts is later, though of the same instant."""
    is_new = any(scan.status is said.status and scan.key not in kept for scan in told)
    return replace(known, status_at=None) if is_new and known.status in ARRIVED else known


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _is_current(known: Shipment, heard_at: datetime | None) -> bool:
    """Whether it was surely said after the last that we heard."""
    return heard_at is not None and (known.polled_at is None or heard_at >= known.polled_at)


def _counts(history: Sequence[Dated], kept: set[int], told: set[int], is_current: bool) -> bool:
    """Whether the answer speaks of the newest state: it tells the newest movement, and that is new or it is current."""
    if not history:
        return True
    newest = max(history, key=_order)[1].key
    return newest in told and (newest not in kept or is_current)


def _order(dated: Dated) -> tuple[datetime, int, int]:
    at, scan = dated
    return at, FURTHER[scan.status or Status.UNKNOWN], scan.key


def _scans_alone(known: Shipment, result: TrackingResult) -> TrackingResult:
    """Of an older answer only the scans count: its day may be as old, and nobody must be warned of that."""
    return replace(
        result,
        status=Status.UNKNOWN,
        reason=None,
        delay=known.delay,
        eta=None,
        eta_from=None,
        delivered_at=None,
        pickup=None,
        next_attempt_on=None,
    )


def _by_history(
    after: Shipment, history: Sequence[Dated], said: TrackingResult, barred: Collection[Status]
) -> dict[str, Any]:
    """All that follows from the scans, whatever order they came in."""
    if not history:
        return {}
    ordered = sorted(history, key=_order, reverse=True)
    at, newest = ordered[0]
    status, words = _status(after, ordered, said, barred)
    same = [one for one in ordered if one[1].status is status]
    status_at = same[0][0] if same else after.status_at
    return words | {
        "scan_at": at,
        "scan_place": next((scan.place for _, scan in ordered if scan.place), after.scan_place),
        "status_at": status_at,
        "stage_at": run_began(ordered, status, status_at) if status_at is not None else after.stage_at,
        "status_code": _code(newest, same, after),
        "delivered_at": _delivered_at(after, same, said) if status is Status.DELIVERED else None,
    }


def _status(
    after: Shipment, ordered: Sequence[Dated], said: TrackingResult, barred: Collection[Status]
) -> tuple[Status, dict[str, Any]]:
    """The answer's own word where it counts; else the newest movement we can read, if it is later than our status."""
    if said.status is not Status.UNKNOWN:
        return after.status, {}
    mute = {Status.UNKNOWN, *barred}
    told = next((one for one in ordered if one[1].status not in mute), None)
    if told is None or not _outdoes(told, after):
        return after.status, {}
    status = told[1].status or Status.UNKNOWN
    return status, {"status": status, "reason": told[1].reason}


def _outdoes(told: Dated, after: Shipment) -> bool:
    if after.status is Status.UNKNOWN or after.status_at is None:
        return True
    return (told[0], FURTHER[told[1].status or Status.UNKNOWN]) > (after.status_at, FURTHER[after.status])


def _code(newest: Scan, same: Sequence[Dated], after: Shipment) -> str | None:
    if newest.status is Status.UNKNOWN or not same:
        return newest.code
    return same[0][1].code or after.status_code


def _delivered_at(after: Shipment, same: Iterable[Dated], said: TrackingResult) -> datetime | None:
    if said.status is Status.DELIVERED and isinstance(said.delivered_at, datetime):
        return after.delivered_at
    return next((scan.at for _, scan in same if scan.at is not None), after.delivered_at)


def _flagged(before: Shipment, change: Change, after: Shipment) -> Change:
    return replace(
        change,
        shipment=after,
        before=before,
        status_changed=after.status is not before.status,
        eta_changed=after.eta_on != before.eta_on,
        delay_appeared=after.delay is not None and before.delay is None,
        moved=after.scan_at != before.scan_at,
    )
