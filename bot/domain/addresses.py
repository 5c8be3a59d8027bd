"""A carrier that cannot deliver before somebody mends the address."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.evidence import found, iso, whereabouts
from bot.domain.feasts import rests_around
from bot.domain.finding import Finding, FindingKind, Severity
from bot.domain.hours import day_there, working_time
from bot.domain.policy import Policy
from bot.domain.shipment import Shipment
from carriers.kit.model import Reason, Status

DAY = timedelta(days=1)

CODES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "canadapost": frozenset(("120", "171", "1412", "2412")),
        "dhl_unified": frozenset(
            (
                *("79", "80", "81", "206", "631", "633", "683", "686", "689", "691"),
                *("700", "710", "720", "740", "750", "AN", "AN_RA", "BA", "CM"),
                *("ADDRESS_NOT_FOUND", "BAD_ADDRESS", "BAD_ADDRESS_INTERNATIONAL", "DELIVERY_DATA_INCORRECT"),
                *("MISCODE", "ON_HOLD_BAD_ADDRESS", "RECEIVER_MOVED_OR_UNKNOWN"),
            )
        ),
        "royalmail": frozenset(("EVKAI",)),
        "smsa": frozenset(("BA", "DEX03", "UTI")),
        "ups": frozenset(
            (
                *("A6", "A7", "A8", "A9", "AA", "AB", "AC", "AE", "AF", "AG", "AK", "AL", "BO", "CY", "DS", "DW"),
                *("E1", "EE", "EG", "EH", "FA", "H1", "H2", "H3", "H4", "H5", "MV", "OJ", "PH", "PI", "PN"),
                *("QZ", "R5", "RH", "RJ", "RK", "RM", "YF", "YJ", "YK", "50"),
            )
        ),
    }
)
"""By a carrier's slug, the codes of exceptions that a right address ends; leading zeros and sub codes (`DEX03-4`) off.

Any other exception for which the customer must act (refused, not paid, wants another day) is said to the shop only.
"""

_ASKED = frozenset({Reason.CONSIGNEE, Reason.MERCHANT})
"""Of whom a carrier wants the address: a code alone may mean different things in a carrier's lists."""


def asks_address(shipment: Shipment) -> bool:
    """Whether the carrier says that the address is what keeps the parcel."""
    if shipment.status is not Status.EXCEPTION or shipment.status_code is None or shipment.reason not in _ASKED:
        return False
    code = shipment.status_code.upper().lstrip("0")
    known = CODES.get(shipment.slug, frozenset())
    return code in known or code.partition("-")[0] in known


def address_problem(shipment: Shipment, now: datetime, policy: Policy) -> Finding | None:
    """The shop hears of it first; the customer is asked where his day depends on it, or a working day later."""
    if shipment.status is not Status.EXCEPTION:
        return None
    is_address = asks_address(shipment)
    if not is_address and (shipment.reason is not Reason.CONSIGNEE or shipment.delay is not None):
        return None
    since = shipment.status_at or shipment.created_at
    inside = not (is_address and _concerns_customer(shipment, since, now))
    return found(
        FindingKind.ADDRESS_PROBLEM,
        Severity.HINT if inside else Severity.SLIGHT,
        f"{iso(since)}:{'inside' if inside else 'touches'}",
        inside=True if inside else None,
        about="address" if is_address else None,
        since=iso(since),
        promised_on=iso(shipment.promised_on),
        **whereabouts(shipment),
    )


def _concerns_customer(shipment: Shipment, since: datetime, now: datetime) -> bool:
    """It must be mended a day before the promised one; parcelLab: an exception counts on the next working day."""
    promised = shipment.promised_on
    if promised is not None and promised <= day_there(now, shipment.zone) + DAY:
        return True
    return working_time(since, now, shipment.zone, shipment.country, rests_around(shipment.country, now.year)) >= DAY
