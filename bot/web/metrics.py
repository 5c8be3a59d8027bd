"""`GET /metrics`: the gauges in the form that Prometheus reads."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from aiohttp import web
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.clock import Clock
from bot.flows.gauges import GAUGES, Gauge, StoreUnavailable


class Reads(Protocol):
    """Gives the gauges. Raises StoreUnavailable."""

    async def read(self, now: datetime) -> Sequence[Gauge]: ...


class Metrics:
    """Answers Prometheus."""

    def __init__(self, gauges: Reads, clock: Clock) -> None:
        self._gauges = gauges
        self._clock = clock

    async def show(self, request: web.Request) -> web.Response:
        """Every gauge, or 503 while the database does not answer."""
        try:
            known = await self._gauges.read(self._clock.now())
        except StoreUnavailable:
            return web.Response(status=503)
        return web.Response(body=written(known), headers={"Content-Type": CONTENT_TYPE_LATEST})


def written(known: Iterable[Gauge]) -> bytes:
    """The gauges as text."""
    families = {name: GaugeMetricFamily(name, said, labels=labels) for name, (said, *labels) in GAUGES.items()}
    for one in known:
        families[one.name].add_metric(one.labels, one.value)
    registry = CollectorRegistry()
    registry.register(_Collected([family for family in families.values() if family.samples]))
    return generate_latest(registry)


class _Collected:
    def __init__(self, families: Sequence[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families
