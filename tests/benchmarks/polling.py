"""Polling against a bare aiohttp loop, same server, same run: `python -m tests.benchmarks.polling [--postgres]`.

bare: GET, read, orjson, nothing kept. ours: budget, claim, the real adapter and gateway, one transaction a chunk with
detection, notices and cadence. typical: a fifth of the polls bring a new event; first: eight new events for each.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from math import ceil, sqrt
from pathlib import Path
from typing import NamedTuple, Self

import aiohttp
import orjson
import uvloop

from bot.clock import RunningClock
from bot.flows.ingest import Rules
from bot.flows.polling import Poller
from bot.gateways.carrier_http import CarrierHttp
from bot.jobs.poll import SIDE_BY_SIDE, settle_memory
from bot.store import bulk, core, schema, sql
from bot.store.crypt import Vault, new_key
from bot.store.ms import to_ms
from tests.benchmarks.machine import Row, machine, show
from tests.fakes import database

ACCOUNTS = range(1, SIDE_BY_SIDE + 1)
SHIPMENTS = 4000
OPEN = 64
FIRST_NUMBER = 34043416109400000000
RUNS = 7


_NUMBERS = [
    "id",
    "merchant_id",
    "order_id",
    "account_id",
    "next_poll_ms",
    "created_ms",
    "scan_digest",
    "priority",
    "open",
    "misses",
    "learnt",
]
_TEXTS = ["slug", "status", "zone", "promised_on", "number"]
_COLUMNS = dict.fromkeys(_NUMBERS, "bigint") | dict.fromkeys(_TEXTS, "text")
_WORDS = ("dhl_unified", "unknown", "Europe/Berlin", "2026-11-26")


class Speed(NamedTuple):
    """Of one pass over all shipments."""

    seconds: float
    cpu_seconds: float


class Ratios(NamedTuple):
    """Ours to bare: by the clock on the wall, and by processor time of this process alone."""

    wall: float
    cpu: float


class Stopwatch:
    """Measures what is done inside."""

    def __enter__(self) -> Self:
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.speed = Speed(time.perf_counter() - self._began[0], time.process_time() - self._began[1])


@contextlib.contextmanager
def carrier() -> Iterator[str]:
    """The carrier's server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.carrier_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


async def bare(url: str) -> Speed:
    """A loop that keeps nothing."""
    numbers = iter(range(FIRST_NUMBER, FIRST_NUMBER + SHIPMENTS))

    async def work(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            async with session.get(f"{url}/track/shipments?trackingNumber={number}") as answer:
                orjson.loads(await answer.read())

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=OPEN)) as session:
        with Stopwatch() as watch:
            await asyncio.gather(*[work(session) for _ in range(OPEN)])
        return watch.speed


def _account_of(shipment: int) -> int:
    """Accounts differ in size, the largest has fifteen times the shipments of the smallest: no march in step."""
    return max(1, ceil(sqrt((shipment - 1) / SHIPMENTS) * len(ACCOUNTS)))


async def seed(vault: Vault, now_ms: int) -> None:
    """One shop, its accounts, its open shipments, all due; one in ten is followed."""
    secrets = vault.seal('{"api_key": "x"}')
    async with core.transaction():
        for table in ("shipment", "scan_event", "finding", "outbox", "follow", "account", "merchant", "customer"):
            await sql.run(f"DELETE FROM {table}")
        await sql.run(
            "INSERT INTO merchant (id, name, locale, zone, country, staffed, settings, created_ms)"
            " VALUES (1, 'Lavender', 'en', 'UTC', 'DE', '', '{}', 0)"
        )
        await sql.run(
            "INSERT INTO customer (id, merchant_id, user_id, name, topic_generation, created_ms)"
            " VALUES (1, 1, 5, '', 0, 0)"
        )
        for account in ACCOUNTS:
            await sql.run(
                "INSERT INTO account (id, merchant_id, slug, secrets, state, failures, retry_ms, outage_told, tat_ms,"
                " spent_on, spent, created_ms) VALUES (?, ?, 'dhl_unified', ?, 'active', 0, 0, ?, 0, '', 0, 0)",
                (account, account, secrets, False),
            )
        rows = [
            (one, 1, one, _account_of(one), now_ms - 1, now_ms, 0, 0, 1, 0, 0, *_WORDS, str(FIRST_NUMBER + one - 1))
            for one in range(1, SHIPMENTS + 1)
        ]
        await bulk.insert("shipment", _COLUMNS, rows)
        follows = {name: "bigint" for name in ("shipment_id", "customer_id", "live_digest", "slips", "created_ms")}
        await bulk.insert("follow", follows, [(one, 1, 0, 0, 0) for one in range(1, SHIPMENTS + 1, 10)])


