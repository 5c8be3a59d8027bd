"""What happened to a parcel by the carrier's own codes: damaged, or not handed over because it was not paid for."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.domain.evidence import found, iso, whereabouts
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

Codes = Mapping[str, frozenset[str]]

DAMAGED: Codes = MappingProxyType(
    {
        "17track": frozenset(("EXCEPTION_DAMAGE",)),
        "aftership": frozenset(("EXCEPTION_012",)),
        "bpost": frozenset(("B05", "B08")),
        "canadapost": frozenset(("710",)),
        "chronopost": frozenset(("KC",)),
        "correios": frozenset(("BDE/28", "BDE/37", "BDE/86")),
        "dhl_parcel_de": frozenset(
            (
                *("DLVRF/DMGED/ZN", "DMGDS/CSDOC/BV", "DMGDS/CTCST/BV", "DMGDS/DMGED/BV", "DMGDS/DMGPC/BV"),
                *("DMGDS/LDMGD/BV", "DMGDS/NRQRD/BV", "DMGDS/PUDMG/BV", "EXPHD/DMGED/BV", "EXPHD/DMGPC/BV"),
                *("EXPHD/DMPHD/BV", "NTDEL/DMGED/ZN", "REPCK/DMGPC/BV"),
            )
        ),
        "dhl_unified": frozenset(
            (
                "620",
                "623",
                "83",
                "ARRIVED_DAMAGED",
                "HELD_IN_STORAGE_DAMAGED",
                "REFUSED_DAMAGED",
                "REPACKED_DELIVERY_DAMAGED",
            )
        ),
        "easypost": frozenset(("DAMAGED",)),
        "hermes": frozenset(
            (
                *("3740", "4040", "6085", "060008000", "060008002", "060008003", "060008004", "060008005", "060008008"),
                *("060008009", "100005000", "100005002", "100005003", "100005006"),
            )
        ),
        "ups": frozenset(("13", "45", "66", "67", "A3", "A4")),
    }
)
"""By a carrier's slug, the codes of exceptions that are damage, as far as its published lists name it."""

NOT_PAID: Codes = MappingProxyType(
    {
        "dhl_parcel_de": frozenset(("DLVRF/TRPMT/ZN", "EXPHD/TRPMT/BV", "NTDEL/TRPMT/ZN")),
        "dhl_unified": frozenset(
            (
                *("614", "77", "78", "86", "214", "215", "268", "HP", "AWAITING_PAYMENT_RECEIVER_NOTIFIED"),
                *("HELD_FOR_PAYMENT", "NO_MONEY_REDELIVER", "REFUSED_NO_MONEY", "REFUSED_WILL_NOT_PAY"),
            )
        ),
        "hermes": frozenset(("3715", "4015")),
    }
)
"""By a carrier's slug, the codes with which the sum could not be taken in at the door."""
_AT_THE_DOOR = frozenset({Status.EXCEPTION, Status.DELIVERY_ATTEMPTED})


def _says(shipment: Shipment, codes: Codes) -> bool:
    code = (shipment.status_code or "").upper()
    known = codes.get(shipment.slug, frozenset())
    return code in known or code.replace("-", "") in known


def damaged(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """Once a stay, however often it is scanned as such."""
    if shipment.status is not Status.EXCEPTION or not _says(shipment, DAMAGED):
        return None
    since = shipment.stage_at or shipment.status_at or shipment.created_at
    return found(
        FindingKind.DAMAGED,
        Severity.SERIOUS,
        iso(since) or "",
        damaged_at=iso(shipment.status_at),
        promised_on=iso(shipment.promised_on),
        **whereabouts(shipment),
    )


def unpaid(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """Only of a parcel that is paid for on delivery: "held for payment" may mean anything else."""
    if shipment.cod_amount is None or shipment.status not in _AT_THE_DOOR or not _says(shipment, NOT_PAID):
        return None
    at = shipment.status_at or shipment.created_at
    return found(
        FindingKind.UNPAID,
        Severity.SERIOUS,
        iso(at) or "",
        attempt_at=iso(shipment.status_at),
        next_attempt_on=iso(shipment.next_attempt_on),
        **whereabouts(shipment),
    )
