"""What findings are made of: kind, size, mark, and what the rule saw of a parcel."""

from datetime import date, datetime
from typing import Any

from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment


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
