"""Traces to a collector, in batches over HTTP. With bot/gateways/otel.py it comes with the extra `traces`."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from urllib.parse import urlsplit

import requests
import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from bot.flows.tally import tally
from bot.gateways.addresses import is_loopback
from bot.gateways.otel import OtelTracer

COUNT = "herald_spans_total"
log = structlog.get_logger("herald.traces")

PATIENCE = 3.0
"""Seconds that a collector may take for a batch."""
LAST_WAIT = 0.7
"""Seconds that what is left may take to leave when we stop: the rest of the ten belongs to the work itself."""
QUEUED = 4096
"""Spans that wait for the collector at most; what comes then is lost."""
BATCH = 256
EVERY = 1.0
"""Seconds between two batches, unless one is full before."""
_PATH = "/v1/traces"


class Told(SpanExporter):
    """Says once that the collector is away, and once that it is there again.

    Made where its bot lives, used in the thread of the batches, which belongs to none.
    """

    def __init__(self, exporter: SpanExporter, host: str) -> None:
        self._exporter = exporter
        self._log = log.bind(collector=host, **structlog.contextvars.get_contextvars())
        self._counted = tally.counts[COUNT]
        self._is_away = False
        self.gone = 0
        """Spans that wait no longer."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        is_away = result is not SpanExportResult.SUCCESS
        if is_away and not self._is_away:
            self._log.warning("traces_not_taken", what="traces are lost until it takes them again")
        elif self._is_away and not is_away:
            self._log.info("traces_taken_again")
        self._is_away = is_away
        self.gone += len(spans)
        self._counted["lost" if is_away else "taken",] += len(spans)
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


class Waiting(BatchSpanProcessor):
    """Takes no more than may wait."""

    def __init__(self, told: Told, every: float) -> None:
        super().__init__(told, 2 * QUEUED, every * 1000, max_export_batch_size=BATCH)
        self._told = told
        self._came = 0
        for outcome in ("taken", "lost", "crowded_out"):  # each counted by one thread
            tally.count(COUNT, outcome, more=0)

    def on_end(self, span: ReadableSpan) -> None:
        if self._came - self._told.gone >= QUEUED:
            tally.count(COUNT, "crowded_out")
            return
        self._came += 1
        super().on_end(span)


class Traces:
    """Spans on their way to a collector: in batches, beside the work, which never waits for them."""

    def __init__(self, url: str, ratio: float, *, bot: str = "", every: float = EVERY) -> None:
        self._batches = Waiting(Told(_exporter(url), urlsplit(url).hostname or ""), every)
        self.tracer = OtelTracer(self._batches, ratio, Resource.create(_ourselves(bot)))

    async def stop(self) -> None:
        """Let leave what is left, if the collector is quick. A thread that waits longer dies with the process."""
        gone = asyncio.Event()
        loop = asyncio.get_running_loop()

        def leave() -> None:
            self._batches.shutdown()  # type: ignore[no-untyped-call]
            with suppress(RuntimeError):  # the loop did not wait
                loop.call_soon_threadsafe(gone.set)

        threading.Thread(target=leave, name="traces", daemon=True).start()
        with suppress(TimeoutError):
            await asyncio.wait_for(gone.wait(), LAST_WAIT)


def is_there(url: str) -> bool:
    """Whether the collector takes traces now. Waits for its answer."""
    return _exporter(url).export(()) is SpanExportResult.SUCCESS


def _exporter(url: str) -> OTLPSpanExporter:
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # each lost batch in several lines
    session = requests.Session()
    session.trust_env = not is_loopback(url)
    return OTLPSpanExporter(_endpoint(url), timeout=PATIENCE, session=session)


def _ourselves(bot: str) -> dict[str, str | int]:
    """Which process of which machine tells it, and of which of its bots."""
    name = "parcel-herald"
    itself: dict[str, str | int] = {"host.name": socket.gethostname(), "process.pid": os.getpid()}
    return {"service.name": name, "service.version": version(name)} | itself | ({"herald.bot": bot} if bot else {})


def _endpoint(url: str) -> str:
    return url if url.endswith(_PATH) else f"{url.rstrip('/')}{_PATH}"
