"""What came of parcels whose warnings were drafted, and the sums of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.draft import Came, Tally
from bot.store import bulk, sql
from bot.store.ms import to_ms, to_ms_or_none

_SCORE = {
    "shipment_id": "bigint",
    "merchant_id": "bigint",
    "drafted_ms": "bigint",
    "due_ms": "bigint",
    "outcome": "text",
}


async def open_scores(drafted: Iterable[tuple[int, int, datetime | None, Came | None]], now: datetime) -> None:
    """(shipment, merchant, end of its promised day, what is known already): the first draft of a parcel counts.

    But one that only repeated what a scan said gives way to the first that foretells.
    """
    rows = {
        shipment_id: (shipment_id, merchant_id, to_ms(now), to_ms_or_none(due_at), outcome and outcome.value)
        for shipment_id, merchant_id, due_at, outcome in drafted
    }
    tail = (
        "ON CONFLICT (shipment_id) DO UPDATE SET drafted_ms = excluded.drafted_ms, due_ms = excluded.due_ms,"
        " outcome = excluded.outcome WHERE draft_score.outcome = 'fact'"
    )
    await bulk.insert("draft_score", _SCORE, list(rows.values()), tail)


async def unscored(shipment_ids: Sequence[int]) -> set[int]:
    """Those of these shipments of which a draft waits to be proven right or wrong."""
    where, listed = sql.among("shipment_id", shipment_ids)
    found = await sql.records(
        f"SELECT shipment_id FROM draft_score WHERE {where} AND outcome IS NULL",  # noqa: S608
        (listed,),
    )
    return {row[0] for row in found}


async def score(outcomes: Iterable[tuple[int, Came]]) -> None:
    """What came of these shipments."""
    rows = [(shipment_id, outcome.value) for shipment_id, outcome in outcomes]
    await bulk.update("draft_score", {"shipment_id": "bigint", "outcome": "text"}, rows)


async def tally(merchant_id: int) -> Tally:
    """The sums of a shop."""
    found = await sql.records(
        "SELECT COUNT(*), SUM(CASE WHEN outcome = 'right' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN outcome = 'wrong' THEN 1 ELSE 0 END), SUM(CASE WHEN outcome IS NULL THEN 1 ELSE 0 END)"
        " FROM draft_score WHERE merchant_id = ?",
        (merchant_id,),
    )
    drafts, right, wrong, still_open = (int(count or 0) for count in found[0])
    return Tally(drafts, right, wrong, still_open, await _ahead(merchant_id))


async def _ahead(merchant_id: int) -> timedelta | None:
    """The median of those that were right."""
    mine = "FROM draft_score WHERE merchant_id = ? AND outcome = 'right' AND due_ms IS NOT NULL"
    count = int((await sql.records(f"SELECT COUNT(*) {mine}", (merchant_id,)))[0][0])
    if not count:
        return None
    middle = await sql.records(
        f"SELECT due_ms - drafted_ms AS ahead {mine} ORDER BY ahead LIMIT ? OFFSET ?",
        (merchant_id, 2 - count % 2, (count - 1) // 2),
    )
    return timedelta(milliseconds=sum(int(row[0]) for row in middle) // len(middle))
