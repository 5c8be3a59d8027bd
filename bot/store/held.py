"""Warnings that wait for a human's word: which findings, and what of theirs had not left the outbox yet."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from bot.domain.outgoing import Act
from bot.store import bulk, sql
from bot.store.ms import from_ms_or_none, to_ms

_HELD = {"finding_id": "bigint", "incident_id": "bigint", "shipment_id": "bigint", "held_ms": "bigint"}


class Unsent(NamedTuple):
    """A notice that was queued and is taken back."""

    customer_id: int
    shipment_ids: list[int]
    finding_ids: list[int]
    planned_ms: int | None
    counted_at: datetime | None
    """Where it counts against the shop's share of an hour."""


async def hold(incident_id: int, findings: Iterable[tuple[int, int]], now: datetime) -> None:
    """(finding, shipment) wait with the incident; what waited with another one changes over."""
    rows = [(finding_id, incident_id, shipment_id, to_ms(now)) for finding_id, shipment_id in findings]
    tail = "ON CONFLICT (finding_id) DO UPDATE SET incident_id = excluded.incident_id"
    await bulk.insert("held_warning", _HELD, list({row[0]: row for row in rows}.values()), tail)


async def moves_over(incident_id: int, shipment_ids: Collection[int]) -> int:
    """What waits of these shipments waits with that incident from now on; how many."""
    where, listed = sql.among("shipment_id", sorted(shipment_ids))
    return await sql.run(f"UPDATE held_warning SET incident_id = ? WHERE {where}", (incident_id, listed))  # noqa: S608


async def count(incident_id: int) -> dict[str, int]:
    """How many parcels with a warning that still holds wait, and how many people follow them."""
    found = await sql.rows(
        "SELECT COUNT(DISTINCT h.shipment_id) AS stuck, COUNT(DISTINCT w.customer_id) AS customers"
        " FROM held_warning h JOIN finding f ON f.id = h.finding_id AND f.closed_ms IS NULL"
        " LEFT JOIN follow w ON w.shipment_id = h.shipment_id WHERE h.incident_id = ?",
        (incident_id,),
    )
    return {name: int(value or 0) for name, value in found[0].items()}


async def waiting(incident_id: int, shipment_ids: Sequence[int]) -> dict[int, list[int]]:
    """Shipment to its findings that wait with the incident and still hold."""
    where, listed = sql.among("h.shipment_id", shipment_ids)
    found = await sql.records(
        "SELECT h.shipment_id, h.finding_id FROM held_warning h JOIN finding f ON f.id = h.finding_id"  # noqa: S608
        f" AND f.closed_ms IS NULL WHERE h.incident_id = ? AND {where} ORDER BY h.finding_id",
        (incident_id, listed),
    )
    waiting: dict[int, list[int]] = {}
    for shipment_id, finding_id in found:
        waiting.setdefault(shipment_id, []).append(finding_id)
    return waiting


async def let_go(limit: int, *, allowed: bool) -> list[int]:
    """Shipments whose warnings wait no more: `allowed` by an agent though they were many, else as it is over."""
    which = "i.symptom = 'many' AND i.state = 'warned'" if allowed else "i.state = 'over'"
    found = await sql.records(
        "SELECT DISTINCT h.shipment_id FROM held_warning h JOIN incident i ON i.id = h.incident_id"  # noqa: S608
        f" WHERE {which} ORDER BY h.shipment_id LIMIT ?",
        (limit,),
    )
    return [row[0] for row in found]


async def take(shipment_ids: Sequence[int]) -> set[int]:
    """The findings of these shipments wait no more; which they are."""
    where, listed = sql.among("shipment_id", shipment_ids)
    gone = await sql.records(f"DELETE FROM held_warning WHERE {where} RETURNING finding_id", (listed,))  # noqa: S608
    return {row[0] for row in gone}


async def drop(incident_id: int) -> int:
    """Nobody shall be told; how many findings."""
    return await sql.run("DELETE FROM held_warning WHERE incident_id = ?", (incident_id,))


async def set_aside(incident_id: int, now: datetime) -> int:
    """Findings of silence of the incident's parcels are no trouble of theirs; how many."""
    return await sql.run(
        "UPDATE finding SET closed_ms = ?, outcome = 'set_aside' WHERE closed_ms IS NULL AND"
        " (kind = 'stalled' OR (kind = 'lost' AND evidence NOT LIKE '%\"mark\":\"carrier:%'))"
        " AND shipment_id IN (SELECT shipment_id FROM incident_parcel WHERE incident_id = ?)",
        (to_ms(now), incident_id),
    )


async def take_back(shipment_ids: Sequence[int], kinds: Collection[str]) -> list[Unsent]:
    """Queued notices of these kinds about these shipments, out of the outbox: they have not left, nobody read them."""
    mine, listed = sql.among("shipment_id", shipment_ids)
    found = await sql.records(
        "SELECT o.id, o.customer_id, o.payload FROM outbox o WHERE o.state = 'queued' AND o.act = ?"  # noqa: S608
        f" AND o.customer_id IN (SELECT customer_id FROM follow WHERE {mine})",
        (Act.NOTICE.value, listed),
    )
    wanted = set(shipment_ids)
    unsent = {row[0]: _unsent(row[1], orjson.loads(row[2]), wanted, kinds) for row in found}
    return await _gone({number: one for number, one in unsent.items() if one is not None})


def _unsent(customer_id: int, said: dict[str, Any], wanted: set[int], kinds: Collection[str]) -> Unsent | None:
    shipments = said.get("shipments", [])
    if said.get("kind") not in kinds or wanted.isdisjoint(shipments):
        return None
    findings = said.get("findings") or [said.get("finding")]
    counted_at = from_ms_or_none(said.get("counted"))
    return Unsent(customer_id, shipments, [one for one in findings if one], said.get("planned"), counted_at)


async def _gone(rows: dict[int, Unsent]) -> list[Unsent]:
    """Those that could be taken: one that has begun to leave stays."""
    where, listed = sql.among("id", list(rows))
    done = await sql.records(f"DELETE FROM outbox WHERE state = 'queued' AND {where} RETURNING id", (listed,))  # noqa: S608
    return [rows[row[0]] for row in done]
