"""What leads to what: spans of work, joined from what comes in to the sends it causes, in whichever process.

A port: until a tracer is put in (`use`) nothing is kept, and a span costs a call. OpenTelemetry is known to
bot/gateways/otel.py and collector.py alone.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, Self

from bot.apart import Own

Fact = str | int | float
"""An id of ours, a kind, a count, an outcome, a carrier's slug, seconds; never a person's, a number's or a word."""

_ANSWERED = ("answered", "unanswered", "not_found", "auth_failed")
_TROUBLED = ("rate_limited", "unavailable", "unreadable", "rejected")
SPANS: Mapping[str, tuple[str, ...]] = {
    "update.take": ("server", "update", "kind", "way"),
    "update.handle": ("consumer", "update", "kind", "attempt", "handler", "outcome"),
    "push.take": ("server", "account", "carrier", "results", "outcome"),
    "poll.chunk": ("internal", "account", "carrier", "parcels", *_ANSWERED, *_TROUBLED),
    "carrier.ask": ("client", "account", "carrier", "parcels", "requests", "trouble"),
    "ingest": ("internal", "parcels", "changed", "raised", "closed"),
    "sweep": ("internal", "promises", "reminders", "shops_told", "drafts"),
    "transaction": ("internal", "flow"),
    "outbox.prepare": ("internal", "row", "act", "priority", "attempt", "waited", "outcome", "reason"),
    "outbox.send": ("producer", "row", "act", "step", "attempt", "outcome", "reason"),
    "telegram.call": ("client", "method", "outcome", "reason"),
    "telegram.ask": ("client", "method"),
    "outbox.recover": ("internal", "row", "act", "attempt", "outcome"),
}
"""Name to its kind and then what may be noted of it; what each means exactly: docs/traces.md."""

ANYWHERE = ("queued",)
"""What may be noted of any: rows that were put into the outbox."""

EXTRA = "traces need an extra: pip install 'parcel-herald[traces]'"
MOST_CAUSES = 8
_PASSED_OVER = frozenset({"bot.flows.batches"})


class Span(Protocol):
    """A piece of work; begun when it is made, current within `with`, over at its end."""

    @property
    def is_kept(self) -> bool:
        """Whether it is worth noting anything."""
        ...

    @property
    def carried(self) -> str | None:
        """What is written beside whatever this causes, so that another process can go on from it."""
        ...

    def note(self, **facts: Fact) -> None:
        """What is known of it by now."""
        ...

    def more(self, name: str, count: int) -> None:
        """So many more of what is counted under this name."""
        ...

    def forget(self) -> None:
        """It came to nothing: unless something goes on from it, neither it nor what was done within is told."""
        ...

    def end(self) -> None:
        """It is over; for those that were never current."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Tracer(Protocol):
    """Keeps spans."""

    def span(self, name: str, within: str | None, facts: Mapping[str, Fact]) -> Span: ...
    def current(self) -> Span | None: ...
    def ids(self) -> Mapping[str, str]: ...


class _Nothing:
    """No span at all."""

    is_kept = False
    carried = None

    def note(self, **facts: Fact) -> None: ...
    def more(self, name: str, count: int) -> None: ...
    def forget(self) -> None: ...
    def end(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


NOTHING = _Nothing()


class _Used:
    tracer: Tracer | None = None


_used = Own(_Used)


def use(tracer: Tracer | None) -> None:
    """Keep spans from now on, with this one; None: no more."""
    _used.here.tracer = tracer


@contextmanager
def using(tracer: Tracer) -> Iterator[None]:
    """Keep spans with this one for a while."""
    before = _used.here.tracer
    use(tracer)
    try:
        yield
    finally:
        use(before)


def span(name: str, *, within: str | None = None, **facts: Fact) -> Span:
    """A piece of work, caused by `within` (as it was carried), else by the current one, else by nothing we know."""
    tracer = _used.here.tracer
    return NOTHING if tracer is None else tracer.span(name, within, facts)


def current() -> Span:
    """The piece of work that this is done in."""
    tracer = _used.here.tracer
    return NOTHING if tracer is None else tracer.current() or NOTHING


def carried() -> str | None:
    """What is written beside what the current piece of work causes; None while nothing is kept."""
    return None if _used.here.tracer is None else current().carried


def inner(name: str, **facts: Fact) -> Span:
    """A part of the current piece of work; where there is none, nothing."""
    tracer = _used.here.tracer
    return NOTHING if tracer is None or tracer.current() is None else tracer.span(name, None, facts)


def transaction() -> Span:
    """A transaction within the current piece of work."""
    made = inner("transaction")
    if made.is_kept:
        made.note(flow=_flow())
    return made


def ids() -> Mapping[str, str]:
    """By what a line of the log is found from its trace, and the trace from it."""
    tracer = _used.here.tracer
    return {} if tracer is None else tracer.ids()


def together(newer: str | None, older: str | None) -> str | None:
    """What was caused by both: the newest first, which it goes on from, then whatever it is linked to."""
    found = list(dict.fromkeys([*(newer or "").split(), *(older or "").split()]))
    return " ".join(found[:MOST_CAUSES]) or None


def _flow() -> str:
    """The use case that is being carried out: a module of bot/flows."""
    frame = sys._getframe(1)
    while (above := frame.f_back) is not None:
        frame, name = above, above.f_globals.get("__name__", "")
        if name.startswith("bot.flows.") and name not in _PASSED_OVER:
            return str(name.removeprefix("bot.flows."))
    return ""
