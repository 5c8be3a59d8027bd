"""Scans of parcels that are long over lie in one row a parcel (bot/domain/packing.py), and come back when it wakes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain import packing
from bot.domain.merging import Kept
from bot.store import bulk, ingest, sql
from bot.store.due import NEVER_MS
from bot.store.models import ScanRow
from bot.store.ms import to_ms, to_ms_or_none
from bot.store.pruning import Bite, Key
from bot.store.shipments import IS_FINAL

PARCELS = 100
"""Parcels a bite: some thousand scans, and some twenty milliseconds of our own time."""
_PAGE = "SELECT id, created_ms FROM shipment WHERE open = 0 AND learnt = 1 AND id > ? ORDER BY id LIMIT ?"
# Of what people have closed nobody knows that it is over.
_OVER = (
    "SELECT id FROM shipment WHERE {these} AND open = 0 AND learnt = 1 AND FINAL"
    " AND next_poll_ms >= ? AND COALESCE(delivered_ms, status_ms, created_ms) < ? AND created_ms < ?"
).replace("FINAL", IS_FINAL)
_MARK = "UPDATE shipment SET learnt = ? WHERE {these}"
_READ = "SELECT shipment_id, body FROM scan_pack WHERE {these}"
_TAKE = "DELETE FROM scan_pack WHERE {these} RETURNING shipment_id, body"
_PUT = (
    "INSERT INTO scan_pack (shipment_id, body) VALUES (?, ?)"
    " ON CONFLICT (shipment_id) DO UPDATE SET body = excluded.body"
)


async def fold(after: Key | None, now: datetime, most: int) -> Bite:
    """Look at the next `most` ended parcels that were learnt from; how many scans went into packs."""
    before = to_ms(now - packing.AFTER)
    page = await sql.records(_PAGE, (after or 0, most))
    if not page:
        return Bite(0)
    gone = await _fold([row[0] for row in page if row[1] < before], before)
    return Bite(gone, None if len(page) < most or page[-1][1] >= before else page[-1][0])


async def _fold(ids: Sequence[int], before: int) -> int:
    these, listed = sql.among("id", ids)
    hold = " FOR NO KEY UPDATE SKIP LOCKED" if sql.dialect() == "postgres" else ""
    over = [row[0] for row in await sql.records(_OVER.format(these=these) + hold, (listed, NEVER_MS, before, before))]
    if not over:
        return 0
    kept = await ingest.kept_scans(over)
    await sql.run_many(_PUT, [(one, packing.pack(scans)) for one, scans in kept.items() if scans])
    await _mark(over, 2)
    return await sql.remove("scan_event", "shipment_id", over)


async def _mark(ids: Sequence[int], learnt: int) -> None:
    these, listed = sql.among("id", ids)
    await sql.run(_MARK.format(these=these), (learnt, listed))


async def unfold(ids: Sequence[int]) -> None:
    """Their scans lie one by one again: something new is heard of parcels that were long over."""
    these, listed = sql.among("shipment_id", ids)
    packs = await sql.records(_TAKE.format(these=these), (listed,))
    if not packs:
        return
    rows = [_columns(row[0], one) for row in packs for one in packing.unpack(bytes(row[1]))]
    await bulk.insert("scan_event", ingest.SCAN, rows, "ON CONFLICT (shipment_id, key) DO NOTHING")
    await _mark([row[0] for row in packs], 1)


def _columns(shipment_id: int, kept: Kept) -> tuple[object, ...]:
    one = kept.scan
    at, seen = to_ms_or_none(one.at), to_ms(kept.seen_at)
    return shipment_id, one.key, at, one.at_text, one.code, "", one.place, one.status, one.reason, seen


# ---- read without waking anything


async def packed(ids: Sequence[int]) -> Mapping[int, list[Kept]]:
    """What lies in packs of these shipments."""
    these, listed = sql.among("shipment_id", ids)
    found = await sql.records(_READ.format(these=these), (listed,))
    return {row[0]: packing.unpack(bytes(row[1])) for row in found}


async def past(shipment_id: int) -> list[ScanRow]:
    """The movements of a parcel whose scans are packed, newest first; empty where they are not."""
    found = (await packed([shipment_id])).get(shipment_id, ())
    rows = [_row(shipment_id, one) for one in found if one.scan.status is not None]
    return sorted(rows, key=lambda row: row.at_ms or 0, reverse=True)


def _row(shipment_id: int, kept: Kept) -> ScanRow:
    _, key, at_ms, at_text, code, description, place, status, reason, seen_ms = _columns(shipment_id, kept)
    return ScanRow(
        shipment_id=shipment_id,
        key=key,
        at_ms=at_ms,
        at_text=at_text,
        code=code,
        description=description,
        place=place,
        status=status,
        reason=reason,
        seen_ms=seen_ms,
    )
