"""Counts of what was removed, by shop and month: nobody can be told from them. What each shop keeps for how long."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from bot.domain.retention import Keeping, keeping_of
from bot.store import bulk, sql

_COLUMNS = {"merchant_id": "bigint", "month": "text", "what": "text", "count": "bigint"}
_MORE = "ON CONFLICT (merchant_id, month, what) DO UPDATE SET count = bygone.count + excluded.count"


class Counted(NamedTuple):
    """One more of something at a shop, in the month of `at`."""

    merchant_id: int
    at: datetime
    what: str


async def add(things: Iterable[Counted]) -> None:
    """They are counted, in the transaction that removes them."""
    counts = Counter((one.merchant_id, f"{one.at:%Y-%m}", one.what) for one in things)
    await bulk.insert("bygone", _COLUMNS, [(*key, many) for key, many in sorted(counts.items())], _MORE)


async def keepings() -> Mapping[int, Keeping]:
    """By shop."""
    return {row[0]: keeping_of(row[1]) for row in await sql.records("SELECT id, settings FROM merchant")}
