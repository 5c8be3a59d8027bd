"""PostgreSQL mode: chunks as procrastinate's jobs against the same called directly; a token's hand-over; a lease.

`python -m tests.benchmarks engine`. chunks: the polled shop of the polling benchmark, all accounts side by side, called
and as jobs in turns of one run. hand-over: a process that holds the watch of dispatching is killed with -9, and time is
taken until another one's begins, at the beat of production. lease: questions taken off an account's budget by lots,
a question, against a bare request to the carrier's server, both by processor time.
"""

import asyncio
import statistics
import subprocess
import sys
import time

import uvloop

from bot.clock import RunningClock
from bot.flows.experience import Experience
from bot.flows.polling import CHUNK, Poller
from bot.gateways.carrier_http import CarrierHttp
from bot.jobs import engine_tables
from bot.jobs.dispatch import WORD
from bot.jobs.engine import Engine, Job
from bot.jobs.poll import SIDE_BY_SIDE, settle_memory
from bot.store import accounts, core, sql
from bot.store.crypt import Vault, new_key
from bot.store.ms import to_ms
from carriers.kit.model import Limits
from tests.benchmarks.machine import Row
from tests.benchmarks.polled_shop import ACCOUNTS, SHIPMENTS, seed
from tests.benchmarks.polling import Speed, Stopwatch, Unhurried, bare, carrier, ours
from tests.benchmarks.stores import address, opened

RUNS = 5
SMALL_LOT = 50
LEASES = 400
GENEROUS = Limits(per_second=1e6, burst=10_000, per_day=10**9)
WATCHER = """
import asyncio, sys
from bot.jobs import crews

async def hold(stop):
    print("held", flush=True)
    await stop.wait()

asyncio.run(crews.watches(sys.argv[1], "dispatch", {"dispatch": hold}).run(asyncio.Event()))
"""


class Counted:
    """A poller whose shipments are counted; `done` once all were asked for."""

    def __init__(self, poller: Poller) -> None:
        self._poller = poller
        self.asked = 0
        self.done = asyncio.Event()

    async def chunks(self, ending: asyncio.Event, account: int) -> None:
        """As a job of production: full chunks one after the other."""
        while (more := await self._poller.chunk(account)) >= CHUNK:
            self.asked += more
        self.asked += more
        if self.asked >= SHIPMENTS:
            self.done.set()


async def _as_jobs(job: Job, counted: Counted, now_ms: int) -> Speed:
    await sql.run("UPDATE shipment SET next_poll_ms = ?", (now_ms - 1,))
    counted.asked = 0
    counted.done.clear()
    with Stopwatch() as watch:
        await job.ask([(str(one), {"account": one}) for one in ACCOUNTS])
        await counted.done.wait()
    return watch.speed


async def _chunks(url: str, carrier_url: str) -> tuple[list[float], float]:
    """Jobs' speed to the direct one's, a run each; processor seconds of a bare request."""
    clock, vault = RunningClock(), Vault([new_key()])
    settle_memory()
    await engine_tables.prepare(url)
    ratios = []
    async with CarrierHttp({"dhl_unified": carrier_url}) as http:
        poller = Poller(http.send, vault, clock, Unhurried(experience=Experience()))
        counted, engine, stop = Counted(poller), Engine(url, "poll", SIDE_BY_SIDE + 2), asyncio.Event()
        job = engine.job("poll_chunk", counted.chunks)
        working = asyncio.create_task(engine.run(stop))
        await seed(vault, clock.now())
        await ours(poller, to_ms(clock.now()))
        while engine.trouble():  # noqa: ASYNC110  (what is waited for rings no bell)
            await asyncio.sleep(0.05)
        for _ in range(RUNS):
            direct = await ours(poller, to_ms(clock.now()))
            ratios.append(direct.seconds / (await _as_jobs(job, counted, to_ms(clock.now()))).seconds)
        stop.set()
        await working
        return ratios, (await bare(carrier_url)).cpu_seconds / SHIPMENTS


async def _lease(lot: int) -> float:
    """Processor seconds of a question's place in the budget."""
    clock = RunningClock()
    with Stopwatch() as watch:
        for _ in range(LEASES):
            async with core.transaction():
                granted = await accounts.spend(1, GENEROUS, clock.now(), lot)
            assert granted.count == lot, granted
    return watch.speed.cpu_seconds / LEASES / lot


def hand_over(url: str) -> float:
    """Seconds from the death of who holds the token until another one does."""
    command = [sys.executable, "-c", WATCHER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        _until_held(first)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second:
            time.sleep(3)  # it has to be waiting
            first.kill()
            began = time.monotonic()
            _until_held(second)
            took = time.monotonic() - began
            second.kill()
    return took


def _until_held(watcher: "subprocess.Popen[str]") -> None:
    assert watcher.stdout is not None
    while watcher.stdout.readline() != "held\n":  # its log stands between
        assert watcher.poll() is None


async def _measured(url: str, carrier_url: str) -> tuple[list[float], float, float]:
    async with opened(url):
        ratios, request = await _chunks(url, carrier_url)
        return ratios, await _lease(CHUNK) / request, await _lease(SMALL_LOT) / request


def measure() -> list[Row]:
    """The rows of the table."""
    with address("postgres") as url, carrier() as carrier_url:
        ratios, lease, small = uvloop.run(_measured(url, carrier_url))
        took = max(hand_over(url) for _ in range(2))
    return [
        Row(
            "chunks as jobs",
            statistics.median(ratios),
            "of direct",
            least=0.80,
            detail=" ".join(f"{one:.2f}" for one in ratios),
        ),
        Row("hand-over of a token after kill -9", took, "s", most=2 * WORD.total_seconds()),
        Row(
            "a budget's lease, a question",
            100 * lease,
            "% of a request",
            most=5,
            detail=f"a chunk's lot, {CHUNK}; in lots of {SMALL_LOT}: {100 * small:.1f}",
        ),
    ]


if __name__ == "__main__":
    from tests.benchmarks.machine import machine, show

    show(machine(), measure())
