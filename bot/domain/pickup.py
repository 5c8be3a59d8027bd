"""A parcel that waits to be collected: until when, the one reminder, and what holds once that day is near or over."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from msgspec import Struct

from bot.domain.evidence import found, iso, whereabouts
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.hours import day_there, moment, waking, working_day_after
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Pickup, Status

DAY = timedelta(days=1)
REMINDED_AT = 10 * 60
"""Minute of the day before the last one at which the reminder comes: time is left to go there, or to ask for more."""


READY, REMINDER = "ready", "pickup_ending"
"""Kinds of message: it can be collected; the one reminder of it."""


def reminder_of(until: date | None) -> str:
    """The part of a cause that names the reminder of a last day: there is one, whoever comes to say it."""
    return f"{REMINDER}:{until}"


class Keeping(Struct, frozen=True):
    """Days that a carrier keeps a parcel after the one on which it came there; `source`: who says so."""

    days: int
    source: str
    working: bool = False


KEPT: Mapping[str, Keeping] = MappingProxyType(
    {
        # the day on which it comes there is the first of the seven; branches count working days and so keep it longer
        "dhl_parcel_de": Keeping(6, "DHL: seven calendar days in a Packstation, the first one included"),
        "usps": Keeping(15, "USPS: 15 days after the notice"),
        "royalmail": Keeping(18, "Royal Mail: 18 days"),
        "canadapost": Keeping(15, "Canada Post: 15 days"),
        "australiapost": Keeping(10, "Australia Post: 10 working days", working=True),
    }
)
"""By a carrier's slug, where it gives no day itself. No line: nobody knows, and no day is named."""


def waits(shipment: Shipment) -> bool:
    """Whether it lies where its customer can collect it."""
    return shipment.status is Status.AVAILABLE_FOR_PICKUP


def collect_until(shipment: Shipment) -> date | None:
    """The last day to collect it: as the carrier says, else as it usually keeps parcels; None where nobody knows."""
    if not waits(shipment):
        return None
    if shipment.pickup is not None and shipment.pickup.until is not None:
        return shipment.pickup.until
    came_at = shipment.stage_at or shipment.status_at
    return kept_until(shipment.slug, day_there(came_at, shipment.zone), shipment.country) if came_at else None


def kept_until(slug: str, came_on: date, country: str | None) -> date | None:
    """The last day by the table, for a parcel that came to the pick-up point on `came_on`."""
    keeping = KEPT.get(slug)
    if keeping is None:
        return None
    return working_day_after(came_on, keeping.days, country) if keeping.working else came_on + keeping.days * DAY


def remind_at(until: date, now: datetime, zone: str, quiet: str | None) -> datetime | None:
    """The morning before the last day, as the reader is awake; None where that is over: whoever hears now, knows."""
    at = waking(moment(until - DAY, REMINDED_AT, zone), zone, quiet)
    return at if at > now and day_there(at, zone) > day_there(now, zone) else None


def pickup_ending(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """From the day before the last one on; `over`: nobody has collected it, and it may go back any time."""
    until = collect_until(shipment)
    today = day_there(now, shipment.zone)
    if until is None or today < until - DAY:
        return None
    over = today > until
    told = shipment.pickup or Pickup()
    return found(
        FindingKind.PICKUP_ENDING,
        Severity.SERIOUS if over else Severity.SLIGHT,
        f"{until}:{'over' if over else 'ending'}",
        until_on=iso(until),
        said_by="carrier" if told.until is not None else KEPT[shipment.slug].source,
        over=True if over else None,
        waiting_since=iso(shipment.stage_at or shipment.status_at),
        **whereabouts(shipment),
    )


def moved(before: Shipment, after: Shipment) -> bool:
    """Whether a parcel that waited before has another last day now, or its first one."""
    if not (waits(before) and waits(after)):
        return False
    until = collect_until(after)
    return until is not None and until != collect_until(before)
