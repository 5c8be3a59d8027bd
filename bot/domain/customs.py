"""A parcel that customs keep until somebody acts: its customer at once, the shop where only the shop can."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.domain.evidence import found, iso, whereabouts
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Reason, Status

CHARGES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "aftership": frozenset(("Exception_006",)),
        "correios": frozenset(("BDE/54", "BDE/58", "BDE/59", "FC/26", "PAR/11", "PAR/17", "PAR/30", "PAR/33")),
        "dhl_unified": frozenset(("240", "242", "503")),
        "ups": frozenset(("1C", "7F", "D9", "EY")),
    }
)
"""By a carrier's slug, the codes with which customs wait for money. Any other: they wait for papers or an answer."""
CHARGE, PAPERS = "charges", "papers"


def asks_customer(shipment: Shipment) -> bool:
    """Whether customs wait for the customer."""
    return shipment.status is Status.CUSTOMS and shipment.reason is Reason.CONSIGNEE


def customs_action(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """Once a stay at customs and matter, however often it is scanned there; what the shop must send stays inside."""
    if shipment.status is not Status.CUSTOMS or shipment.reason not in (Reason.CONSIGNEE, Reason.MERCHANT):
        return None
    inside = shipment.reason is Reason.MERCHANT
    about = CHARGE if _is_charge(shipment) else PAPERS
    due_on = shipment.duty.due_on if shipment.duty is not None else None
    since = shipment.stage_at or shipment.status_at or shipment.created_at
    return found(
        FindingKind.CUSTOMS_ACTION,
        Severity.HINT if inside else Severity.SERIOUS,
        f"{iso(since)}:{'inside' if inside else about}:{due_on or ''}",
        inside=True if inside else None,
        about=about,
        since=iso(since),
        due_on=iso(due_on),
        promised_on=iso(shipment.promised_on),
        **whereabouts(shipment),
    )


def _is_charge(shipment: Shipment) -> bool:
    code = (shipment.status_code or "").upper()
    known = CHARGES.get(shipment.slug, frozenset())
    return shipment.duty is not None or code in known or code.lstrip("0") in known
