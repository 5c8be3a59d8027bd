"""Polling against a bare aiohttp loop, same server, same run: `python -m tests.benchmarks.polling [--postgres]`.

bare: GET, read, orjson, nothing kept. ours: budget, claim, the real adapter and gateway, one transaction a chunk with
detection, forecast, notices and cadence, by models learnt beforehand. typical: a fifth of the polls bring a new event;
first: eight new events for each. Carriers' limits are off, or the budget would be what is measured.

All days are reckoned from now: every parcel moved some hours ago, was promised in two days and is expected then, so
that it is on its way in time, as most are. Parcels that are late or silent cost more, and are few.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple, Self

import aiohttp
import orjson
import uvloop

from bot.clock import RunningClock
from bot.flows.experience import Experience
from bot.flows.ingest import Rules
from bot.flows.polling import Poller
from bot.gateways.carrier_http import CarrierHttp
from bot.jobs.poll import settle_memory
from bot.store import sql
from bot.store.crypt import Vault, new_key
from bot.store.ms import to_ms
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.polled_shop import ACCOUNTS, FIRST_NUMBER, SHIPMENTS, seed, teach
from tests.benchmarks.stores import address, opened

OPEN = 64
RUNS = 5


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
def carrier(latency: timedelta = timedelta(0)) -> Iterator[str]:
    """The carrier's server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.carrier_server", str(latency.total_seconds())]
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


class Unhurried(Rules, frozen=True):
    """As in production, but without carriers' limits."""

    @property
    def heeds_limits(self) -> bool:
        """Never."""
        return False


class Found(NamedTuple):
    """Of typical and of first polls, as in production and with nothing forecast."""

    typical: list[Ratios]
    first: list[Ratios]
    typical_unforeseen: list[Ratios]
    first_unforeseen: list[Ratios]


async def measure(url: str) -> Found:
    """Every second run forecasts nothing and asks by the built-in rhythm."""
    found = Found([], [], [], [])
    clock, vault = RunningClock(), Vault([new_key()])
    await teach(clock.now())
    settle_memory()  # as the loop does; the bare one profits from it, too
    async with CarrierHttp({"dhl_unified": url}) as http:
        for rules, typical, first in ((_with(Experience()), *found[:2]), (_with(None), *found[2:])) * RUNS:
            poller = Poller(http.send, vault, clock, rules)
            await _round(url, 0)
            await seed(vault, clock.now())
            first.append(await _ratios(url, poller, clock))
            await _round(url, 1)
            typical.append(await _ratios(url, poller, clock))
            await check()
    return found


def _with(experience: Experience | None) -> Rules:
    return Unhurried(experience=experience)


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
    assert not await sql.rows("SELECT id FROM finding"), "a parcel in time has no finding"


async def _round(url: str, number: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/round/{number}"):
        pass


async def run(database_url: str, carrier_url: str) -> Found:
    """All rounds on one database."""
    async with opened(database_url):
        return await measure(carrier_url)


def rows(kind: str, found: Found) -> list[Row]:
    """The table's rows: medians, with every run beside them."""
    bounds = (
        ("typical polls", found.typical, 0.50),
        ("first polls", found.first, 0.35),
        ("typical polls without forecast", found.typical_unforeseen, None),
        ("first polls without forecast", found.first_unforeseen, None),
    )
    return [
        Row(
            f"{name}, {kind}",
            statistics.median(one.wall for one in runs),
            "of bare",
            least=least,
            detail="wall "
            + " ".join(f"{one.wall:.2f}" for one in runs)
            + "; processor time "
            + " ".join(f"{one.cpu:.2f}" for one in runs),
        )
        for name, runs, least in bounds
    ]


def measured(kinds: tuple[str, ...] = ("sqlite", "postgres")) -> list[Row]:
    """The figures on these databases."""
    found: list[Row] = []
    first, *others = sorted(os.sched_getaffinity(0))
    with contextlib.ExitStack() as stack:
        # Servers on the other cores, ourselves on the first: what is compared is our own work.
        os.sched_setaffinity(0, set(others) or {first})
        url = stack.enter_context(carrier())
        urls = {kind: stack.enter_context(address(kind)) for kind in kinds}
        os.sched_setaffinity(0, {first})
        for kind in kinds:
            found += rows(kind, uvloop.run(run(urls[kind], url)))
        os.sched_setaffinity(0, {first, *others})
    return found


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
