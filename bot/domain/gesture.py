"""A gesture for a parcel that did not go as promised: within the shop's budget of a month, and whose yes it needs."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from msgspec import Struct

from bot.domain.finding import FindingKind


class Kind(StrEnum):
    """What is given."""

    COUPON = "coupon"
    DELIVERY = "delivery"
    REFUND = "refund"


WENT_WRONG = frozenset(
    {
        FindingKind.FIRST_SCAN_LATE, FindingKind.NOT_HANDED_OVER, FindingKind.LATE, FindingKind.STALLED,
        FindingKind.FAILED_ATTEMPT, FindingKind.RETURNING, FindingKind.LOST, FindingKind.DAMAGED,
    }
)  # fmt: skip
"""Findings after which a parcel did not go as promised."""


class Verdict(StrEnum):
    """What becomes of it: given at once, or whose yes it waits for, or why it cannot be given."""

    GIVE = "give"
    AGAIN = "again"
    LIMIT = "limit"
    OVER = "over"
    NO_BUDGET = "no_budget"


class Purse(Struct, frozen=True):
    """A shop's means in hundredths of its currency: a month's budget, and what an agent gives alone for one slip.

    `delivery`: what a free delivery counts against the budget. What is not said is not allowed.
    """

    month: int | None = None
    limit: int | None = None
    delivery: int = 0


def purse_by(settings: Mapping[str, Any]) -> Purse:
    """From a shop's settings, whole units of its currency there."""
    said = settings.get("gestures") or {}
    whole = {name: int(said[name]) * 100 for name in Purse.__struct_fields__ if said.get(name) is not None}
    return Purse(**whole)


def hundredths(amount: str) -> int | None:
    """A sum as it is counted; None where it is none, or nothing."""
    try:
        counted = int((Decimal(amount) * 100).to_integral_value())
    except (InvalidOperation, OverflowError, ValueError):
        return None
    return counted if 0 < counted < 10**14 else None


def verdict(cost: int, spent: int, purse: Purse, *, leads: bool, again: bool, before: int = 0) -> Verdict:
    """`again`: for this slip something was given, and nobody has said yes to more; `leads` needs nobody's yes.

    `before`: what was given for the same slip; the limit is for all of it, in however many pieces it is given.
    """
    if purse.month is None:
        return Verdict.NO_BUDGET
    if spent + cost > purse.month:
        return Verdict.OVER
    if not leads and purse.limit is not None and before + cost > purse.limit:
        return Verdict.LIMIT
    return Verdict.AGAIN if again else Verdict.GIVE


def left(spent: int, purse: Purse) -> int:
    """What may still be given this month."""
    return max((purse.month or 0) - spent, 0)


def written(counted: int) -> str:
    """Hundredths as a plain decimal."""
    return f"{counted // 100}.{counted % 100:02d}"
