"""Spans as OpenTelemetry's: what began within what, told whole when a piece of work is over."""

from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from opentelemetry import trace as api
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from bot.tracing import NOTHING, SPANS, Fact, Span

MOST_WITHIN = 100
"""Spans told of one piece of work: what is done row by row is not told row by row."""
FAULTS = frozenset({"failed", "given_up", "in_doubt", "rejected", "unreadable", "unproven"})
_KINDS = {one.name.lower(): one for one in api.SpanKind}


class Work:
    """What one process does in one go: told whole when it is over, or not at all."""

    __slots__ = ("ended", "is_carried", "is_forgotten", "is_over", "left")

    def __init__(self) -> None:
        self.ended: list[ReadableSpan] = []
        self.left = MOST_WITHIN
        self.is_carried = False
        self.is_forgotten = False
        self.is_over = False


class KeptSpan:
    """A span of OpenTelemetry in ours."""

    __slots__ = ("_before", "_counts", "_is_first", "_span", "_tracer", "_work")

    def __init__(self, tracer: "OtelTracer", span: api.Span, work: Work, *, is_first: bool) -> None:
        self._tracer = tracer
        self._span = span
        self._work = work
        self._before: KeptSpan | None = None
        self._counts: dict[str, int] = {}
        self._is_first = is_first

    @property
    def is_kept(self) -> bool:
        return self._span.is_recording()

    @property
    def carried(self) -> str:
        """As W3C's `traceparent`."""
        self._work.is_carried = True
        found = self._span.get_span_context()
        return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}"

    @property
    def ids(self) -> Mapping[str, str]:
        """As they are shown."""
        found = self._span.get_span_context()
        return {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}"}

    def note(self, **facts: Fact) -> None:
        for name, fact in facts.items():
            self._span.set_attribute(f"herald.{name}", fact)
        if facts.get("outcome") in FAULTS:
            self._span.set_status(api.StatusCode.ERROR)

    def more(self, name: str, count: int) -> None:
        self._counts[name] = self._counts.get(name, 0) + count

    def forget(self) -> None:
        self._work.is_forgotten = True

    def end(self) -> None:
        self.note(**self._counts)
        self._span.end()
        self._work.is_over = self._work.is_over or self._is_first
        self._tracer.tell(self._work)

    def beneath(self, name: str, kind: api.SpanKind) -> "KeptSpan | None":
        """A span within this one; None where enough was told, or nothing is."""
        self._work.left -= 1
        if self._work.left < 0 or not self.is_kept:
            return None
        made = self._tracer.otel.start_span(name, api.set_span_in_context(self._span, Context()), kind)
        return KeptSpan(self._tracer, made, self._work, is_first=False)

    def __enter__(self) -> Self:
        self._before = _current.get()
        _current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.set(self._before)
        if kind is not None:  # only what kind it was: an error's words may be a person's
            self._span.set_attribute("error.type", kind.__name__)
            self._span.set_status(api.StatusCode.ERROR)
        self.end()


_current: ContextVar[KeptSpan | None] = ContextVar("span", default=None)


class _Ended(SpanProcessor):
    """Holds the spans that ended until it is known whether they are told."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


class OtelTracer:
    """Implements bot.tracing.Tracer; what is told goes to `told`."""

    def __init__(self, told: SpanProcessor, ratio: float = 1.0, resource: Resource | None = None) -> None:
        self._told = told
        self._ended = _Ended()
        # its own end of the process is ours to see to
        provider = TracerProvider(ParentBased(TraceIdRatioBased(ratio)), resource, shutdown_on_exit=False)
        provider.add_span_processor(self._ended)
        self.otel = provider.get_tracer("herald")

    def span(self, name: str, within: str | None, facts: Mapping[str, Fact]) -> Span:
        """Within what caused it elsewhere, else within the current one, else the first of its trace."""
        before = None if within else _current.get()
        kind = _KINDS[SPANS[name][0]]
        made = self._first(name, kind, within) if before is None else before.beneath(name, kind)
        if made is None:
            return NOTHING
        made.note(**facts)
        return made

    def _first(self, name: str, kind: api.SpanKind, within: str | None) -> KeptSpan:
        causes = [cause for text in (within or "").split() if (cause := _read(text)) is not None]
        context = api.set_span_in_context(api.NonRecordingSpan(causes[0]), Context()) if causes else Context()
        links = [api.Link(cause) for cause in causes[1:]]
        return KeptSpan(self, self.otel.start_span(name, context, kind, links=links), Work(), is_first=True)

    def current(self) -> Span | None:
        return _current.get()

    def ids(self) -> Mapping[str, str]:
        found = _current.get()
        return found.ids if found is not None else {}

    def tell(self, work: Work) -> None:
        """Something of it ended; what is over, is told."""
        work.ended += self._ended.spans
        self._ended.spans = []
        if not work.is_over:
            return
        for span in () if work.is_forgotten and not work.is_carried else work.ended:
            self._told.on_end(span)
        work.ended = []


def _read(text: str) -> api.SpanContext | None:
    """Of a `traceparent`; None where it is none."""
    with suppress(ValueError):
        _, trace_id, span_id, flags = text.split("-")
        found = api.SpanContext(int(trace_id, 16), int(span_id, 16), True, api.TraceFlags(int(flags, 16)))
        return found if found.is_valid else None
    return None
