"""Removing what is over from tables of a million rows, and packing scans: `python -m tests.benchmarks.tidying [ROWS]`.

In the process's own bites, without the rest between them: rows a second, and the longest time that one holds anything.
Bytes are those of the tables with their indexes (PostgreSQL) or of the file's used pages (SQLite).
"""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import uvloop

from bot.flows import tidying
from bot.flows.ingest import Polled, ingest_batch
from bot.flows.tidying import CHORES, Chore
from bot.store import packing, retiring, sql
from bot.store.due import NEVER_MS
from bot.store.ms import to_ms
from bot.store.pruning import DAY
from carriers.kit.model import ScanEvent, Status, TrackingResult
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.stores import KINDS, address, opened

ROWS = 1_000_000
PARCELS = 2_000
SCANS = 10
TURNS = 4
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
_COLUMNS = "lane, chat_id, act, payload, cause, priority, state, due_ms, created_ms, left_ms, settled_ms, attempts"
_VALUES = "'chat:5', 5, 'notice', '{{\"kind\": \"live\", \"follow\": 1}}', 'cause:' || {n}, 2, 'sent', 1, 1, 1, 1, 1"
_NUMBERS = {
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ?)",
    "postgres": "WITH r AS (SELECT generate_series(1, ?::int) AS n)",
}
_PARCELS = (
    "INSERT INTO shipment (merchant_id, order_id, slug, number, next_poll_ms, created_ms, status, zone, priority, open,"
    " misses, scan_digest) SELECT 1, n, 'ups', 'JD' || n, 0, ?, 'unknown', 'UTC', 0, 1, 0, 0 FROM r"
)


