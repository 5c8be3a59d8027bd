"""Traces kept in memory, as a collector would hold them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import tracing
from bot.gateways.otel import OtelTracer


class KeptTraces:
    """What was told so far, by whichever process."""

    def __init__(self) -> None:
        self._held = InMemorySpanExporter()

    @contextmanager
    def process(self, ratio: float = 1.0) -> Iterator[None]:
        """A process that tells its traces; it knows nothing of one before."""
        with tracing.using(OtelTracer(SimpleSpanProcessor(self._held), ratio)):
            yield

    @property
    def all(self) -> list[ReadableSpan]:
        """In the order in which they ended."""
        return list(self._held.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [one for one in self.all if one.name == name]

    def one(self, name: str) -> ReadableSpan:
        [found] = self.named(name)
        return found

    def way(self, span: ReadableSpan) -> list[str]:
        """The names from the beginning of its trace to it."""
        found = {_id(one): one for one in self.all}
        names = [span.name]
        while span.parent is not None:
            span = found[f"{span.parent.span_id:x}"]
            names.insert(0, span.name)
        return names

    def traces(self) -> set[int]:
        return {trace_of(one) for one in self.all}


def _id(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"{span.context.span_id:x}"


def trace_of(span: ReadableSpan) -> int:
    """Which trace it belongs to."""
    assert span.context is not None
    return int(span.context.trace_id)


def noted(span: ReadableSpan) -> Mapping[str, object]:
    """What was noted of it, by our own names."""
    return {name.removeprefix("herald."): fact for name, fact in (span.attributes or {}).items()}
