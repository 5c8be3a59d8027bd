"""What an answer is compared with, and what it leaves behind, in batches."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.domain.detector import Closed, Escalated, Raised
from bot.domain.draft import Mode
from bot.domain.finding import FindingKind, OpenFinding, Severity
from bot.domain.merging import Kept
from bot.domain.opening import opening_text
from bot.domain.promise import PromiseDraft
from bot.domain.telling import Following, Shop, Told
from bot.domain.tracking import Change, Scan
from bot.store import bulk, sql
from bot.store.ms import from_day, from_ms, from_ms_or_none, to_day, to_ms
from bot.store.shipments import clip
from carriers.kit.model import Piece, Reason, Status

_SEVERITY = {one.value: one for one in Severity}
_KIND = {one.value: one for one in FindingKind}

_FINDINGS = (
    "SELECT id, shipment_id, kind, occurrence, severity, evidence, baseline, raised_ms, closed_ms, outcome FROM finding"
)
_KEPT = "SELECT shipment_id, key, at_ms, at_text, code, description, place, status, reason, seen_ms FROM scan_event"
_FOLLOWERS = (
    "SELECT f.shipment_id, f.customer_id, c.user_id, f.id, p.zone, p.quiet, f.told_on, f.slips, f.warned_ms,"
    " f.live_message_id, (SELECT min(o.due_ms) FROM promise o WHERE o.customer_id = f.customer_id AND o.open = 1"
    " AND o.shipment_id = f.shipment_id AND o.ticket_id IS NULL) FROM follow f JOIN customer c ON c.id = f.customer_id"
    " LEFT JOIN person p ON p.user_id = c.user_id WHERE c.unreachable_ms IS NULL"
)
_SHOPS = "SELECT id, zone, staffed, country, settings, mode, apart FROM merchant"

# ---- reading


class ShopView(Struct, frozen=True):
    """What of a shop decides about notices and thresholds. `mode`: how its warnings leave."""

    id: int
    shop: Shop
    overrides: dict[str, Any]
    mode: Mode = Mode.LIVE


async def findings(ids: Sequence[int]) -> dict[int, list[OpenFinding]]:
    """All findings of these shipments, open and closed."""
    where, listed = sql.among("shipment_id", ids)
    found = await sql.records(f"{_FINDINGS} WHERE {where}", (listed,))
    known: dict[int, list[OpenFinding]] = {}
    for row in found:
        known.setdefault(row[1], []).append(_finding(row))
    return known


def _finding(row: Any) -> OpenFinding:
    return OpenFinding(
        row[0],
        row[1],
        _KIND[row[2]],
        row[3],
        _SEVERITY[row[4]],
        orjson.loads(row[5]),
        bool(row[6]),
        from_ms(row[7]),
        from_ms_or_none(row[8]),
        row[9],
    )


async def known_keys(ids: Sequence[int]) -> dict[int, set[int]]:
    """The keys of all known scans of these shipments."""
    keys: dict[int, set[int]] = {one: set() for one in ids}
    if ids:
        where, listed = sql.among("shipment_id", ids)
        for row in await sql.records(f"SELECT shipment_id, key FROM scan_event WHERE {where}", (listed,)):  # noqa: S608
            keys[row[0]].add(row[1])
    return keys


async def kept_scans(ids: Sequence[int]) -> dict[int, list[Kept]]:
    """All known scans of these shipments."""
    kept: dict[int, list[Kept]] = {one: [] for one in ids}
    where, listed = sql.among("shipment_id", ids)
    found = await sql.records(f"{_KEPT} WHERE {where} ORDER BY id", (listed,))
    for row in found:
        reason = None if row[8] is None else Reason(row[8])
        status = None if row[7] is None else Status(row[7])
        scan = Scan(row[1], from_ms_or_none(row[2]), row[3], row[4], row[5], row[6], status, reason)
        kept[row[0]].append(Kept(scan, from_ms(row[9])))
    return kept


async def pieces(ids: Sequence[int]) -> dict[int, dict[str, Status]]:
    """The boxes of these shipments, as far as anybody has told of them."""
    known: dict[int, dict[str, Status]] = {one: {} for one in ids}
    where, listed = sql.among("shipment_id", ids)
    for row in await sql.records(f"SELECT shipment_id, number, status FROM parcel WHERE {where}", (listed,)):  # noqa: S608
        known[row[0]][row[1]] = Status(row[2])
    return known


async def followers(ids: Sequence[int]) -> dict[int, list[Following]]:
    """Who follows these shipments and can be reached."""
    where, listed = sql.among("f.shipment_id", ids)
    found = await sql.records(f"{_FOLLOWERS} AND {where} ORDER BY f.id", (listed,))
    known: dict[int, list[Following]] = {}
    for row in found:
        known.setdefault(row[0], []).append(_following(row))
    return known


async def followed(ids: Sequence[int]) -> set[int]:
    """Which of these shipments somebody follows."""
    if not ids:
        return set()
    where, listed = sql.among("shipment_id", ids)
    return {row[0] for row in await sql.records(f"SELECT DISTINCT shipment_id FROM follow WHERE {where}", (listed,))}  # noqa: S608


def _following(row: Any) -> Following:
    return Following(
        customer_id=row[1],
        chat_id=row[2],
        follow_id=row[3],
        zone=row[4],
        quiet=row[5],
        told_on=from_day(row[6]),
        slips=row[7],
        warned_at=from_ms_or_none(row[8]),
        has_live=row[9] is not None,
        promised_at=from_ms_or_none(row[10]),
    )


async def shops(ids: Sequence[int]) -> dict[int, ShopView]:
    """The shops. A paused one is not treated apart: its notices are held back in the outbox, not forgotten."""
    where, listed = sql.among("id", ids)
    found = await sql.records(f"{_SHOPS} WHERE {where}", (listed,))
    return {row[0]: _shop(row) for row in found}


def _shop(row: Any) -> ShopView:
    return ShopView(
        row[0], Shop(row[1], opening_text(row[2], row[3], row[6]), row[3]), orjson.loads(row[4]), Mode(row[5])
    )


async def homes(ids: Sequence[int]) -> dict[int, str | None]:
    """The country that each of these shops sends from."""
    known = await shops(ids)
    return {shop_id: view.overrides.get("home") or view.shop.country for shop_id, view in known.items()}


# ---- writing

SCAN = {
    "shipment_id": "bigint",
    "key": "bigint",
    "at_ms": "bigint",
    "at_text": "text",
    "code": "text",
    "description": "text",
    "place": "text",
    "status": "text",
    "reason": "text",
    "seen_ms": "bigint",
}
_PIECE = {"shipment_id": "bigint", "number": "text", "status": "text"}
_FINDING = {
    "merchant_id": "bigint",
    "shipment_id": "bigint",
    "kind": "text",
    "occurrence": "int",
    "severity": "text",
    "evidence": "text",
    "baseline": "boolean",
    "raised_ms": "bigint",
}
_PROMISE = {
    "merchant_id": "bigint",
    "customer_id": "bigint",
    "shipment_id": "bigint",
    "kind": "text",
    "due_ms": "bigint",
    "made_ms": "bigint",
    "by_person": "boolean",
    "silent": "int",
    "open": "int",
}


LONGEST = 2000
"""Letters kept of a scan's description."""


