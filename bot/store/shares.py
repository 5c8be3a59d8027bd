"""How many warnings of a shop fall due when, and how many parcels it has under way: for its share of an hour."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.store import bulk, sql
from bot.store.ms import from_ms, to_ms

SLOT = timedelta(minutes=5)
_SLOT = {"merchant_id": "bigint", "slot_ms": "bigint", "count": "int"}
_AGAIN = "ON CONFLICT (merchant_id, slot_ms) DO UPDATE SET count = warned_slot.count + excluded.count"


def slot_of(at: datetime) -> datetime:
    """The beginning of the slot that an instant lies in."""
    span_ms = SLOT // timedelta(milliseconds=1)
    return from_ms(to_ms(at) // span_ms * span_ms)


async def lock(merchant_ids: Iterable[int]) -> None:
    """Until the transaction ends nobody else warns for these shops: all see what the others raised and counted."""
    if sql.dialect() == "postgres":
        for merchant_id in sorted(set(merchant_ids)):
            await sql.rows("SELECT pg_advisory_xact_lock(hashtext(?))", [f"warnings:{merchant_id}"])


async def warned(merchant_id: int, since: datetime) -> dict[datetime, int]:
    """Warnings by slot, from that slot on."""
    found = await sql.records(
        "SELECT slot_ms, count FROM warned_slot WHERE merchant_id = ? AND slot_ms >= ?", (merchant_id, to_ms(since))
    )
    return {from_ms(row[0]): row[1] for row in found}


async def add(merchant_id: int, more: Mapping[datetime, int]) -> None:
    """So many more fall due."""
    rows = [(merchant_id, to_ms(slot), count) for slot, count in sorted(more.items())]
    await bulk.insert("warned_slot", _SLOT, rows, _AGAIN)


async def take(merchant_id: int, fewer: Mapping[datetime, int]) -> None:
    """So many fewer fall due."""
    await sql.run_many(
        "UPDATE warned_slot SET count = CASE WHEN count > ? THEN count - ? ELSE 0 END"
        " WHERE merchant_id = ? AND slot_ms = ?",
        [(count, count, merchant_id, to_ms(slot)) for slot, count in sorted(fewer.items())],
    )


async def under_way(merchant_id: int, most: int) -> int:
    """Open parcels of a shop, counted up to `most`."""
    found = await sql.records(
        "SELECT COUNT(*) FROM (SELECT 1 FROM account a JOIN shipment s ON s.account_id = a.id AND s.open = 1"
        " WHERE a.merchant_id = ? UNION ALL SELECT 1 FROM shipment s WHERE s.account_id IS NULL AND s.open = 1"
        " AND s.merchant_id = ? LIMIT ?) AS few",
        (merchant_id, merchant_id, most),
    )
    return int(found[0][0])
