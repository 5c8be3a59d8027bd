"""The scans of a parcel that is long over, put together into one small row.

What tells old from new stays of each scan: its key. Of a movement what statistics, a late scan and whoever asks need
stays, too: when, where, what. Its wording goes, and with it the names that carriers write there.
"""

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from bot.domain.merging import Kept
from bot.domain.tracking import Scan
from carriers.kit.model import Reason, Status

AFTER = timedelta(days=35)
"""Since its end: late looks are over by then, and pushes with its number mean another parcel (bot/domain/reuse.py)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class _Move(Struct, frozen=True, array_like=True):
    """`day` is the payload's own text where it gives no hour, `seen` when we came to know of it."""

    key: int
    status: Status | None = None
    at: int | None = None
    place: str = ""
    reason: Reason | None = None
    code: str | None = None
    day: str = ""
    seen: int = 0


class _Pack(Struct, frozen=True, array_like=True):
    """`others`: keys of what was no movement. `form` is the version of this form."""

    form: int
    moves: tuple[_Move, ...]
    others: tuple[int, ...]


_decode = msgspec.msgpack.Decoder(_Pack).decode


def pack(kept: Sequence[Kept]) -> bytes:
    """One row for all; in the order that is given."""
    moves = tuple(_move(one) for one in kept if one.scan.status is not None)
    others = tuple(one.scan.key for one in kept if one.scan.status is None)
    return zlib.compress(msgspec.msgpack.encode(_Pack(1, moves, others)))


def unpack(body: bytes) -> list[Kept]:
    """What is left of the scans: movements in their order, then the others."""
    found = _decode(zlib.decompress(body))
    moves = [Kept(_scan(one), _moment(one.seen)) for one in found.moves]
    return moves + [Kept(Scan(key, None, ""), _EPOCH) for key in found.others]


def _move(one: Kept) -> _Move:
    scan = one.scan
    day = "" if scan.at is not None else scan.at_text
    at = None if scan.at is None else (scan.at - _EPOCH) // _MS
    return _Move(scan.key, scan.status, at, scan.place, scan.reason, scan.code, day, (one.seen_at - _EPOCH) // _MS)


def _scan(one: _Move) -> Scan:
    at = None if one.at is None else _moment(one.at)
    return Scan(one.key, at, one.day, one.code, "", one.place, one.status, one.reason)


def _moment(ms: int) -> datetime:
    return _EPOCH + ms * _MS