async def add_scans(changes: Iterable[Change], now: datetime) -> None:
    """New scan events of shipments; one that is there already stays."""
    seen = to_ms(now)
    rows = [_scan(change.shipment.id, scan, seen) for change in changes for scan in change.scans]
    await bulk.insert("scan_event", SCAN, rows, "ON CONFLICT (shipment_id, key) DO NOTHING")


def _scan(shipment_id: int, scan: Scan, seen: int) -> tuple[object, ...]:
    # Statuses and reasons are strings as they are: `.value` costs as much as the rest of the row.
    description, place = scan.description, scan.place
    return (
        shipment_id,
        scan.key,
        None if scan.at is None else to_ms(scan.at),
        scan.at_text[:40],
        None if scan.code is None else clip(scan.code, 64),
        description if len(description) <= LONGEST and description.isprintable() else clip(description, LONGEST),
        place if len(place) <= 128 and place.isprintable() else clip(place, 128),
        scan.status,
        scan.reason,
        seen,
    )


async def save_pieces(pieces: Iterable[tuple[int, Piece]]) -> None:
    """The boxes of shipments of several, as the carrier numbers them; each once."""
    rows = {(one, clip(piece.number, 64)): piece.status.value for one, piece in pieces}
    tail = "ON CONFLICT (shipment_id, number) DO UPDATE SET status = excluded.status"
    await bulk.insert("parcel", _PIECE, [(*key, status) for key, status in rows.items()], tail)


