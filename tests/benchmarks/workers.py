"""Two workers against one, where it is the carrier that is waited for: `python -m tests.benchmarks.workers`.

Worker processes at a real PostgreSQL, as `herald run --only poll` makes them, but each asks for one or two accounts
side by side: with eight, as in production, a worker on this work waits for no carrier but for a processor, and two
workers would only measure how many there are. The carrier's server takes 50 ms for each answer; accounts are alike,
each parcel is asked for the first time and has eight events. Time runs from when all are due until the last is written
down.
"""

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NamedTuple

import uvloop

from bot.clock import RunningClock
from bot.jobs import engine_tables
from bot.store import sql
from bot.store.crypt import Vault, new_key
from bot.store.ms import to_ms
from tests.benchmarks.carrier_server import EVENTS
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.polled_shop import ACCOUNTS, seed
from tests.benchmarks.polling import carrier
from tests.benchmarks.stores import address, opened

PARCELS = 8000
LATENCY = timedelta(milliseconds=50)
RUNS = 3
LOOK_EVERY = 0.05
PATIENCE = 120.0
WORKER = """
import asyncio, sys, time
import uvloop
from bot.clock import RunningClock
from bot.flows.experience import Experience
from bot.flows.polling import Poller
from bot.gateways.carrier_http import CarrierHttp
from bot.jobs import crews
from bot.store import core
from bot.store.crypt import Vault
from tests.benchmarks.polling import Unhurried

async def work(url, carrier, key):
    await core.connect(url)
    clock, stop = RunningClock(), asyncio.Event()
    async with CarrierHttp({"dhl_unified": carrier}) as http:
        poller = Poller(http.send, Vault([key]), clock, Unhurried(experience=Experience()))
        crew = crews.polling(url, poller, clock, side_by_side=1)
        working = asyncio.create_task(crew.run(stop))
        while crew.trouble():
            await asyncio.sleep(0.05)
        while True:
            print(time.process_time(), flush=True)
            if not await asyncio.to_thread(sys.stdin.readline):
                break
        stop.set()
        await working
    await core.close()

uvloop.run(work(*sys.argv[1:]))
"""


class Worker:
    """A process that polls; it says its processor seconds when asked."""

    def __init__(self, url: str, carrier_url: str, key: str) -> None:
        command = [sys.executable, "-c", WORKER, url, carrier_url, key]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    async def cpu_seconds(self) -> float:
        """So far; the first answer comes once it takes jobs."""
        assert self._process.stdout is not None
        while True:
            said = await asyncio.to_thread(self._process.stdout.readline)
            assert said, "a worker has ended"
            with contextlib.suppress(ValueError):  # its log stands between
                return float(said)

    def ask(self) -> None:
        """Let it say them."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    async def end(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.to_thread(self._process.wait)


class Pass(NamedTuple):
    """All parcels once: seconds by the clock, processor seconds of the workers."""

    seconds: float
    cpu_seconds: float


@contextlib.asynccontextmanager
async def at_work(many: int, url: str, carrier_url: str, key: str) -> AsyncIterator[list[tuple[Worker, float]]]:
    """So many workers, ready, each with the processor time that its start took."""
    workers = [Worker(url, carrier_url, key) for _ in range(many)]
    try:
        yield [(one, await one.cpu_seconds()) for one in workers]
    finally:
        for one in workers:
            await one.end()


async def asked(workers: list[tuple[Worker, float]], vault: Vault) -> Pass:
    """Seed, let all be due, wait until all were asked for."""
    clock = RunningClock()
    await seed(vault, clock.now() + timedelta(hours=1), PARCELS)
    await sql.run("UPDATE shipment SET account_id = 1 + id % ?, promised_on = NULL", (len(ACCOUNTS),))
    began = to_ms(clock.now())
    await sql.run("UPDATE shipment SET next_poll_ms = ?", (began - 1,))
    until = clock.monotonic() + PATIENCE
    while (await sql.records("SELECT count(*) FROM shipment WHERE polled_ms IS NULL"))[0][0]:
        assert clock.monotonic() < until, "parcels are left"
        await asyncio.sleep(LOOK_EVERY)
    seconds = (to_ms(clock.now()) - began) / 1000
    scans = (await sql.records("SELECT count(*) FROM scan_event"))[0][0]
    assert scans == PARCELS * EVENTS, scans
    for one, _ in workers:
        one.ask()
    return Pass(seconds, sum([await one.cpu_seconds() - before for one, before in workers]))


async def compared(url: str, carrier_url: str) -> tuple[list[Pass], list[Pass]]:
    """One worker and two, by turns."""
    await engine_tables.prepare(url)
    key = new_key()
    single: list[Pass] = []
    double: list[Pass] = []
    async with opened(url):
        for many, passes in ((1, single), (2, double)) * RUNS:
            async with at_work(many, url, carrier_url, key) as workers:
                passes.append(await asked(workers, Vault([key])))
    return single, double


def measure() -> list[Row]:
    """The rows of the table."""
    with address("postgres") as url, carrier(LATENCY) as carrier_url:
        single, double = uvloop.run(compared(url, carrier_url))
    ratio = statistics.median(one.seconds / two.seconds for one, two in zip(single, double, strict=True))
    return [
        Row("two workers, the carrier being waited for", ratio, "× one", least=1.6, detail=_passes(single, double)),
        *(
            Row(
                f"events taken in by {name}",
                PARCELS * EVENTS / statistics.median(one.seconds for one in passes) / 1000,
                "thousand a second",
                detail=f"{1000 * statistics.median(one.cpu_seconds for one in passes) / PARCELS:.2f} ms of the"
                f" workers' processor time a parcel; {os.cpu_count()} cores, PostgreSQL and carrier on the same",
            )
            for name, passes in (("one", single), ("two", double))
        ),
    ]


def _passes(single: list[Pass], double: list[Pass]) -> str:
    return f"{PARCELS:,} parcels, {EVENTS} events each; seconds " + ", ".join(
        f"{one.seconds:.1f} : {two.seconds:.1f}" for one, two in zip(single, double, strict=True)
    )


def main() -> None:
    """Print the table."""
    show(f"Workers · {machine()}", measure())


if __name__ == "__main__":
    main()
