"""Shipments in parts: of several pieces, or carried by one carrier after another."""

from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.merging import FURTHER
from carriers.kit.model import Piece, ScanEvent, Status, TrackingResult

_UNSAID = frozenset({Status.UNKNOWN})
ENDED = frozenset({Status.DELIVERED, Status.RETURNED, Status.LOST, Status.CANCELLED})
NO_STATUSES: frozenset[Status] = frozenset()
_DELIVERED = frozenset({Status.DELIVERED})
WAY_BACK = {
    Status.PRE_TRANSIT: Status.RETURNING,
    Status.IN_TRANSIT: Status.RETURNING,
    Status.CUSTOMS: Status.RETURNING,
    Status.EXCEPTION: Status.RETURNING,
    Status.OUT_FOR_DELIVERY: Status.RETURNING,
    Status.DELIVERY_ATTEMPTED: Status.RETURNING,
    Status.AVAILABLE_FOR_PICKUP: Status.RETURNING,
    Status.DELIVERED: Status.RETURNED,
}
"""What a parcel's scans mean once it goes back under a number of its own."""


class LegState(Struct, frozen=True):
    """Where the further carrier's part of the way stands; `is_heard`: he has answered for it."""

    status: Status = Status.UNKNOWN
    is_heard: bool = False
    is_back: bool = False

    @property
    def is_under_way(self) -> bool:
        """Whether he has the parcel: until he delivers it, nobody has."""
        return self.is_heard and self.status not in ENDED and not self.is_back


def pieces_after(known: Mapping[str, Status], pieces: Collection[Piece]) -> dict[str, Status]:
    """The pieces as they stand; one of which nothing is said keeps its status."""
    return dict(known) | {
        piece.number: known.get(piece.number, piece.status) if piece.status in _UNSAID else piece.status
        for piece in pieces
    }


def slowest(pieces: Mapping[str, Status]) -> Status | None:
    """The status of the piece that is least far on its way, None when all of which we know have been delivered."""
    open_ = [status for status in pieces.values() if status not in _UNSAID | _DELIVERED]
    return min(open_, key=FURTHER.__getitem__, default=None)


def as_far_as_all(result: TrackingResult, pieces: Mapping[str, Status]) -> TrackingResult:
    """Several pieces are delivered when each of them is: until then the answer reads as the slowest one's."""
    open_ = slowest(pieces)
    if result.status is not Status.DELIVERED or open_ is None:
        return result
    return replace(result, status=open_, delivered_at=None, signed_by=None)


def as_far_as_handed_over(result: TrackingResult, legs: Collection[LegState]) -> TrackingResult:
    """A carrier's "delivered" is a hand-over while the next carrier has the parcel."""
    if result.status is not Status.DELIVERED or not any(leg.is_under_way for leg in legs):
        return result
    return replace(result, status=Status.IN_TRANSIT, delivered_at=None, signed_by=None)


def barred(pieces: Mapping[str, Status], legs: Collection[LegState]) -> frozenset[Status]:
    """What no scan alone may make of the whole shipment."""
    is_open = slowest(pieces) is not None or any(leg.is_under_way for leg in legs)
    return _DELIVERED if is_open else NO_STATUSES


def on_the_way_back(result: TrackingResult) -> TrackingResult:
    """An answer about the number under which a parcel goes back."""
    events = tuple(_back(event) for event in result.events)
    return replace(
        result, status=WAY_BACK.get(result.status, result.status), events=events, eta=None, eta_from=None, pickup=None
    )


def _back(event: ScanEvent) -> ScanEvent:
    return replace(event, status=WAY_BACK.get(event.status, event.status)) if event.status is not None else event
