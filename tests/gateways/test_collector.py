"""Traces on their way to a collector that takes them, is away, or never answers."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot import tracing
from bot.flows.tally import tally
from bot.gateways.collector import LAST_WAIT, QUEUED, Traces, is_there
from tests.fakes.collector import Collector

ROOT = Path(__file__).parents[2]
AT_ONCE = 0.02


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with Collector() as made:
        yield made


def work(times: int = 1) -> None:
    """Some spans."""
    for number in range(times):
        with tracing.span("update.handle", update=number, kind="message"):
            pass


@pytest.fixture(autouse=True)
def counted_from_nothing() -> Iterator[None]:
    tally.clear()
    yield
    tally.clear()


async def until(collector: Collector, asked: int) -> None:
    async with asyncio.timeout(5):
        while collector.asked < asked:  # noqa: ASYNC110  (what it waits for has no event)
            await asyncio.sleep(0.005)


async def test_spans_arrive_with_what_was_noted_and_who_says_so(collector: Collector) -> None:
    traces = Traces(collector.url, 1.0, bot="lavender")
    with tracing.using(traces.tracer):
        work()
    await traces.stop()

    [span] = collector.spans
    assert span.service["herald.bot"] == "lavender"
    assert (span.name, span.facts) == ("update.handle", {"herald.update": 0, "herald.kind": "message"})
    assert span.service.items() >= {"service.name": "parcel-herald", "service.version": "0.1.0"}.items()
    assert {"host.name", "process.pid"} <= span.service.keys()


async def test_an_address_may_name_the_path_or_leave_it_to_us(collector: Collector) -> None:
    for url in (collector.url, f"{collector.url}/", f"{collector.url}/v1/traces"):
        traces = Traces(url, 1.0)
        with tracing.using(traces.tracer):
            work()
        await traces.stop()

    assert len(collector.spans) == 3


async def test_a_collector_that_is_away_is_told_of_once_and_so_is_its_return(collector: Collector) -> None:
    traces = Traces(collector.url, 1.0, every=AT_ONCE)
    collector.status = 500
    with structlog.testing.capture_logs() as logs, tracing.using(traces.tracer):
        for batch in range(1, 4):
            work()
            await until(collector, batch)
        collector.status = 200
        work()
        await until(collector, 4)
        await traces.stop()

    assert [(one["log_level"], one["event"]) for one in logs] == [
        ("warning", "traces_not_taken"),
        ("info", "traces_taken_again"),
    ]
    assert tally.counts["herald_spans_total"] == {("lost",): 3, ("taken",): 1, ("crowded_out",): 0}


async def test_nobody_waits_for_a_collector_that_never_answers(collector: Collector) -> None:
    traces = Traces(collector.url, 1.0, every=AT_ONCE)
    collector.hangs = True
    began = time.perf_counter()
    with tracing.using(traces.tracer):
        work()
        await until(collector, 1)
        work(QUEUED + 1000)
    worked = time.perf_counter()
    await traces.stop()

    assert worked - began < 2
    assert time.perf_counter() - worked < LAST_WAIT + 0.5
    assert tally.counts["herald_spans_total"]["crowded_out",] == 1001


async def test_where_nobody_listens_nothing_slows_down_either(collector: Collector) -> None:
    await collector.__aexit__()
    traces = Traces(collector.url, 1.0, every=AT_ONCE)
    with tracing.using(traces.tracer):
        work(10)
    began = time.perf_counter()
    await traces.stop()

    assert time.perf_counter() - began < LAST_WAIT + 0.5


async def test_the_check_asks_the_collector_whether_it_takes_them(collector: Collector) -> None:
    there = await asyncio.to_thread(is_there, collector.url)
    collector.status = 404
    assert (there, await asyncio.to_thread(is_there, collector.url)) == (True, False)


def test_traces_without_the_extra_are_refused_in_one_line(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['opentelemetry'] = None; sys.argv = ['herald', 'run', '--only', 'poll'];"
        "from bot.__main__ import main; main()"
    )
    settings = {"TRACES_URL": "http://127.0.0.1:4318", "PYTHONPATH": str(ROOT), "PATH": ""}

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, env=settings)

    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "herald: TRACES_URL: traces need an extra: pip install 'parcel-herald[traces]'\n"
    assert list(tmp_path.iterdir()) == []


def test_whoever_keeps_no_traces_imports_nothing_for_them() -> None:
    script = """
import bot.jobs.poll, bot.service.life, bot.service.poll, sys
print(sorted({'opentelemetry', 'requests', 'google', 'urllib3'} & {name.partition('.')[0] for name in sys.modules}))
"""

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)

    assert told.stdout.strip() == "[]"
