"""What is usual in groups of a shop's parcels."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from bot.domain.groups import Group, group_of
from bot.domain.usual import NOTHING, Usual
from bot.store import bulk, sql
from bot.store.ms import from_ms, to_ms

_COLUMNS = {"merchant_id": "bigint", "scope": "text", "sums": "text", "seen_ms": "bigint"}
_AGAIN = "ON CONFLICT (merchant_id, scope) DO UPDATE SET sums = excluded.sums, seen_ms = excluded.seen_ms"


async def of_groups(merchant_id: int, groups: Iterable[Group], now: datetime) -> dict[Group, Usual]:
    """What is left now of what was learnt; groups of which nothing is known are left out."""
    where, listed = sql.among("scope", sorted({group.key for group in groups}))
    found = await sql.records(
        f"SELECT scope, sums, seen_ms FROM usual_gap WHERE merchant_id = ? AND {where}",  # noqa: S608
        (merchant_id, listed),
    )
    decoded = ((group_of(row[0]), msgspec.json.decode(row[1], type=Usual), from_ms(row[2])) for row in found)
    return {group: usual.faded(now - seen_at) for group, usual, seen_at in decoded}


async def add(merchant_id: int, more: Mapping[Group, Usual], now: datetime) -> None:
    """Learn: added to what is left of the old."""
    known = await of_groups(merchant_id, more, now)
    await put(merchant_id, {group: known.get(group, NOTHING) + usual for group, usual in more.items()}, now)


async def put(merchant_id: int, sums: Mapping[Group, Usual], now: datetime) -> None:
    """What is known from now on, instead of the old."""
    rows = [
        (merchant_id, group.key, msgspec.json.encode(usual).decode(), to_ms(now))
        for group, usual in sorted(sums.items())
    ]
    await bulk.insert("usual_gap", _COLUMNS, rows, _AGAIN)
