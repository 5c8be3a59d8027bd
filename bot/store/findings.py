"""Findings and carrier inquiries as the words and the card need them."""

from collections.abc import Sequence
from typing import Any

import orjson

from bot.domain.finding import FindingKind, OpenFinding, Severity
from bot.store.models import FindingRow, Inquiry
from bot.store.ms import from_ms, to_ms_or_none

from datetime import datetime


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
