"""`GET /metrics`: the gauges in the form that Prometheus reads."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Protocol

from aiohttp import web
from prometheus_client.core import CollectorRegistry, CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric

from bot.clock import Clock
from bot.flows.gauges import GAUGES, Gauge, StoreUnavailable
from bot.flows.tally import BUCKETS, COUNTS, SPANS, Tally, tally
from bot.web.patience import Patient

PATIENCE = 5.0
"""Seconds that the database gets: Prometheus itself waits for ten, and then would miss all that a process counts."""


class Reads(Protocol):
    """Gives the gauges. Raises StoreUnavailable."""

    async def read(self, now: datetime) -> Sequence[Gauge]: ...


class Metrics:
    """Answers Prometheus."""

    def __init__(self, gauges: Reads, clock: Clock, bot: str = "") -> None:
        self._bot = bot
        self._known = Patient(lambda: gauges.read(clock.now()), PATIENCE)

    async def show(self, request: web.Request) -> web.Response:
        """Every gauge and what this process has counted; while the database does not answer, the latter alone."""
        try:
            known = await self._known.answer()
        except (StoreUnavailable, TimeoutError):
            known = []
        return web.Response(body=written(known, tally, self._bot), headers={"Content-Type": CONTENT_TYPE_LATEST})


def written(known: Iterable[Gauge], counted: Tally | None = None, bot: str = "") -> bytes:
    """Gauges, and what a process has counted, as text; each with the label `bot`, where there are several."""
    families = {name: GaugeMetricFamily(name, said, labels=labels) for name, (said, *labels) in GAUGES.items()}
    for one in known:
        families[one.name].add_metric(one.labels, one.value)
    found: list[Metric] = [family for family in families.values() if family.samples]
    found += _counted(counted) if counted else ()
    registry = CollectorRegistry()
    registry.register(_Collected([_of(bot, family) for family in found] if bot else found))
    return generate_latest(registry)


def _counted(counted: Tally) -> Iterator[Metric]:
    for name, (said, *labels) in COUNTS.items():
        counter = CounterMetricFamily(name.removesuffix("_total"), said, labels=labels)
        for values, many in counted.counts[name].items():
            counter.add_metric(values, many)
        yield counter
    for name, (said, *labels) in SPANS.items():
        histogram = HistogramMetricFamily(name, said, labels=labels)
        for values, span in counted.spans[name].items():
            within = zip([*map(str, BUCKETS), "+Inf"], accumulate(span.held), strict=True)
            histogram.add_metric(values, list(within), span.total)
        yield histogram


def _of(bot: str, family: Metric) -> Metric:
    family.samples = [one._replace(labels={**one.labels, "bot": bot}) for one in family.samples]
    return family


class _Collected:
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return [one for one in self._families if one.samples]
