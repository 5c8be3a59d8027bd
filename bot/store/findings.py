"""Findings and carrier inquiries as the words and the card need them."""

from collections.abc import Collection, Sequence
from typing import Any

import orjson

from bot.domain.finding import FindingKind, OpenFinding, Severity
from bot.store import sql
from bot.store.models import FindingRow
from bot.store.ms import from_ms


def to_finding(row: FindingRow) -> OpenFinding:
    """A stored finding as the domain knows it."""
    return OpenFinding(
        id=row.id,
        shipment_id=row.shipment_id,
        kind=FindingKind(row.kind),
        occurrence=row.occurrence,
        severity=Severity(row.severity),
        evidence=orjson.loads(row.evidence),
        baseline=row.baseline,
        raised_at=from_ms(row.raised_ms),
        closed_at=None if row.closed_ms is None else from_ms(row.closed_ms),
        outcome=row.outcome,
    )


async def finding(finding_id: int) -> OpenFinding | None:
    """One finding, open or closed."""
    row = await FindingRow.get_or_none(id=finding_id)
    return None if row is None else to_finding(row)


async def among(ids: Collection[int]) -> list[OpenFinding]:
    """Those of these findings that hold now."""
    return [to_finding(row) for row in await FindingRow.filter(id__in=list(ids), closed_ms=None).order_by("id")]


async def open_of(shipment_id: int) -> list[OpenFinding]:
    """The findings of one shipment that hold now."""
    return [to_finding(row) for row in await FindingRow.filter(shipment_id=shipment_id, closed_ms=None).order_by("id")]


_DELAYS = (
    "SELECT f.shipment_id, f.evidence FROM finding f JOIN shipment s ON s.id = f.shipment_id"
    " WHERE f.closed_ms IS NULL AND NOT f.baseline AND f.kind IN ('at_risk', 'late')"
    " AND s.status NOT IN ('out_for_delivery', 'available_for_pickup')"
)


async def delays_of(shipment_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What was seen of the delay of each of these shipments that is late on its way; nothing found on coming."""
    where, listed = sql.among("f.shipment_id", shipment_ids)
    found = await sql.records(f"{_DELAYS} AND {where} ORDER BY f.id", (listed,))
    return {row[0]: orjson.loads(row[1]) for row in found}