async def ours(poller: Poller, now_ms: int) -> Speed:
    """Our chunks, accounts side by side, after everything was made due."""
    await sql.run("UPDATE shipment SET next_poll_ms = ?", (now_ms - 1,))

    async def drain(account: int) -> int:
        asked = 0
        while count := await poller.chunk(account):
            asked += count
        return asked

    with Stopwatch() as watch:
        asked = sum(await asyncio.gather(*[drain(one) for one in ACCOUNTS]))
    assert asked == SHIPMENTS, asked
    return watch.speed


async def measure(url: str) -> tuple[list[Ratios], list[Ratios]]:
    """Of typical polls, of first polls."""
    typical: list[Ratios] = []
    first: list[Ratios] = []
    clock, vault = RunningClock(), Vault([new_key()])
    settle_memory()  # as the loop does; the bare one profits from it, too
    async with CarrierHttp({"dhl_unified": url}) as http:
        for _ in range(RUNS):
            poller = Poller(http.send, vault, clock, Rules(every=timedelta(hours=1)))
            await _round(url, 0)
            await seed(vault, to_ms(clock.now()))
            first.append(await _ratios(url, poller, clock))
            await _round(url, 1)
            typical.append(await _ratios(url, poller, clock))
            await check()
    return typical, first


async def _ratios(url: str, poller: Poller, clock: RunningClock) -> Ratios:
    """Ours between two bare passes: a machine that is busy with other things is so for both."""
    before = await bare(url)
    speed = await ours(poller, to_ms(clock.now()))
    after = await bare(url)
    return Ratios(
        (before.seconds + after.seconds) / 2 / speed.seconds,
        (before.cpu_seconds + after.cpu_seconds) / 2 / speed.cpu_seconds,
    )


async def check() -> None:
    """What was measured was done: every scan is there, the new ones too, and followers' live messages wait."""
    scans = (await sql.rows("SELECT count(*) AS scans FROM scan_event"))[0]["scans"]
    assert scans == SHIPMENTS * 8 + SHIPMENTS // 5, scans
    assert (await sql.rows("SELECT count(*) AS rows FROM outbox"))[0]["rows"] == SHIPMENTS // 10


async def _round(url: str, number: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/round/{number}"):
        pass


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """The database, migrated."""
    await core.connect(url, create=True)
    try:
        await schema.migrate()
        yield
    finally:
        await core.close()


async def run(database_url: str, carrier_url: str) -> tuple[list[Ratios], list[Ratios]]:
    """All rounds on one database."""
    async with opened(database_url):
        return await measure(carrier_url)


def rows(kind: str, typical: list[Ratios], first: list[Ratios]) -> list[Row]:
    """The table's rows: medians, with every run beside them."""
    bounds = (("typical polls", typical, 0.50), ("first polls", first, 0.35))
    return [
        Row(
            f"{name}, {kind}",
            statistics.median(one.wall for one in found),
            "of bare",
            least=least,
            detail="wall "
            + " ".join(f"{one.wall:.2f}" for one in found)
            + "; processor time "
            + " ".join(f"{one.cpu:.2f}" for one in found),
        )
        for name, found, least in bounds
    ]


def measured(kinds: tuple[str, ...] = ("sqlite", "postgres")) -> list[Row]:
    """The figures on these databases."""
    found: list[Row] = []
    first, *others = sorted(os.sched_getaffinity(0))
    with contextlib.ExitStack() as stack:
        # Servers on the other cores, ourselves on the first: what is compared is our own work.
        os.sched_setaffinity(0, set(others) or {first})
        url = stack.enter_context(carrier())
        urls = {kind: stack.enter_context(_database(kind)) for kind in kinds}
        os.sched_setaffinity(0, {first})
        for kind in kinds:
            found += rows(kind, *uvloop.run(run(urls[kind], url)))
        os.sched_setaffinity(0, {first, *others})
    return found


@contextlib.contextmanager
def _database(kind: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        if kind == "sqlite":
            yield f"sqlite://{folder}/herald.sqlite3"
        else:
            with database.server(Path(folder) / "postgres", ()) as url:
                yield url


def main() -> int:
    """Print the table; 1 if a figure is below its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL only")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite only")
    given = parser.parse_args()
    kinds = tuple(kind for kind in ("sqlite", "postgres") if getattr(given, kind)) or ("sqlite", "postgres")
    found = measured(kinds)
    show(f"Polling · {machine()}", found)
    return 0 if all(row.holds for row in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
