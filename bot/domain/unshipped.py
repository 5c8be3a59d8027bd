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


def unshipped(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """It still lies here for too long (the carrier does not know of it, or has a label and no scan), or too late.

    The shop's own courier gives no scans: nothing follows from their absence.
    """
    if shipment.status not in UNHANDED or policy.kind is CarrierKind.OWN:
        return None
    since = _since(shipment)
    if now - since < policy.handover_grace:
        return None
    waited = working_time(since, now, policy.zone, policy.home, policy.holidays, policy.opened)
    return _waiting(shipment, now, policy, waited) if waited >= policy.handover_grace else None


def _since(shipment: Shipment) -> datetime:
    """When the label was made, else when we were told of the parcel."""
    return silent_since(shipment) if shipment.status is Status.PRE_TRANSIT else shipment.created_at


def _waiting(shipment: Shipment, now: datetime, policy: Policy, waited: timedelta) -> Finding | None:
    """`inside`: the shop's affair as long as the promised day can be kept. `waited`: working time of the shop."""
    is_label = shipment.status is Status.PRE_TRANSIT
    limit = policy.unscanned if is_label else policy.unannounced
    earliest, is_long = earliest_on(shipment, now, policy), waited >= limit
    touches = _touches(shipment, waited, earliest, limit)
    if not touches and not is_long:
        return None
    return found(
        FindingKind.FIRST_SCAN_LATE if is_label and is_long else FindingKind.NOT_HANDED_OVER,
        Severity.SLIGHT if touches else Severity.HINT,
        "touches" if touches else "inside",
        inside=None if touches else True,
        waiting_since=iso(_since(shipment)),
        waited_hours=int(waited / _HOUR),
        threshold_hours=int(limit / _HOUR) if is_long else None,
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
    if there.hour >= COLLECTED_UNTIL or not is_working_day(leaves, policy.home, policy.holidays, policy.opened):
        leaves = working_day_after(leaves, 1, policy.home, policy.holidays, policy.opened)
    days = LEAST_TRANSIT.domestic if is_domestic(shipment, policy) else LEAST_TRANSIT.international
    return leaves + days * DAY
