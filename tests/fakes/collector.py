"""A collector of traces on loopback: takes what any exporter sends, is away, or never answers."""

import asyncio
from typing import Any, NamedTuple, Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bot.web.health import Server


class TakenSpan(NamedTuple):
    """A span as it came over the wire; `service` is what its process says of itself."""

    name: str
    trace: str
    id: str
    parent: str
    facts: dict[str, Any]
    service: dict[str, Any]


class Collector:
    """Answers `POST /v1/traces` with `status`; with `hangs` not at all."""

    def __init__(self, port: int = 0) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/traces", self._take)
        self._server = Server(app, "127.0.0.1", port)
        self.spans: list[TakenSpan] = []
        self.status = 200
        self.asked = 0
        self.hangs = False
        self._released = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        await self._server.stop()

    def of(self, trace: str) -> list[TakenSpan]:
        """One trace."""
        return [one for one in self.spans if one.trace == trace]

    def way(self, span: TakenSpan) -> list[str]:
        """The names from the beginning of its trace to it."""
        known = {one.id: one for one in self.spans}
        names = [span.name]
        while span.parent:
            span = known[span.parent]
            names.insert(0, span.name)
        return names

    async def _take(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.hangs:
            await self._released.wait()
        if self.status == 200:
            self.spans += _read(await request.read())
        return web.Response(status=self.status)


def _read(body: bytes) -> list[TakenSpan]:
    message = ExportTraceServiceRequest.FromString(body)
    return [
        TakenSpan(
            one.name,
            one.trace_id.hex(),
            one.span_id.hex(),
            one.parent_span_id.hex(),
            _facts(one.attributes),
            _facts(told.resource.attributes),
        )
        for told in message.resource_spans
        for scope in told.scope_spans
        for one in scope.spans
    ]


def _facts(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
