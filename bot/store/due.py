"""Which shipments are due, and taking them: by age, or to choose from where not all may be asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.cadence import NEVER
from bot.domain.shipment import Shipment
from bot.store import sql
from bot.store.ms import to_ms
from bot.store.shipments import IS_FINAL, READ, to_shipment

NEVER_MS = to_ms(NEVER)
OVER = f"s.open = 0 AND s.{IS_FINAL}"
"""What has come to its end, of `shipment s`; not what people have closed before."""
_FREE = "(lease_ms IS NULL OR lease_ms <= ?)"
_DUE = (
    "SELECT id, number, scan_digest FROM shipment s WHERE account_id = ? AND open = 1 AND next_poll_ms <= ?"  # noqa: S608
    f" AND {_FREE} ORDER BY next_poll_ms LIMIT ?"
)
_DUE_OWN = _DUE.replace("account_id = ?", "account_id IS NULL")
_DUE_OVER = _DUE.replace("open = 1", OVER)
_WAITING = f"SELECT id FROM shipment s WHERE account_id = ? AND open = 1 AND next_poll_ms <= ? AND {_FREE}"  # noqa: S608
_ORDERED = "SELECT id FROM ({0} ORDER BY next_poll_ms LIMIT ?) AS of_{1}"
"""By the index: without the order PostgreSQL may take the whole table for the quicker way to so few."""
_COUNT = (
    f"SELECT count(*) FROM ({_ORDERED.format(_WAITING, 'open')}"  # noqa: S608
    f" UNION ALL {_ORDERED.format(_WAITING.replace('open = 1', OVER), 'over')}) AS due"
)
_CHOICE = (
    f"SELECT {READ} FROM shipment s WHERE account_id = ? AND open IN (0, 1) AND next_poll_ms <= ?"  # noqa: S608
    f" AND (open = 1 OR {IS_FINAL}) AND {_FREE}"
    " ORDER BY CASE WHEN status = 'out_for_delivery' THEN 0 ELSE 1 END, next_poll_ms LIMIT ?"
)
_TAKE = (
    "UPDATE shipment SET lease_ms = ? FROM due WHERE shipment.id = due.id"
    " RETURNING shipment.id, shipment.number, shipment.scan_digest"
)
_FREE_NOW = (
    "UPDATE {0} SET lease_ms = NULL WHERE id IN (SELECT id FROM (SELECT id, lease_ms FROM {0} AS s"
    " WHERE {1} AND {2} AND next_poll_ms <= ? ORDER BY next_poll_ms LIMIT 5000) AS due WHERE lease_ms > ?)"
)
"""Of the longest due, where claims are taken from; any others wait for the end of their lease."""


class Claimed(NamedTuple):
    """A shipment that is due, the number to ask for, and the seal of the answer that it stands at.

    `leg_id`: what is due is this further number of it.
    """

    id: int
    number: str
    scan_digest: int
    leg_id: int | None = None


async def count(account_id: int, now: datetime, most: int) -> int:
    """How many shipments of an account are due and not claimed, counted up to `most`."""
    given = (account_id, to_ms(now), to_ms(now), most)
    return min(int((await sql.records(_COUNT, (*given, *given)))[0][0]), most)


async def claim(account_id: int | None, now: datetime, most: int, lease: timedelta) -> list[Claimed]:
    """The longest due shipments of an account (None: the shops' own couriers'), then those for a late look.

    PostgreSQL: they are leased, so that nobody else takes them and a crash only delays them; saving ends the lease.
    SQLite has one process: it must not ask for the same account twice at a time.
    """
    at, until = to_ms(now), now + lease
    if account_id is None:
        return await _take(_DUE_OWN, [at, at, most], until)
    claimed = await _take(_DUE, [account_id, at, at, most], until)
    if len(claimed) < most:
        claimed += await _take(_DUE_OVER, [account_id, at, at, most - len(claimed)], until)
    return claimed


async def free(account_id: int | None, now: datetime) -> int:
    """Give back what is claimed of an account that nobody asks now: its worker died, or failed. How many."""
    if sql.dialect() == "sqlite":
        return 0
    whose: list[object] = [] if account_id is None else [account_id]
    mine = "account_id = ?" if whose else "account_id IS NULL"
    params = [*whose, to_ms(now), to_ms(now)]
    of_account = (("shipment", OVER), ("leg", "s.open = 1")) if whose else ()
    kinds = (("shipment", "s.open = 1"), *of_account)
    return sum([await sql.run(_FREE_NOW.format(table, mine, kind), params) for table, kind in kinds])


async def choice(account_id: int, now: datetime, most: int) -> list[Shipment]:
    """What is due of an account: on the van first, then the longest due. Sorts all that is due."""
    found = await sql.records(_CHOICE, (account_id, to_ms(now), to_ms(now), most))
    return [to_shipment(row) for row in found]


async def still_due(ids: Sequence[int], now: datetime) -> set[int]:
    """Those of them that nobody has asked for since they were due, nor asks for now."""
    where, listed = sql.among("id", ids)
    found = await sql.records(
        f"SELECT id FROM shipment WHERE {where} AND next_poll_ms <= ? AND {_FREE}",  # noqa: S608
        (listed, to_ms(now), to_ms(now)),
    )
    return {row[0] for row in found}


async def claim_these(ids: Sequence[int], now: datetime, lease: timedelta) -> list[Claimed]:
    """Those of them that nobody else has taken meanwhile."""
    where, listed = sql.among("id", ids)
    query = f"SELECT id, number, scan_digest FROM shipment WHERE {where} AND {_FREE}"  # noqa: S608
    return await _take(query, [listed, to_ms(now)], now + lease)


async def _take(query: str, params: list[object], until: datetime) -> list[Claimed]:
    if sql.dialect() == "postgres":
        query, params = f"WITH due AS ({query} FOR UPDATE SKIP LOCKED) {_TAKE}", [*params, to_ms(until)]
    return [Claimed(row[0], row[1], row[2]) for row in await sql.records(query, params)]


async def postpone(ids: Sequence[int], until: datetime) -> None:
    """Ask them at `until`: not asked, or not answered."""
    where, listed = sql.among("id", ids)
    await sql.run(f"UPDATE shipment SET next_poll_ms = ?, lease_ms = NULL WHERE {where}", (to_ms(until), listed))  # noqa: S608
