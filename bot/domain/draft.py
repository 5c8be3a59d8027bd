"""Warnings that people of the shop see before their customers do: what they decide, and how right the machine was."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.detector import Raised
from bot.domain.finding import Finding, FindingKind, OpenFinding
from bot.domain.hours import day_there
from bot.domain.notice import NEWS
from bot.domain.shipment import Shipment
from bot.domain.telling import Following, Notice
from carriers.kit.model import Status

HOUR = timedelta(hours=1)
_K = FindingKind


class Mode(StrEnum):
    """How a shop's warnings leave: LIVE by themselves, SHADOW each after a person's yes."""

    LIVE = "live"
    SHADOW = "shadow"


class Held(StrEnum):
    """How far a draft is. WAITING: the hour it would leave has not come; ALLOWED: a yes that is being carried out.

    VOID: no longer true before anybody saw it. REPLACED: a newer one about the same stands in its place.
    """

    WAITING = "waiting"
    OPEN = "open"
    ALLOWED = "allowed"
    SENT = "sent"
    EDITED = "edited"
    DROPPED = "dropped"
    EXPIRED = "expired"
    REPLACED = "replaced"
    VOID = "void"


UNDECIDED = frozenset({Held.WAITING, Held.OPEN})
AS_IF_TOLD = frozenset({Held.OPEN, Held.DROPPED})
"""What the customer would know by now, had it been sent: nothing is drafted that he would not be told."""


class Part(Struct, frozen=True):
    """One parcel of a draft: its finding with the mark of that slip, and what its reader would know by it."""

    shipment_id: int
    finding_id: int
    mark: str = ""
    told_on: date | None = None
    slips: int = 0


class Draft(Struct, frozen=True):
    """A warning kept back. `cause` and `collapse` are the notice's; `due_at`: when it would have left.

    `batch_id`: of those shown in one message. `edit_by`: who is writing other words for it, since `edit_at`.
    """

    id: int
    merchant_id: int
    customer_id: int
    kind: str
    state: Held
    cause: str
    collapse: str | None
    due_at: datetime
    shown_at: datetime | None = None
    batch_id: int | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None
    edit_by: int | None = None
    edit_at: datetime | None = None
    parts: tuple[Part, ...] = ()


def is_draft(notice: Notice) -> bool:
    """Whether a notice is a warning of ours; facts, news and what takes a warning back are none."""
    return notice.warns and notice.finding is not None


# ---- where they are shown

FEW = 5
"""Drafts that a shop's people get as messages of their own, in WHILE; more come as pages of one message."""
WHILE = timedelta(minutes=10)
JOINS_WITHIN = timedelta(hours=1)
"""So long further ones join a message of pages; later they would go unnoticed there."""
EDIT_WITHIN = timedelta(minutes=15)
"""So long after [Edit] the next words are taken for the customer's message: later they are meant for somebody else."""


def is_stacked(due: int, lately: int) -> bool:
    """Whether so many drafts become pages of one message, after `lately` messages in WHILE."""
    return due + lately > FEW


def may_write(draft: Draft, user_id: int, now: datetime) -> bool:
    """Whether this person's next words stand in for the draft."""
    recently = draft.edit_at is not None and now - draft.edit_at <= EDIT_WITHIN
    return draft.state is Held.OPEN and draft.edit_by == user_id and recently


# ---- what the customer would know


class AsIf(Struct, frozen=True):
    """What a follower of a shipment would know by its drafts."""

    told_on: date | None
    slips: int
    warned_at: datetime


def as_if_told(follower: Following, drafts: Sequence[AsIf]) -> Following:
    """The follower with how he would stand had they been sent: the next warning is planned after that."""
    if not drafts:
        return follower
    days = [one.told_on for one in drafts if one.told_on is not None]
    warned = [one.warned_at for one in drafts] + ([follower.warned_at] if follower.warned_at is not None else [])
    drafted = replace(
        follower,
        told_on=days[-1] if days else follower.told_on,
        slips=follower.slips + sum(one.slips for one in drafts),
        warned_at=max(warned),
    )
    return replace(follower, drafted=drafted)


def raised_again(one: OpenFinding) -> Raised:
    """A stored finding as it was when it was raised."""
    return Raised(Finding(one.kind, one.severity, one.evidence.get("mark", ""), one.evidence), one.occurrence, False)


# ---- what a live message must not tell before anybody was warned

SPOKEN = frozenset(NEWS) | {Status.CANCELLED}
"""Statuses that are told by themselves: their live message says all."""
TROUBLED = frozenset({Status.EXCEPTION, Status.DELIVERY_ATTEMPTED, Status.RETURNING, Status.LOST})
"""Statuses that are a warning of their own."""


# ---- how right it was


class Came(StrEnum):
    """What came of a parcel whose warning was drafted. FACT: a scan said so, nothing was foretold."""

    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"
    FACT = "fact"


_FACTS = frozenset(
    {_K.FAILED_ATTEMPT, _K.RETURNING, _K.ADDRESS_PROBLEM, _K.CUSTOMS_ACTION, _K.PICKUP_ENDING, _K.DAMAGED, _K.UNPAID}
)
_PROVEN = frozenset({_K.LATE, _K.LOST})
"""Findings that are lateness themselves."""
_LOST_TO_HIM = frozenset({Status.LOST, Status.RETURNED})


def at_once(kind: FindingKind) -> Came | None:
    """What is known already when a draft of that finding is shown; None: its parcel will tell."""
    if kind in _FACTS:
        return Came.FACT
    return Came.RIGHT if kind in _PROVEN else None


def proves(kind: FindingKind) -> bool:
    """Whether a new finding of that kind says that an earlier draft was right."""
    return kind in _PROVEN


def came(shipment: Shipment) -> Came | None:
    """Right: late or never. Wrong: there by the promised day. None while it is under way.

    Without a promised day, and where the order was cancelled, nobody can say.
    """
    if shipment.status in _LOST_TO_HIM:
        return Came.RIGHT
    if shipment.status is Status.CANCELLED:
        return Came.NONE
    if shipment.status is not Status.DELIVERED:
        return None
    at = shipment.delivered_at or shipment.status_at
    if at is None or shipment.promised_on is None:
        return Came.NONE
    return Came.RIGHT if day_there(at, shipment.zone) > shipment.promised_on else Came.WRONG


class Tally(Struct, frozen=True):
    """A shop's drafts, each parcel once, by its first. `ahead`: median from the draft to the promised day's end."""

    drafts: int = 0
    right: int = 0
    wrong: int = 0
    open: int = 0
    ahead: timedelta | None = None

    @property
    def figures(self) -> Mapping[str, int]:
        """As texts want it; hours, `ahead` or, where the day was over already, `behind`."""
        found = {"drafts": self.drafts, "right": self.right, "wrong": self.wrong, "open": self.open}
        if self.ahead is not None:
            hours = round(self.ahead / HOUR)
            found["ahead" if hours >= 0 else "behind"] = abs(hours)
        return {name: count for name, count in found.items() if count}
