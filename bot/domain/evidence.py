"""What findings are made of: kind, size, mark, and what the rule saw of a parcel."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

QUIET_END = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED})
"""Nothing is wrong any more. A carrier's own `lost` is final too, but is itself the finding."""
WAITS_FOR_CUSTOMER = frozenset({Status.AVAILABLE_FOR_PICKUP})


def found(kind: FindingKind, severity: Severity, mark: str, **evidence: Any) -> Finding:
    """A finding with its evidence; what is not known is left out."""
    kept = {name: value for name, value in evidence.items() if value is not None}
    return Finding(kind, severity, mark, {**kept, "mark": mark})


def iso(at: datetime | date | None) -> str | None:
    """As JSON has it."""
    return at.isoformat() if at is not None else None


def whereabouts(shipment: Shipment) -> dict[str, Any]:
    """Where it was seen last, and what the carrier said of it."""
    return {
        "last_place": shipment.scan_place or None,
        "last_at": iso(shipment.scan_at),
        "status": shipment.status.value,
        "status_code": shipment.status_code,
        "reason": shipment.reason.value if shipment.reason is not None else None,
    }


def silent_since(shipment: Shipment) -> datetime:
    """The last scan; before there is one, when we were told of the parcel."""
    return shipment.scan_at or shipment.created_at


def is_domestic(shipment: Shipment, policy: Policy) -> bool:
    """False where either country is unknown: silence is then given more time."""
    return shipment.country is not None and shipment.country == policy.home


def step_of(evidence: Mapping[str, Any]) -> tuple[int, bool]:
    """How far a delay has come: days of slip, then whether even that day is over."""
    return evidence.get("slip", 0), evidence.get("passed", False)


class Said(NamedTuple):
    """The window in a finding, said to hold with the chance `claimed`. `to_on` None: nobody knows an end."""

    from_on: date
    to_on: date | None
    claimed: float | None = None


def window_in(evidence: Mapping[str, Any]) -> Said | None:
    """The window that is said of a delay in place of a day, if it has one."""
    window = evidence.get("window")
    if window is None:
        return None
    end = window.get("to_on")
    first, last = date.fromisoformat(window["from_on"]), date.fromisoformat(end) if end else None
    return Said(first, last, window.get("coverage"))


def outlives(evidence: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a delay (of which no day ahead is known) has lasted longer than the window that was said of it."""
    window = window_in(before)
    if window is None or window.to_on is None or not evidence.get("passed") or "promised_on" not in evidence:
        return False
    late = timedelta(days=int(evidence["days_late"]))
    return date.fromisoformat(evidence["promised_on"]) + late > window.to_on
