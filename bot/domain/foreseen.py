"""What the odds say of the promised day, where the carrier says nothing yet; and when they say that it holds."""

from datetime import datetime

from msgspec.structs import replace

from bot.domain.evidence import QUIET_END, WAITS_FOR_CUSTOMER, found, iso, whereabouts
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.forecast import Forecast
from bot.domain.journey import deadline_of
from bot.domain.odds import has_recovered, should_warn
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment


def foreseen(shipment: Shipment, now: datetime, policy: Policy, forecast: Forecast) -> tuple[Finding, ...]:
    """Parcels like this one mostly come late, though the carrier says nothing yet."""
    deadline = deadline_of(shipment)
    is_firm = should_warn(forecast, deadline, now, policy.odds)
    if deadline is None or not (is_firm or _in_doubt(deadline, now, policy, forecast)):
        return ()
    if shipment.status in WAITS_FOR_CUSTOMER:
        return ()
    finding = found(
        FindingKind.AT_RISK,
        Severity.HINT,
        # the mark of a carrier's own word of delay: who was told of the one is not told of the other
        f"delay:{shipment.promised_on}",
        slip=0,
        days_late=0,
        passed=False,
        promised_on=iso(shipment.promised_on),
        eta_on=iso(shipment.eta_on),
        very_sure=_is_very_sure(forecast, policy) or None,
        **whereabouts(shipment),
        **forecast.evidence,
    )
    return (finding if is_firm else replace(finding, firm=False),)


def _is_very_sure(forecast: Forecast, policy: Policy) -> bool:
    """Whether the words may be surer than "may"."""
    return forecast.p_late is not None and forecast.p_late >= policy.odds.very_sure


def _in_doubt(deadline: datetime, now: datetime, policy: Policy, forecast: Forecast) -> bool:
    return now < deadline and forecast.p_late is not None and not has_recovered(forecast, deadline, now, policy.odds)


def eases(shipment: Shipment, now: datetime, policy: Policy, forecast: Forecast | None) -> bool:
    """Whether a parcel under way is clearly expected on its promised day: a warning of it was wrong."""
    if shipment.status in QUIET_END | WAITS_FOR_CUSTOMER:
        return False
    return has_recovered(forecast, deadline_of(shipment), now, policy.odds)
