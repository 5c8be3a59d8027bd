"""How the installation is doing, in figures of the tables: accounts, the queue, what is in doubt."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.store import accounts, sql
from bot.store.ms import to_day, to_ms

DAY = timedelta(days=1)


class AccountLoad(Struct, frozen=True):
    """One account: how many parcels it follows, since when the longest due one waits, what it has asked today."""

    id: int
    merchant: str
    slug: str
    state: str
    parcels: int
    lag: float
    spent: int
    is_away: bool


async def loads(now: datetime) -> list[AccountLoad]:
    """Every account, the one that is furthest behind first. `lag` in seconds; 0 where nothing is due."""
    behind = {one.account_id: max((now - one.at).total_seconds(), 0.0) for one in await accounts.dues()}
    rows = await sql.rows(
        "SELECT a.id, m.name AS merchant, a.slug, a.state, a.spent_on, a.spent, a.outage_ms,"
        " (SELECT count(*) FROM shipment s WHERE s.account_id = a.id AND s.open = 1) AS parcels"
        " FROM account a JOIN merchant m ON m.id = a.merchant_id ORDER BY a.id"
    )
    found = [_load(row, behind.get(row["id"], 0.0), now) for row in rows]
    return sorted(found, key=lambda one: -one.lag)


def _load(row: dict[str, Any], lag: float, now: datetime) -> AccountLoad:
    spent = row["spent"] if row["spent_on"] == to_day(now.date()) else 0
    away = row["outage_ms"] is not None
    return AccountLoad(row["id"], row["merchant"], row["slug"], row["state"], row["parcels"], lag, spent, away)


async def in_doubt(now: datetime) -> int:
    """Of how many rows of the last day it is not known whether they arrived."""
    found = await sql.records(
        "SELECT count(*) FROM outbox WHERE state = 'in_doubt' AND settled_ms >= ?", (to_ms(now - DAY),)
    )
    return int(found[0][0])


async def waiting_updates() -> int:
    """How many updates nobody has handled yet."""
    return int((await sql.records("SELECT count(*) FROM inbox WHERE state = 'new'"))[0][0])
