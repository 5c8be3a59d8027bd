"""What an answer changes in what is stored: whole histories as they are, parts of one merged with all that is known."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.merging import Kept, merge
from bot.domain.parts import as_far_as_all, barred, pieces_after
from bot.domain.reuse import own
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change, diff
from bot.store import ingest
from carriers.kit.errors import CarrierError
from carriers.kit.model import Piece, Status, TrackingResult


class Polled(NamedTuple):
    """What a carrier said of one shipment; None: the same as before, or nobody is asked (the shop's own courier).

    `seal` is the answer's digest, where it is known already. `merges`: it may be older than what we know, or tell
    only a part; `heard_at` is then when it was said, as far as anybody knows. `is_push`: the carrier's own word, not
    an answer to a question about the whole shipment. `is_pushed`: the carrier pushes, so that asking is a safety net.
    """

    shipment_id: int
    answer: TrackingResult | CarrierError | None
    seal: int | None = None
    merges: bool = False
    heard_at: datetime | None = None
    is_push: bool = False
    is_pushed: bool = False


NO_PIECES: tuple[Piece, ...] = ()
_NONE_KNOWN: Mapping[str, Status] = {}


class Stock(NamedTuple):
    """What is stored of shipments whose answers bring something: keys for whole answers, scans and boxes for parts."""

    keys: Mapping[int, Collection[int]]
    kept: Mapping[int, Sequence[Kept]]
    pieces: Mapping[int, Mapping[str, Status]]


async def load(fresh: Iterable[tuple[Shipment, Polled]]) -> Stock:
    """What is needed to compare these answers, in few questions."""
    listed = list(fresh)
    parts = [one.id for one, polled in listed if polled.merges]
    plain = [one.id for one, polled in listed if not polled.merges and one.known_at is not None]
    pushes = [one.id for one, polled in listed if polled.is_push]
    keys = await ingest.known_keys(plain)
    kept = await ingest.kept_scans(parts) if parts else {}
    return Stock(keys, kept, await ingest.pieces(pushes) if pushes else {})


def compare(one: Shipment, polled: Polled, stock: Stock, now: datetime) -> tuple[Change, tuple[Piece, ...]]:
    """The change that an answer makes, and its boxes as they stand then."""
    assert isinstance(polled.answer, TrackingResult)  # noqa: S101 - only such an answer is compared
    said = own(one, polled.answer)
    if not polled.merges:
        said = _all_together(said, _NONE_KNOWN)
        return diff(one, stock.keys.get(one.id, ()), said, now, polled.seal), said.pieces
    known = stock.pieces.get(one.id, _NONE_KNOWN)
    if not said.pieces and said.number is not None and said.number in known:
        said = replace(said, pieces=(Piece(said.number, said.status),))
    pieces = pieces_after(known, said.pieces)
    said = as_far_as_all(said, pieces)
    kept, silent = stock.kept.get(one.id, ()), barred(pieces, ())
    change = merge(one, kept, said, now, polled.seal, polled.heard_at, silent)
    return change, tuple(Piece(piece.number, pieces[piece.number]) for piece in said.pieces)


def _all_together(said: TrackingResult, known: Mapping[str, Status]) -> TrackingResult:
    return as_far_as_all(said, pieces_after(known, said.pieces)) if said.pieces else said
