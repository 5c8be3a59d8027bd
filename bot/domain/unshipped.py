"""Before the first scan: the shop hears of a parcel that nobody carries yet, its customer when the day cannot hold."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.carriage import CarrierKind
from bot.domain.evidence import found, is_domestic, iso, silent_since, whereabouts
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.hours import is_working_day, working_day_after, working_time
from bot.domain.loss import Reach
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)

UNHANDED = frozenset({Status.UNKNOWN, Status.PRE_TRANSIT})
"""The carrier has not had it in his hands."""
COLLECTED_UNTIL = 17
"""The hour at the shop after which a parcel leaves on the next working day (own: couriers collect in the afternoon)."""
LEAST_TRANSIT = Reach(1, 2)
"""Days that even the fastest service takes from the hand-over to the door (own)."""


def not_handed_over(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The carrier does not even know of it for too long, or it still lies here and the promised day cannot hold."""
    if not _lies_here(shipment, now, policy):
        return None
    is_unknown = shipment.status is Status.UNKNOWN
    return _waiting(FindingKind.NOT_HANDED_OVER, shipment, now, policy, policy.unannounced if is_unknown else None)


def first_scan_late(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The carrier knows the label for too long and has not scanned the parcel."""
    if shipment.status is not Status.PRE_TRANSIT or not _lies_here(shipment, now, policy):
        return None
    if _waited(shipment, now, policy) < policy.unscanned:
        return None
    return _waiting(FindingKind.FIRST_SCAN_LATE, shipment, now, policy, policy.unscanned)


def _lies_here(shipment: Shipment, now: datetime, policy: Policy) -> bool:
    """The shop's own courier gives no scans: nothing follows from their absence."""
    if shipment.status not in UNHANDED or policy.kind is CarrierKind.OWN:
        return False
    return now - _since(shipment) >= policy.handover_grace and _waited(shipment, now, policy) >= policy.handover_grace


def _since(shipment: Shipment) -> datetime:
    """When the label was made, else when we were told of the parcel."""
    return silent_since(shipment) if shipment.status is Status.PRE_TRANSIT else shipment.created_at


def _waited(shipment: Shipment, now: datetime, policy: Policy) -> timedelta:
    """In working time of the shop."""
    return working_time(_since(shipment), now, policy.zone, policy.home, policy.holidays)


def _waiting(
    kind: FindingKind, shipment: Shipment, now: datetime, policy: Policy, limit: timedelta | None
) -> Finding | None:
    """`inside`: the shop's affair as long as the promised day can be kept. Without a limit only that day counts."""
    waited, earliest = _waited(shipment, now, policy), earliest_on(shipment, now, policy)
    touches = _touches(shipment, waited, earliest, limit or policy.unscanned)
    if not touches and (limit is None or waited < limit):
        return None
    return found(
        kind,
        Severity.SLIGHT if touches else Severity.HINT,
        "touches" if touches else "inside",
        inside=None if touches else True,
        waiting_since=iso(_since(shipment)),
        waited_hours=int(waited / _HOUR),
        threshold_hours=int(limit / _HOUR) if limit is not None else None,
        promised_on=iso(shipment.promised_on),
        earliest_on=iso(earliest),
        **whereabouts(shipment),
    )


def _touches(shipment: Shipment, waited: timedelta, earliest: date, limit: timedelta) -> bool:
    """Whether the customer is concerned: his day cannot hold; or he was promised none and waits twice the usual."""
    if shipment.promised_on is None:
        return waited >= 2 * limit
    return earliest > shipment.promised_on


def earliest_on(shipment: Shipment, now: datetime, policy: Policy) -> date:
    """The first day on which it could arrive if it were handed over at the next opportunity."""
    there = now.astimezone(ZoneInfo(policy.zone))
    leaves = there.date()
    if there.hour >= COLLECTED_UNTIL or not is_working_day(leaves, policy.home, policy.holidays):
        leaves = working_day_after(leaves, 1, policy.home, policy.holidays)
    days = LEAST_TRANSIT.domestic if is_domestic(shipment, policy) else LEAST_TRANSIT.international
    return leaves + days * DAY
