"""What the people of a shop are still to hear, as rows: many findings become one message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.store import bulk, sql
from bot.store.models import HeadsUp
from bot.store.ms import from_ms, from_ms_or_none, to_ms

_ROW = {"merchant_id": "bigint", "shipment_id": "bigint", "finding_id": "bigint", "open": "int", "due_ms": "bigint"}


class Listed(Struct, frozen=True):
    """A finding that still holds, with what tells its parcel."""

    kind: str
    evidence: dict[str, Any]
    order: str
    number: str
    promised_on: str | None


async def add(rows: Sequence[tuple[int, int, int, datetime]]) -> None:
    """(merchant, shipment, finding, when it is due); a finding that is there already stays."""
    values = [(merchant, shipment, finding, 1, to_ms(due_at)) for merchant, shipment, finding, due_at in rows]
    await bulk.insert("heads_up", _ROW, values, "ON CONFLICT (finding_id) DO NOTHING")


async def last_told(merchant_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these shops heard something last."""
    where, listed = sql.among("merchant_id", merchant_ids)
    found = await sql.records(
        f"SELECT merchant_id, max(told_ms) FROM heads_up WHERE {where} AND told_ms IS NOT NULL GROUP BY merchant_id",  # noqa: S608
        (listed,),
    )
    return {row[0]: at for row in found if (at := from_ms_or_none(row[1])) is not None}


async def due(now: datetime) -> list[int]:
    """Shops that are to hear something now."""
    found = await sql.records(
        "SELECT DISTINCT merchant_id FROM heads_up WHERE open = 1 AND due_ms <= ? ORDER BY merchant_id", (to_ms(now),)
    )
    return [row[0] for row in found]


async def take(merchant_id: int) -> list[int]:
    """Everything that waits for a shop, due or not, so that it is said once; the ids of the findings."""
    found = await sql.rows(
        "UPDATE heads_up SET open = 0 WHERE merchant_id = ? AND open = 1 RETURNING finding_id", (merchant_id,)
    )
    return sorted(row["finding_id"] for row in found)


async def listed(finding_ids: Sequence[int]) -> list[Listed]:
    """Those that still hold, oldest first."""
    where, ids = sql.among("f.id", finding_ids)
    found = await sql.records(
        "SELECT f.kind, f.evidence, o.number, s.number, s.promised_on FROM finding f"  # noqa: S608
        " JOIN shipment s ON s.id = f.shipment_id JOIN shop_order o ON o.id = s.order_id"
        f" WHERE {where} AND f.closed_ms IS NULL ORDER BY f.id",
        (ids,),
    )
    return [Listed(row[0], orjson.loads(row[1]), row[2], row[3], row[4]) for row in found]


async def told(finding_ids: Sequence[int], now: datetime) -> None:
    """The shop has heard of them."""
    where, ids = sql.among("finding_id", finding_ids)
    await sql.run(f"UPDATE heads_up SET told_ms = ? WHERE {where}", (to_ms(now), ids))  # noqa: S608


async def put_off(merchant_id: int, until: datetime) -> None:
    """Look at it again then: it could not be said now."""
    await HeadsUp.filter(merchant_id=merchant_id, open=1).update(due_ms=to_ms(until))


async def next_due_at() -> datetime | None:
    """When a shop is to hear something next."""
    row = await HeadsUp.filter(open=1).order_by("due_ms").first()
    return None if row is None else from_ms(row.due_ms)
