"""What traces cost, switched on and off in turns in one run: `python -m tests.benchmarks traces`.

A relayed message: from the update to the settled call, by the real handlers, flows and dispatcher, Telegram's answer
at once. A chunk: as in the benchmark of polling, a fifth of the parcels with a new event. Processor time of this
process, the thread that sends spans to a collector included; the collector and the carrier are processes of their own.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import uvloop

from bot import tracing
from bot.clock import RunningClock
from bot.flows.experience import Experience
from bot.flows.polling import Poller
from bot.gateways.carrier_http import CarrierHttp
from bot.gateways.collector import Traces
from bot.jobs.dispatch import Dispatch, Dispatcher
from bot.jobs.poll import settle_memory
from bot.store.crypt import Vault, new_key
from bot.store.ms import to_ms
from tests.benchmarks.collector_server import collector
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.polled_shop import seed, teach
from tests.benchmarks.polling import Unhurried, _round, carrier, ours
from tests.benchmarks.relaying import COMPOSER, LAYLA
from tests.benchmarks.stores import address, opened
from tests.fakes.clock import StandingClock
from tests.fakes.desk import open_desk
from tests.fakes.speaker import FakeSpeaker, FreePace, all_left
from tests.fakes.talk import Talk

TURNS = 8
MESSAGES = 40
SPANS_OFF = 100_000
SPANS_A_MESSAGE = 20
"""At most: a topic's marks and a card leave with some."""
Work = Callable[[], Awaitable[float]]


@contextmanager
def told(traces: Traces, *, on: bool) -> Iterator[None]:
    """With traces or without."""
    if not on:
        yield
        return
    with tracing.using(traces.tracer):
        yield


async def in_turns(work: Work, traces: Traces) -> tuple[float, float]:
    """Seconds of processor time without and with traces: the medians, each turn right after one of the other sort."""
    found: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(TURNS * 2):
        on = turn % 2 == 1
        with told(traces, on=on):
            found[on].append(await work())
    return statistics.median(found[False]), statistics.median(found[True])


async def _message(traces: Traces) -> tuple[float, float]:
    clock = StandingClock()
    desk = await open_desk(Talk(clock, Vault([new_key()])))
    dispatcher = Dispatcher(Dispatch(FakeSpeaker(), FreePace(), COMPOSER, clock))

    async def relayed() -> None:
        clock.advance(timedelta(seconds=7))
        await desk.talk.say("And the second box?", LAYLA)
        await all_left(dispatcher)
        await desk.says("It leaves today.")
        await all_left(dispatcher)

    async def work() -> float:
        began = time.process_time()
        for _ in range(MESSAGES):
            await relayed()
        return (time.process_time() - began) / MESSAGES / 2

    await work()
    return await in_turns(work, traces)


async def _polls(traces: Traces, url: str) -> tuple[float, float]:
    clock, vault = RunningClock(), Vault([new_key()])
    await teach(clock.now())
    settle_memory()
    await _round(url, 0)
    await seed(vault, clock.now())
    async with CarrierHttp({"dhl_unified": url}) as http:
        poller = Poller(http.send, vault, clock, Unhurried(experience=Experience()))
        rounds = iter(range(1, 1000))

        async def work() -> float:
            await _round(url, next(rounds))
            return (await ours(poller, to_ms(clock.now()))).cpu_seconds

        await work()
        return await in_turns(work, traces)


def _off() -> float:
    """Seconds of a span that nobody keeps."""
    began = time.process_time()
    for number in range(SPANS_OFF):
        with tracing.span("outbox.send", within=None, row=number, act="text", step="text", attempt=1) as span:
            span.note(outcome="sent")
    return (time.process_time() - began) / SPANS_OFF


async def measured(database: str, collector_url: str, carrier_url: str) -> list[Row]:
    """All of it on one database."""
    traces = Traces(collector_url, 1.0)
    try:
        async with opened(database):
            off, on = await _message(traces)
            polls_off, polls_on = await _polls(traces, carrier_url)
    finally:
        await traces.stop()
    return [
        Row("relayed message with traces", on / off, "of without", most=1.25, detail=_detail(off, on)),
        Row("chunks with traces", polls_on / polls_off, "of without", most=1.1, detail=_detail(polls_off, polls_on)),
        Row(
            "spans of a message while traces are off",
            _off() * SPANS_A_MESSAGE / off,
            "of it",
            most=0.005,
            detail=f"{_off() * 1e9:.0f} ns a span, reckoned for {SPANS_A_MESSAGE}",
        ),
    ]


def _detail(off: float, on: float) -> str:
    return f"processor time {off * 1e3:.1f} and {on * 1e3:.1f} ms, in turns"


def measure() -> list[Row]:
    """On SQLite."""
    with collector() as collector_url, carrier() as carrier_url, address("sqlite") as url:
        return uvloop.run(measured(url, collector_url, carrier_url))


def main() -> None:
    """Print the table."""
    show(machine(), measure())


if __name__ == "__main__":
    main()
