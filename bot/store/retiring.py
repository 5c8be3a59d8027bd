"""Parcels past their shop's time of keeping go, with all that hangs on them; what was counted stays as counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.retention import SILENT, Keeping, is_past
from bot.store import bygone, grace, sql
from bot.store.bygone import Counted
from bot.store.ms import from_ms, to_ms
from bot.store.pruning import Bite, Key

PARCELS = 100
"""Parcels a bite, with some thirty rows each."""

_PAGE = (
    "SELECT id, merchant_id, created_ms, COALESCE(status_ms, delivered_ms, scan_ms, created_ms) FROM shipment"
    " WHERE open = ? AND learnt = ? AND id > ? ORDER BY id LIMIT ?"
)
# Whoever has an open matter keeps his parcels, and so does a claim that is still to be made.
_TAKE = (
    "SELECT id, merchant_id, order_id, slug, status, delivered_ms, status_ms, created_ms FROM shipment"
    " WHERE {these} AND open = ? AND NOT EXISTS"
    " (SELECT 1 FROM claim c WHERE c.shipment_id = shipment.id AND c.open = 1)"
    " AND NOT EXISTS (SELECT 1 FROM follow f JOIN ticket t ON t.customer_id = f.customer_id"
    " WHERE f.shipment_id = shipment.id AND t.closed_ms IS NULL)"
)
_HIS = "customer_id IN (SELECT f.customer_id FROM follow f WHERE {these}) AND {these}"
_BEFORE = (
    "DELETE FROM heads_up WHERE finding_id IN (SELECT id FROM finding WHERE {these})",
    "DELETE FROM loss_offer WHERE {his}",
    "DELETE FROM promise WHERE {his}",
    "UPDATE ticket SET shipment_id = NULL WHERE {his}",
)
"""By way of what has an index; each `these` is the list once more."""
_OF_PARCELS = (
    "scan_event", "scan_pack", "parcel", "leg", "finding", "inquiry", "claim", "gesture", "told", "trouble",
    "foretold", "incident_parcel", "draft_part", "follow",
)  # fmt: skip
_ORDERS = (
    "DELETE FROM follow_link WHERE {these} AND NOT EXISTS"
    " (SELECT 1 FROM shipment s WHERE s.order_id = follow_link.order_id)",
    "DELETE FROM shop_order WHERE {orders} AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.order_id = shop_order.id)",
)


async def parcels(is_open: bool, learnt: int, after: Key | None, now: datetime, most: int) -> Bite:
    """Look at the next `most` parcels of this kind; how many rows went. Those that never end are past in the end."""
    page = await sql.records(_PAGE, (int(is_open), learnt, after or 0, most))
    if not page or await grace.holds(now):
        return Bite(0)
    shops = await bygone.keepings(now)
    past = [row[0] for row in page if _is_past(row, shops.of(row[1]), now, is_open)]
    gone = await _retire(past, is_open) if past else 0
    youngest = now - shops.shortest.parcels
    if is_open:
        youngest -= SILENT
    is_end = len(page) < most or page[-1][2] >= to_ms(youngest)
    return Bite(gone, None if is_end else page[-1][0])


def _is_past(row: Any, keeping: Keeping, now: datetime, is_open: bool) -> bool:
    return is_past(keeping, now, ended_at=from_ms(row[3]), created_at=from_ms(row[2]), is_open=is_open)


async def _retire(ids: Sequence[int], is_open: bool) -> int:
    these, listed = sql.among("id", ids)
    hold = " FOR UPDATE SKIP LOCKED" if sql.dialect() == "postgres" else ""
    rows = await sql.rows(_TAKE.format(these=these) + hold, (listed, int(is_open)))
    if not rows:
        return 0
    await bygone.add(_counts(rows))
    taken = [row["id"] for row in rows]
    gone = await _children(taken)
    gone += await sql.remove("shipment", "id", taken)
    of_orders, orders = sql.among("order_id", sorted({row["order_id"] for row in rows}))
    own, _ = sql.among("id", [0])
    return gone + sum([await sql.run(one.format(these=of_orders, orders=own), (orders,)) for one in _ORDERS])


async def _children(ids: Sequence[int]) -> int:
    these, listed = sql.among("shipment_id", ids)
    gone = 0
    for statement in _BEFORE:
        text = statement.format(these=these, his=_HIS.format(these=these))
        gone += await sql.run(text, (listed,) * text.count("?"))
    for table in _OF_PARCELS:
        gone += await sql.remove(table, "shipment_id", ids)
    return gone


def _counts(rows: Iterable[Mapping[str, Any]]) -> Iterator[Counted]:
    """By its end, its carrier."""
    for row in rows:
        ended_at = from_ms(row["delivered_ms"] or row["status_ms"] or row["created_ms"])
        yield Counted(row["merchant_id"], ended_at, f"parcel.{row['status']}")
        yield Counted(row["merchant_id"], ended_at, f"carrier.{row['slug']}")
