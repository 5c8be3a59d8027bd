"""What the detector sees, as values."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class FindingKind(StrEnum):
    """A trouble with a parcel that somebody may have to hear of."""

    NOT_HANDED_OVER = "not_handed_over"
    FIRST_SCAN_LATE = "first_scan_late"
    ADDRESS_PROBLEM = "address_problem"
    AT_RISK = "at_risk"
    LATE = "late"
    STALLED = "stalled"
    FAILED_ATTEMPT = "failed_attempt"
    PICKUP_ENDING = "pickup_ending"
    CUSTOMS_ACTION = "customs_action"
    DAMAGED = "damaged"
    UNPAID = "unpaid"
    EARLIER = "earlier"
    RETURNING = "returning"
    LOST = "lost"


NO_TROUBLE = frozenset({FindingKind.PICKUP_ENDING, FindingKind.EARLIER})
"""Nothing of these is wrong with the parcel's way: who asks about it does not ask about a trouble."""


class Severity(StrEnum):
    """Size of the trouble: decides the size of the words."""

    HINT = "hint"
    SLIGHT = "slight"
    SERIOUS = "serious"


class Finding(Struct, frozen=True):
    """One trouble that holds now. `evidence` is JSON-able: what the rule saw, for the card and the words.

    `mark` tells one occurrence from the next (the instant of the failed attempt, the new ETA's slip number …).
    `firm` False: not enough to be raised, too much for an open one to be closed.
    """

    kind: FindingKind
    severity: Severity
    mark: str = ""
    evidence: dict[str, Any] = {}
    firm: bool = True


class OpenFinding(Struct, frozen=True):
    """A finding as stored: raised once per occurrence."""

    id: int
    shipment_id: int
    kind: FindingKind
    occurrence: int
    severity: Severity
    evidence: dict[str, Any]
    baseline: bool
    raised_at: datetime
    closed_at: datetime | None = None
    outcome: str | None = None
