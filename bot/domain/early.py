"""A parcel that comes before its promised day."""

from datetime import datetime, timedelta

from bot.domain.evidence import found, iso, whereabouts
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.hours import day_there
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

DAY = timedelta(days=1)
NEAR = 2 * DAY
"""Farther ahead an ETA still swings: good news that is taken back is worse than none (own)."""


def earlier(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The carrier expects it a day or more before the promised one, and that day is near."""
    eta, promised = shipment.eta_on, shipment.promised_on
    if eta is None or promised is None or eta >= promised or shipment.status is not Status.IN_TRANSIT:
        return None
    today = day_there(now, shipment.zone)
    if not today <= eta <= today + NEAR or shipment.delay is not None:
        return None
    return found(
        FindingKind.EARLIER,
        Severity.HINT,
        eta.isoformat(),
        days_early=(promised - eta).days,
        eta_on=iso(eta),
        promised_on=iso(promised),
        **whereabouts(shipment),
    )
