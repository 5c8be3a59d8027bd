"""When to ask a carrier again: before what may have come would have waited too long; rarely once it is over."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.policy import Policy
from bot.domain.rhythm import LONGEST as FARTHEST
from bot.domain.rhythm import Rhythms, waited, waiting
from bot.domain.rhythm_prior import PRIOR
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
BUILT_IN = Rhythms(PRIOR)

PATIENCE: dict[Status, float] = {
    # Expected news times the hours it waits (own; chosen on simulated parcels with a margin to every figure asked for):
    # 0.2 is one chance in ten of a new status that nobody has known of for two hours.
    Status.UNKNOWN: 0.3,
    Status.PRE_TRANSIT: 0.8,
    Status.IN_TRANSIT: 0.1,
    Status.CUSTOMS: 0.3,
    Status.OUT_FOR_DELIVERY: 0.55,
    Status.AVAILABLE_FOR_PICKUP: 0.6,
    Status.DELIVERY_ATTEMPTED: 0.3,
    Status.EXCEPTION: 0.3,
    Status.RETURNING: 0.6,
}
EXPECTED = (0.5, 0.7, 1.5, 3.0)
"""Patience by days until the carrier's ETA, the last for later ones: news is worth most on the day and before it."""
PROMISED = (0.5, 0.7)
"""The same for a promised day, where there is no ETA: shops promise late, so that a far one says nothing."""
OVERDUE = 0.5
"""The same for a week after such a day: the customer counts the hours."""
IMPORTANT = 0.25
"""Patience with a parcel that matters: it is asked for twice as often."""
_DAYED = frozenset({Status.IN_TRANSIT, Status.CUSTOMS, Status.EXCEPTION})
"""Stages in which the day tells when news comes."""

SHORTEST = 0.25
"""Hours between two questions; so are all gaps below."""
LONGEST = 12.0
"""Of a parcel that moves: silence is looked into at each answer."""
SILENT: tuple[tuple[float, float], ...] = (
    # silent for longer than, asked every (own: it sleeps; karrio gives up at 90 days, 17TRACK at 30)
    (90 * 24.0, 7 * 24.0),
    (45 * 24.0, 3 * 24.0),
    (21 * 24.0, 24.0),
)
LONGEST_SILENT = SILENT[0][1]
_SLEEPS = SILENT[-1][0]
LONGEST_MISSED = 24.0
"""Of one that the carrier does not know, or that it pushes."""
MISSES_COUNTED = 4
PUSHED = 100.0
"""Patience with a carrier that pushes: asking is for the push that was lost."""
LATE_LOOKS: dict[Status, tuple[int, ...]] = {
    # Days after the end on which it is looked at once more: a wrong scan is mended within days, who is not at home
    # sends back within a week (own; 17TRACK stops 15 days after delivery), what was lost turns up within weeks.
    Status.DELIVERED: (2, 7),
    Status.LOST: (2, 4, 7, 11, 16, 22, 30),
    Status.CANCELLED: (2, 7),
    Status.RETURNED: (),
}
ON_THE_VAN = 5.0
"""How much more urgent a parcel on the van is: measured, its news comes sooner by half, and nobody else's later."""
URGENT_NEW = 25.0
"""What was never asked for: before all but the parcels whose turn came five gaps ago."""


def next_poll(
    shipment: Shipment,
    now: datetime,
    policy: Policy,
    *,
    every: timedelta | None = None,
    jitter: float = 0.5,
    rhythms: Rhythms = BUILT_IN,
    pushed: bool = False,
) -> datetime:
    """When to ask next; NEVER once it is over and its late looks are done. `jitter` in [0, 1): a tenth either way.

    `every` (the operator's POLL_EVERY_SECONDS) overrides all but the end. `pushed`: the carrier tells by itself, so
    that asking only catches what it forgets.
    """
    if shipment.status.is_final:
        return NEVER if every is not None else _late_look(shipment, now)
    if every is not None:
        return now + every
    silent = max((now - (shipment.scan_at or shipment.created_at)).total_seconds() / 3600, 0.0)
    if silent > _SLEEPS:
        return _in_hours(now, _asleep(silent) * (0.9 + 0.2 * jitter))
    today, hour = _there(now, shipment.zone)
    longest = LONGEST_MISSED if shipment.misses or pushed else LONGEST
    patience = _patience(shipment, today) * (PUSHED if pushed else 1.0)
    beat = rhythms.beat(shipment.slug, shipment.status, shipment.country)
    hours = waiting(beat, silent, hour, patience, longest)
    if shipment.misses:
        hours *= 1 << min(shipment.misses, MISSES_COUNTED)
    return _in_hours(now, min(max(hours, SHORTEST), longest) * (0.9 + 0.2 * jitter))


