"""What an answer changes in what is stored: whole histories as they are, parts of one merged with all that is known."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.merging import Kept, merge
from bot.domain.parts import LegState, as_far_as_all, as_far_as_handed_over, barred, on_the_way_back, pieces_after
from bot.domain.reuse import own
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change, diff
from bot.store import ingest, legs, packing
from carriers.kit.errors import CarrierError
from carriers.kit.model import Piece, Status, TrackingResult


class Polled(NamedTuple):
    """What a carrier said of one shipment; None: the same as before, or nobody is asked (the shop's own courier).

    `seal` is the answer's digest, where it is known already. `merges`: it may be older than what we know, or tell
    only a part; `heard_at` is then when it was said, as far as anybody knows. `is_push`: the carrier's own word, not
    an answer to a question about the whole shipment. `is_pushed`: the carrier pushes, so that asking is a safety net.
    `leg_id`: it is about a further number of the shipment.
    """

    shipment_id: int
    answer: TrackingResult | CarrierError | None
    seal: int | None = None
    merges: bool = False
    heard_at: datetime | None = None
    is_push: bool = False
    is_pushed: bool = False
    leg_id: int | None = None


NO_PIECES: tuple[Piece, ...] = ()
_NONE_KNOWN: Mapping[str, Status] = {}
_NO_LEGS: Mapping[int, LegState] = {}


class Stock(NamedTuple):
    """What is stored of shipments whose answers bring something: keys for whole answers, all the rest for parts."""

    keys: Mapping[int, Collection[int]]
    kept: Mapping[int, Sequence[Kept]]
    pieces: Mapping[int, Mapping[str, Status]]
    legs: Mapping[int, Mapping[int, LegState]]


async def load(fresh: Iterable[tuple[Shipment, Polled]]) -> Stock:
    """What is needed to compare these answers, in few questions."""
    listed = list(fresh)
    if ended := [one.id for one, _ in listed if one.status.is_final]:
        await packing.unfold(ended)
    parts = [one.id for one, polled in listed if polled.merges]
    plain = [one.id for one, polled in listed if not polled.merges and one.known_at is not None]
    pushes = [one.id for one, polled in listed if polled.is_push]
    handed_on = [one.id for one, _ in listed if one.legs]
    return Stock(
        await ingest.known_keys(plain),
        await ingest.kept_scans(parts) if parts else {},
        await ingest.pieces(pushes) if pushes else {},
        await legs.states(handed_on) if handed_on else {},
    )


def compare(one: Shipment, polled: Polled, stock: Stock, now: datetime) -> tuple[Change, tuple[Piece, ...]]:
    """The change that an answer makes, and its boxes as they stand then."""
    assert isinstance(polled.answer, TrackingResult)  # noqa: S101 - only such an answer is compared
    said = own(one, polled.answer)
    if polled.merges:
        return _merged(one, said, polled, stock, now)
    if said.pieces:
        said = as_far_as_all(said, pieces_after(_NONE_KNOWN, said.pieces))
    return diff(one, stock.keys.get(one.id, ()), said, now, polled.seal), said.pieces


def _merged(
    one: Shipment, said: TrackingResult, polled: Polled, stock: Stock, now: datetime
) -> tuple[Change, tuple[Piece, ...]]:
    states = dict(stock.legs.get(one.id, _NO_LEGS))
    own_leg = states.pop(polled.leg_id, None) if polled.leg_id is not None else None
    if own_leg is not None and own_leg.is_back:
        said = on_the_way_back(said)
    known = stock.pieces.get(one.id, _NONE_KNOWN)
    if not said.pieces and said.number is not None and said.number in known:
        said = replace(said, pieces=(Piece(said.number, said.status),))
    pieces = pieces_after(known, said.pieces)
    said = as_far_as_handed_over(as_far_as_all(said, pieces), states.values())
    if own_leg is not None:
        states[polled.leg_id or 0] = LegState(said.status, True, own_leg.is_back)
    kept, silent = stock.kept.get(one.id, ()), barred(pieces, states.values())
    change = merge(one, kept, said, now, polled.seal, polled.heard_at, silent)
    if polled.leg_id is not None:
        # the digest is that of the first carrier's last answer
        change = replace(change, shipment=replace(change.shipment, scan_digest=one.scan_digest))
    return change, tuple(Piece(piece.number, pieces[piece.number]) for piece in said.pieces)
