"""When to ask a carrier again: more often where news is likely, never once it is over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

# delay.md, polling: a gap of at most 8 to 12 h with .08 to .12 chance of news costs 30 to 42 calls a parcel and
# learns of delivery within about half an hour at the median. The stages below follow that shape (own table).
EVERY: dict[Status, timedelta] = {
    Status.UNKNOWN: 4 * HOUR,
    Status.PRE_TRANSIT: 6 * HOUR,
    Status.IN_TRANSIT: 4 * HOUR,
    Status.CUSTOMS: 6 * HOUR,
    Status.OUT_FOR_DELIVERY: HOUR / 2,
    Status.AVAILABLE_FOR_PICKUP: 6 * HOUR,
    Status.DELIVERY_ATTEMPTED: 2 * HOUR,
    Status.EXCEPTION: 3 * HOUR,
    Status.RETURNING: 8 * HOUR,
}
LONGEST = 12 * HOUR
"""Of a parcel that moves."""
LONGEST_SILENT = DAY
"""Of one that has been silent for three weeks, or is not known to the carrier."""
SHORTEST = timedelta(minutes=15)
SAFETY_NET = 4
"""How much longer the gaps are where the carrier pushes."""
_SILENT = 21 * DAY
_SLOW = 7 * DAY
_NIGHT = (22, 6)
_MISSES_COUNTED = 4


def next_poll(
    shipment: Shipment,
    now: datetime,
    policy: Policy,
    *,
    every: timedelta | None = None,
    jitter: float = 0.5,
    pushed: bool = False,
) -> datetime:
    """When to ask next; NEVER for a final status. `jitter` in [0, 1) spreads by a tenth either way.

    `every` (the operator's POLL_EVERY_SECONDS) overrides all but the end. `pushed`: the carrier tells by itself, so
    that asking only catches what it forgets.
    """
    if shipment.status.is_final:
        return NEVER
    if every is not None:
        return now + every
    gap = EVERY[shipment.status] * _factor(shipment, now)
    longest = LONGEST_SILENT if pushed or _is_slow(shipment, now) else LONGEST
    gap *= SAFETY_NET if pushed else 1
    return now + min(max(gap, SHORTEST), longest) * (0.9 + 0.2 * jitter)


def _is_slow(shipment: Shipment, now: datetime) -> bool:
    return shipment.misses > 0 or now - (shipment.scan_at or shipment.created_at) > _SILENT


def _factor(shipment: Shipment, now: datetime) -> float:
    """Product of what makes news more (below 1) or less likely."""
    factor = float(1 << min(shipment.misses, _MISSES_COUNTED))
    silent = now - (shipment.scan_at or shipment.created_at)
    if silent > _SLOW:
        factor *= 4 if silent > _SILENT else 2
    if shipment.priority > 0:
        factor /= 2
    return factor * _hour_there(shipment, now)


def _hour_there(shipment: Shipment, now: datetime) -> float:
    """Carriers scan little at night and most near the day of arrival."""
    there = now.astimezone(ZoneInfo(shipment.zone))
    if there.hour >= _NIGHT[0] or there.hour < _NIGHT[1]:
        return 6 if shipment.status is Status.OUT_FOR_DELIVERY else 2
    day = shipment.eta_on or shipment.promised_on
    return 0.5 if day is not None and abs((day - there.date()).days) <= 1 else 1


class Backoff(Struct, frozen=True):
    """Doubling from `first` to at most `longest`."""

    first: timedelta
    longest: timedelta


# By the kind of carriers.kit.errors: what the caller should do
BACKOFF = {
    "server": Backoff(timedelta(seconds=30), HOUR),
    "throttled": Backoff(timedelta(minutes=1), HOUR),
    "auth": Backoff(HOUR, DAY),
    "not_found": Backoff(4 * HOUR, DAY),
    "invalid": Backoff(DAY, 7 * DAY),
}


def retry_after(
    kind: str, failures: int, now: datetime, retry_at: datetime | None = None, *, jitter: float = 0.5
) -> timedelta:
    """How long to leave a carrier alone after its `failures`-th failure in a row (1 for the first).

    Never shorter than the carrier asks for; `jitter` in [0, 1) lengthens by up to a quarter.
    """
    backoff = BACKOFF.get(kind, BACKOFF["server"])
    wait = min(backoff.first * (1 << min(max(failures, 1) - 1, 16)), backoff.longest)
    asked = retry_at - now if retry_at is not None else timedelta()
    return max(wait, asked) * (1 + jitter / 4)