def _asleep(silent: float) -> float:
    """Hours between two questions about what has been silent for so many."""
    return next(gap for limit, gap in SILENT if silent > limit)


def _in_hours(now: datetime, hours: float) -> datetime:
    return now + timedelta(0, 3600 * hours)


@lru_cache(maxsize=256)
def _there(now: datetime, zone: str) -> tuple[date, float]:
    """The day and the hour of the week in a zone; all parcels of a chunk are asked for at one time."""
    there = now.astimezone(ZoneInfo(zone))
    return there.date(), _hour_of_week(there)


def urgency(shipment: Shipment, now: datetime, rhythms: Rhythms = BUILT_IN) -> float:
    """How badly a due parcel wants to be asked for: what may have come has waited so many times what we bear.

    1 when its turn comes (ON_THE_VAN there), and rising ever faster; for choosing where an account may not ask for all.
    """
    if shipment.polled_at is None:
        return URGENT_NEW
    ahead = max((now - shipment.polled_at) / HOUR, 0.0)
    if shipment.status.is_final:
        return (ahead / _LATE_LOOK) ** 2
    there = shipment.polled_at.astimezone(ZoneInfo(shipment.zone))
    silent = max((shipment.polled_at - (shipment.scan_at or shipment.created_at)) / HOUR, 0.0)
    if silent > _SLEEPS:  # by its own rare turn: by what may have come it would be before all that moves
        return (ahead / _asleep(silent)) ** 2
    beat = rhythms.beat(shipment.slug, shipment.status, shipment.country)
    patience = _patience(shipment, now.astimezone(ZoneInfo(shipment.zone)).date())
    farther = max(ahead / FARTHEST, 1.0)
    has_waited = waited(beat, silent, _hour_of_week(there), min(ahead, FARTHEST)) * farther**2
    weight = ON_THE_VAN if shipment.status is Status.OUT_FOR_DELIVERY else 1.0
    return weight * has_waited / (patience * (1 << 2 * min(shipment.misses, MISSES_COUNTED)))


_LATE_LOOK = 48.0
"""Hours after which a late look counts one: it comes last, and in a week or two all the same."""


def _hour_of_week(there: datetime) -> float:
    return there.weekday() * 24 + there.hour + there.minute / 60


def _patience(shipment: Shipment, today: date) -> float:
    """How much expected waiting is borne: less where news is worth more."""
    patience = PATIENCE[shipment.status]
    if shipment.priority > 0:
        patience *= IMPORTANT
    return patience * _nearness(shipment, today) if shipment.status in _DAYED else patience


def _nearness(shipment: Shipment, today: date) -> float:
    day, table = (shipment.eta_on, EXPECTED) if shipment.eta_on is not None else (shipment.promised_on, PROMISED)
    if day is None:
        return 1.0
    ahead = (day - today).days
    if ahead < 0:
        return OVERDUE if ahead >= -7 else 1.0
    if ahead < len(table):
        return table[ahead]
    return table[-1] if table is EXPECTED else 1.0


def _late_look(shipment: Shipment, now: datetime) -> datetime:
    """A wrong end and a return are seen, too; nobody is asked for the shop's own courier's."""
    ended = min(shipment.delivered_at or shipment.status_at or shipment.scan_at or shipment.created_at, now)
    looks = LATE_LOOKS[shipment.status] if shipment.account_id is not None else ()
    return next((at for days in looks if (at := ended + days * DAY) > now), NEVER)


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


def longest_wait(kind: str) -> timedelta:
    """How long a carrier that fails on and on is left alone between two questions."""
    return BACKOFF.get(kind, BACKOFF["server"]).longest


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