async def raise_findings(
    raised: Sequence[tuple[int, int, Raised]], now: datetime
) -> dict[tuple[int, FindingKind, int], int]:
    """Store (merchant, shipment, finding); the id of each by shipment, kind and occurrence."""
    if not raised:
        return {}
    now_ms = to_ms(now)
    rows = [
        (
            merchant_id,
            shipment_id,
            entry.finding.kind.value,
            entry.occurrence,
            entry.finding.severity.value,
            orjson.dumps(entry.finding.evidence).decode(),
            entry.baseline,
            now_ms,
        )
        for merchant_id, shipment_id, entry in raised
    ]
    await bulk.insert("finding", _FINDING, rows, "ON CONFLICT (shipment_id, kind, occurrence) DO NOTHING")
    where, listed = sql.among("shipment_id", sorted({one[1] for one in raised}))
    found = await sql.records(f"SELECT id, shipment_id, kind, occurrence FROM finding WHERE {where}", (listed,))  # noqa: S608
    return {(row[1], _KIND[row[2]], row[3]): row[0] for row in found}


async def close_findings(closed: Iterable[Closed], now: datetime) -> None:
    """They no longer hold."""
    rows = [(entry.finding.id, to_ms(now), entry.outcome.value) for entry in closed]
    await bulk.update("finding", {"id": "bigint", "closed_ms": "bigint", "outcome": "text"}, rows)


async def escalate_findings(escalated: Iterable[Escalated]) -> None:
    """They hold on with another size."""
    rows = [
        (entry.finding.id, entry.now.severity.value, orjson.dumps(entry.now.evidence).decode()) for entry in escalated
    ]
    await bulk.update("finding", {"id": "bigint", "severity": "text", "evidence": "text"}, rows)


async def cancel_promises(matters: Iterable[tuple[int, int]], now: datetime) -> None:
    """Open promises of (customer, shipment) that no ticket keeps: a newer word takes their place."""
    rows = [(to_ms(now), customer_id, shipment_id) for customer_id, shipment_id in matters]
    await sql.run_many(
        "UPDATE promise SET cancelled_ms = ?, open = 0"
        " WHERE open = 1 AND customer_id = ? AND shipment_id = ? AND ticket_id IS NULL",
        rows,
    )


async def make_promises(drafts: Iterable[tuple[int, int, int, PromiseDraft]], now: datetime) -> None:
    """Store (merchant, customer, shipment, draft)."""
    now_ms = to_ms(now)
    rows = [
        (merchant, customer, shipment, draft.kind, to_ms(draft.due_at), now_ms, draft.by_person, draft.silent, 1)
        for merchant, customer, shipment, draft in drafts
    ]
    await bulk.insert("promise", _PROMISE, rows)


async def save_told(customer_id: int, told: Iterable[Told], now: datetime) -> None:
    """What a reader knows now that a notice has left."""
    rows = [
        (to_day(one.told_on), one.slips, to_ms(now) if one.warns else None, customer_id, one.shipment_id)
        for one in told
    ]
    await sql.run_many(
        "UPDATE follow SET told_on = COALESCE(?, told_on), slips = slips + ?, warned_ms = COALESCE(?, warned_ms)"
        " WHERE customer_id = ? AND shipment_id = ?",
        rows,
    )


async def cancel_unheard(customer_id: int, shipment_ids: Iterable[int], now: datetime) -> None:
    """Open promises of parcels he was never warned of: the message that made them was not sent."""
    await sql.run_many(
        "UPDATE promise SET cancelled_ms = ?, open = 0"
        " WHERE open = 1 AND customer_id = ? AND shipment_id = ? AND ticket_id IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM follow f WHERE f.customer_id = promise.customer_id"
        " AND f.shipment_id = promise.shipment_id AND f.warned_ms IS NOT NULL)",
        [(to_ms(now), customer_id, shipment_id) for shipment_id in shipment_ids],
    )


_WORDS_OF = "customer_id = ? AND shipment_id = ? AND ticket_id IS NULL AND kept_ms IS NULL"


async def undo_promises(customer_id: int, shipment_ids: Iterable[int], planned_ms: int, now: datetime) -> None:
    """A notice planned then never left: the next word it named is owed to nobody, what it took the place of is."""
    matters = [(customer_id, shipment_id, planned_ms) for shipment_id in shipment_ids]
    await sql.run_many(
        f"UPDATE promise SET cancelled_ms = ?, open = 0 WHERE {_WORDS_OF} AND open = 1 AND made_ms = ?",  # noqa: S608
        [(to_ms(now), *one) for one in matters],
    )
    await sql.run_many(
        f"UPDATE promise SET cancelled_ms = NULL, open = 1 WHERE {_WORDS_OF} AND cancelled_ms = ? AND made_ms < ?",  # noqa: S608
        [(*one, planned_ms) for one in matters],
    )
