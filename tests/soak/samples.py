"""What is looked at while a soak runs: processes, tables, the write-ahead log, how far behind each account is."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from asyncpg import Connection  # type: ignore[import-untyped]
from msgspec import Struct

from bot.clock import Clock
from bot.store.ms import to_ms

TABLES = ("shipment", "scan_event", "finding", "outbox", "inbox", "follow", "account", "procrastinate_jobs",
          "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")  # fmt: skip
_SIZES = """
SELECT c.relname AS name, pg_table_size(c.oid) AS heap, pg_indexes_size(c.oid) AS indexes, s.n_live_tup AS live,
    s.n_dead_tup AS dead, s.n_tup_ins AS added, s.n_tup_upd AS updated, s.n_tup_hot_upd AS hot, s.n_tup_del AS deleted,
    s.autovacuum_count AS vacuums
FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.relname = ANY($1::text[])
"""
_LOAD = """
SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS wal, (SELECT sum(size) FROM pg_ls_waldir())::bigint AS wal_kept,
    (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables)::bigint AS written,
    (SELECT sum(n_tup_ins) FROM pg_stat_user_tables WHERE relname = 'scan_event')::bigint AS scans,
    (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'herald%') AS connections,
    (SELECT count(*) FROM procrastinate_jobs) AS jobs,
    (SELECT count(*) FROM outbox WHERE state = 'queued' AND due_ms <= $1) AS waiting,
    (SELECT min(due_ms) FROM outbox WHERE state = 'queued' AND due_ms <= $1) AS oldest
"""
_BEHIND = """
SELECT a.slug, $1 - (SELECT min(next_poll_ms) FROM shipment s WHERE s.account_id = a.id AND s.open = 1) AS behind
FROM account a ORDER BY a.id
"""


class Table(Struct, frozen=True):
    """One table as PostgreSQL knows it; bytes and rows."""

    name: str
    heap: int
    indexes: int
    live: int
    dead: int
    added: int
    updated: int
    hot: int
    deleted: int
    vacuums: int

    @property
    def room(self) -> int:
        """Bytes with its indexes."""
        return self.heap + self.indexes


class Sample(Struct, frozen=True):
    """One look. `at` in real seconds, `simulated` in the soak's own; processor seconds, bytes and seconds behind."""

    at: float
    simulated: float
    memory: Mapping[str, int]
    cpu: Mapping[str, float]
    tables: Mapping[str, Table]
    behind: Mapping[str, float]
    wal: int
    wal_kept: int
    written: int
    scans: int
    connections: int
    jobs: int
    waiting: int
    oldest: float


class Watcher:
    """Looks, by a connection of its own."""

    def __init__(self, connection: "Connection[Any]", postmaster: int, clock: Clock) -> None:
        self._connection = connection
        self._postmaster = psutil.Process(postmaster)
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Time counts from now on."""
        self._began, self._began_at = self._clock.monotonic(), self._clock.now()

    async def look(self, workers: Mapping[str, int]) -> Sample:
        """Now; `workers`: name to process id."""
        now = self._clock.now()
        load = dict(await self._connection.fetchrow(_LOAD, to_ms(now)))
        sizes = [Table(**row) for row in await self._connection.fetch(_SIZES, list(TABLES))]
        behind = await self._connection.fetch(_BEHIND, to_ms(now))
        memory, cpu = await asyncio.to_thread(_processes, self._postmaster, workers)
        oldest = load.pop("oldest")
        return Sample(
            self._clock.monotonic() - self._began,
            (now - self._began_at).total_seconds(),
            memory,
            cpu,
            {one.name: one for one in sizes},
            {row["slug"]: max(row["behind"] or 0, 0) / 1000 for row in behind},
            oldest=(to_ms(now) - oldest) / 1000 if oldest else 0.0,
            **load,
        )


def _processes(postmaster: psutil.Process, workers: Mapping[str, int]) -> tuple[dict[str, int], dict[str, float]]:
    memory, cpu = {}, {}
    for name, number in workers.items():
        process = psutil.Process(number)
        spent = process.cpu_times()
        memory[name], cpu[name] = process.memory_info().rss, spent.user + spent.system
    cpu["PostgreSQL"], memory["PostgreSQL"] = _server(postmaster)
    return memory, cpu


def _server(postmaster: psutil.Process) -> tuple[float, int]:
    """Processor seconds of all its processes, also of those that have ended; what they hold of their own."""
    spent = postmaster.cpu_times()
    total, own = spent.user + spent.system + spent.children_user + spent.children_system, 0
    for one in postmaster.children(recursive=True):
        try:
            spent, held = one.cpu_times(), one.memory_info()
        except psutil.NoSuchProcess:
            continue
        total, own = total + spent.user + spent.system, own + held.rss - held.shared
    return total, own


def postmaster_of(folder: Path) -> int:
    """The process of the server in this folder."""
    return int((folder / "postmaster.pid").read_text().split()[0])
