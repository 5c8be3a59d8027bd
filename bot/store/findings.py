"""Findings and carrier inquiries as the words and the card need them."""

import orjson

from bot.domain.finding import FindingKind, OpenFinding, Severity
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


async def open_of(shipment_id: int) -> list[OpenFinding]:
    """The findings of one shipment that hold now."""
    return [to_finding(row) for row in await FindingRow.filter(shipment_id=shipment_id, closed_ms=None).order_by("id")]
