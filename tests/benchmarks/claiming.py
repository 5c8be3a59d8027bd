"""What a poll claim costs in a small table and in a large one: `python -m tests.benchmarks.claiming`.

500 due parcels of one account, spread over the table, are claimed by the claim that the poller uses, among 100,000
open parcels that are not due and then among a million; in one run, on PostgreSQL and on SQLite. SQLite's claim only
selects: its lease is in memory, and the count of changed rows must not move. Its ratio has no bound: a fraction of a
millisecond is compared with what no longer fits into its page cache.
"""

import statistics
import time
from datetime import UTC, datetime, timedelta

import uvloop

from bot.store import due, sql
from bot.store.ms import to_ms
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.stores import KINDS, address, opened

SMALL, LARGE = 100_000, 1_000_000
DUE = 500
TIMES, WARMING = 25, 5
LEASE = timedelta(minutes=10)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
_COLUMNS = (
    "id, merchant_id, order_id, account_id, number, slug, status, zone, created_ms, next_poll_ms, scan_digest,"
    " priority, open, misses, learnt"
)
_VALUES = "1, n, 1 + n % 8, 'N' || n, 'dhl_unified', 'in_transit', 'Europe/Berlin', 0"
_COUNTED = {
    "postgres": "SELECT n FROM generate_series(?::bigint, ?::bigint) AS numbers(n)",
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
    " SELECT n FROM numbers",
}


async def grow(first: int, last: int) -> None:
    """Open parcels of eight accounts that are due within the next day, none now."""
    later = to_ms(NOW) + 60_000
    await sql.run(
        f"INSERT INTO shipment ({_COLUMNS}) SELECT n, {_VALUES}, {later} + n * 7919 % 86400000, 0, 0, 1, 0, 0"
        f" FROM ({_COUNTED[sql.dialect()]}) AS counted",
        (first, last),
    )
    await sql.run("ANALYZE")


async def make_due() -> None:
    """500 of the first account's, spread over the table, and free again."""
    step = (await sql.records("SELECT count(*) FROM shipment"))[0][0] // DUE // 8 * 8
    await sql.run(
        "UPDATE shipment SET next_poll_ms = ?, lease_ms = NULL WHERE id % ? = 0 AND account_id = 1 AND id <= ?",
        (to_ms(NOW) - 1, step, step * DUE),
    )


async def claimed() -> float:
    """Milliseconds of one claim: the median."""
    await make_due()
    spans = []
    for _ in range(WARMING + TIMES):
        began = time.perf_counter()
        found = await due.claim(1, NOW, DUE, LEASE)
        spans.append(1000 * (time.perf_counter() - began))
        assert len(found) == DUE, len(found)
        if sql.dialect() == "postgres":
            await sql.run("UPDATE shipment SET lease_ms = NULL WHERE lease_ms IS NOT NULL")
    return statistics.median(spans[WARMING:])


async def changes() -> int:
    """How many rows this connection has changed: SQLite counts them."""
    return int((await sql.records("SELECT total_changes()"))[0][0])


async def compared(url: str) -> tuple[float, float, int]:
    """Milliseconds in the small and in the large table, and how many rows a claim on SQLite writes."""
    async with opened(url):
        await grow(1, SMALL)
        small = await claimed()
        await grow(SMALL + 1, LARGE)
        large = await claimed()
        if sql.dialect() == "postgres":
            return small, large, DUE
        before = await changes()
        await due.claim(1, NOW, DUE, LEASE)
        return small, large, await changes() - before


def measure(kinds: tuple[str, ...] = KINDS) -> list[Row]:
    """The figures on these databases."""
    rows = []
    for kind in kinds:
        with address(kind) as url:
            small, large, written = uvloop.run(compared(url))
        detail = f"median of {TIMES}: {small:.1f} ms at {SMALL:,} rows, {large:.1f} ms at {LARGE:,}"
        most = 2 if kind == "postgres" else None
        rows.append(
            Row(f"claim of {DUE} due parcels, {kind}", large / small, "× the small table's", None, most, detail)
        )
        if kind == "sqlite":
            rows.append(Row("rows that such a claim writes, sqlite", written, "", most=0, detail="select only"))
    return rows


def main() -> None:
    """Print the table."""
    show(f"Claiming · {machine()}", measure())


if __name__ == "__main__":
    main()