class Walk(NamedTuple):
    """A chore to its end."""

    rows: int
    seconds: float
    longest: float

    @property
    def speed(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


async def walked(chore: Chore, now: datetime) -> Walk:
    """Bite after bite."""
    after, rows, longest, began = None, 0, 0.0, time.perf_counter()
    while True:
        bitten = time.perf_counter()
        done = await tidying.bite(chore, after, now)
        longest = max(longest, time.perf_counter() - bitten)
        rows += done.gone
        if (after := done.after) is None:
            return Walk(rows, time.perf_counter() - began, longest)


async def used(tables: Sequence[str]) -> int:
    """Bytes of these tables on PostgreSQL, of all used pages on SQLite."""
    if sql.dialect() == "postgres":
        found = await sql.records(
            "SELECT sum(pg_total_relation_size(one::regclass)) FROM unnest(?::text[]) AS one", [tables]
        )
        return int(found[0][0])
    free, pages, size = [
        int((await sql.records(f"PRAGMA {name}"))[0][0]) for name in ("freelist_count", "page_count", "page_size")
    ]
    return (pages - free) * size


async def pruned(url: str, rows: int) -> tuple[list[Walk], list[int]]:
    """The queue of what has left long ago, filled and emptied, several times: each walk, and its bytes when full."""
    walks, bytes_ = [], []
    async with opened(url):
        for turn in range(TURNS):
            await _fill(rows, first=turn * rows)
            bytes_.append(await _file())
            walks.append(await walked(CHORES[0], NOW))
            if sql.dialect() == "postgres":  # as autovacuum does by itself
                await sql.run("VACUUM outbox")
    return walks, bytes_


async def _fill(rows: int, first: int = 0) -> None:
    values = _VALUES.format(n=f"(n + {first})")
    await sql.run(f"{_NUMBERS[sql.dialect()]} INSERT INTO outbox ({_COLUMNS}) SELECT {values} FROM r", (rows,))


async def _file() -> int:
    if sql.dialect() == "postgres":
        return await used(["outbox"])
    return int((await sql.records("PRAGMA page_count"))[0][0]) * int((await sql.records("PRAGMA page_size"))[0][0])


def _came(number: int) -> TrackingResult:
    """Ten scans of four days, worded as carriers word them."""
    steps = [(Status.DELIVERED, "Delivered - Signed for by: J SMITH")] + [
        (Status.IN_TRANSIT, f"Processed at delivery facility, arrival {step}") for step in range(SCANS - 1)
    ]
    events = tuple(
        ScanEvent(NOW - step * timedelta(hours=9), code=f"E{step}", description=said, place=f"Town {step % 4}, DE",
                  status=status)
        for step, (status, said) in enumerate(steps)
    )  # fmt: skip
    return TrackingResult(f"JD{number}", Status.DELIVERED, events)


async def packed(url: str) -> tuple[Walk, float, float, Walk]:
    """Parcels that came: packing them, bytes of scans a parcel before and after; then removing them."""
    async with opened(url):
        await sql.run("INSERT INTO merchant (name, locale, zone, staffed, settings, created_ms)"
                      " VALUES ('Shop', 'en', 'UTC', '', '{}', 0)")  # fmt: skip
        await sql.run(f"{_NUMBERS[sql.dialect()]} {_PARCELS}", (PARCELS, to_ms(NOW - 9 * DAY)))
        empty = await used(["scan_event", "scan_pack"])
        for first in range(1, PARCELS + 1, 250):
            await ingest_batch([Polled(one, _came(one)) for one in range(first, first + 250)], NOW)
        full = await used(["scan_event", "scan_pack"])
        await sql.run("UPDATE shipment SET learnt = 1, next_poll_ms = ?", (NEVER_MS,))
        walk = await walked(Chore("scan_event", packing.fold, packing.PARCELS), NOW + 40 * DAY)
        if sql.dialect() == "postgres":
            await sql.run("VACUUM FULL scan_event")
        after = await used(["scan_event", "scan_pack"])
        gone = await walked(Chore("shipment", partial(retiring.parcels, False, 2), retiring.PARCELS), NOW + 200 * DAY)
        return walk, (full - empty) / PARCELS, (after - empty) / PARCELS, gone


def measure(kinds: tuple[str, ...] = KINDS, rows: int = ROWS) -> list[Row]:
    """The figures on these databases."""
    return [row for kind in kinds for row in [*_pruning(kind, rows), *_packing(kind)]]


def _pruning(kind: str, rows: int) -> list[Row]:
    with address(kind) as url:
        walks, bytes_ = uvloop.run(pruned(url, rows))
    longest, speed = max(one.longest for one in walks), min(one.speed for one in walks)
    took = ", ".join(f"{one.seconds:.0f}" for one in walks)
    detail = f"{rows:,} rows in {took} s, at least {speed:,.0f} a second, in bites of {tidying.ROWS:,}"
    held = ", ".join(f"{one / 1e6:,.1f}" for one in bytes_) + " MB, each time as full"
    return [
        Row(f"tidying: longest hold while the queue is emptied, {kind}", longest, "s", most=1.0, detail=detail),
        Row(f"tidying: last size when filled, {kind}", bytes_[-1] / bytes_[-2], "× before", most=1.1, detail=held),
    ]


def _packing(kind: str) -> list[Row]:
    with address(kind) as url:
        walk, before, after, gone = uvloop.run(packed(url))
    detail = (
        f"{SCANS} rows and {before:,.0f} bytes a parcel before, 1 and {after:,.0f} after;"
        f" {walk.speed / SCANS:,.0f} parcels a second, longest bite {walk.longest:.3f} s;"
        f" then {gone.rows / PARCELS:.0f} rows a parcel removed, {PARCELS / gone.seconds:,.0f} parcels a second,"
        f" longest bite {gone.longest:.3f} s"
    )
    return [Row(f"tidying: bytes of packed scans, {kind}", after / before, "× unpacked", most=0.35, detail=detail)]


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    show(f"Tidying · {machine()}", measure(rows=rows))


if __name__ == "__main__":
    main()
