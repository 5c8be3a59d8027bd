"""How the installation is doing, in figures of the tables: accounts, the queue, what is in doubt."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.store import accounts, sql
from bot.store.ms import to_day, to_ms

DAY = timedelta(days=1)


class AccountLoad(Struct, frozen=True):
    """One account: how many parcels it follows, since when the longest due one waits, what it has asked today.

    `kept_by`: what stands between it and its carrier; see `_kept_by`.
    """

    id: int
    merchant: str
    slug: str
    state: str
    parcels: int
    lag: float
    spent: int
    is_away: bool
    kept_by: str = "workers"


_FIRST = "(SELECT min(next_poll_ms) FROM {} WHERE account_id = a.id AND open = 1)"


async def loads(now: datetime) -> list[AccountLoad]:
    """Every account, the one that is furthest behind first. `lag` in seconds; 0 where nothing under way is due."""
    rows = await sql.rows(
        "SELECT a.id, m.name AS merchant, a.slug, a.state, a.spent_on, a.spent, a.outage_ms, a.retry_ms,"  # noqa: S608
        f" {_FIRST.format('shipment')} AS parcel_ms, {_FIRST.format('leg')} AS leg_ms,"
        " COALESCE(s.parcels, 0) AS parcels FROM account a JOIN merchant m ON m.id = a.merchant_id LEFT JOIN"
        " (SELECT account_id, count(*) AS parcels FROM shipment WHERE open = 1 GROUP BY account_id) s"
        " ON s.account_id = a.id ORDER BY a.id"
    )
    return sorted((_load(row, now) for row in rows), key=lambda one: -one.lag)


def _load(row: dict[str, Any], now: datetime) -> AccountLoad:
    spent = row["spent"] if row["spent_on"] == to_day(now.date()) else 0
    away = row["outage_ms"] is not None
    lag, kept_by = _lag(row, to_ms(now)), _kept_by(row, to_ms(now))
    return AccountLoad(row["id"], row["merchant"], row["slug"], row["state"], row["parcels"], lag, spent, away, kept_by)


def _lag(row: dict[str, Any], now_ms: int) -> float:
    """Whatever keeps it; only what its shop has paused or removed waits for nothing."""
    due = [at for at in (row["parcel_ms"], row["leg_ms"]) if at is not None]
    if not due or row["state"] not in (accounts.ACTIVE, accounts.REFUSED):
        return 0.0
    if row["outage_ms"] is not None:
        due.append(row["outage_ms"])  # what was asked for in vain is due later, and has waited since then
    return float(max(now_ms - min(due), 0)) / 1000


def _kept_by(row: dict[str, Any], now_ms: int) -> str:
    """`credentials`, an `outage`, a `pause` (of its rate, allowance, or ours), or nothing but that `workers` come."""
    if row["state"] == accounts.REFUSED:
        return "credentials"
    if row["outage_ms"] is not None:
        return "outage"
    return "pause" if row["retry_ms"] > now_ms else "workers"


async def in_doubt(now: datetime) -> int:
    """Of how many rows of the last day it is not known whether they arrived."""
    found = await sql.records(
        "SELECT count(*) FROM outbox WHERE state = 'in_doubt' AND settled_ms >= ?", (to_ms(now - DAY),)
    )
    return int(found[0][0])


async def waiting_updates() -> int:
    """How many updates nobody has handled yet."""
    return int((await sql.records("SELECT count(*) FROM inbox WHERE state = 'new'"))[0][0])
