"""What this process has done since it started: counts and spans in memory, so cheap that every chunk pays them.

No library of metrics here: a worker that only polls loads none.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from bot.apart import Own

COUNTS: Mapping[str, tuple[str, ...]] = {
    "herald_polls_total": ("Tracking numbers asked for, by what came of it", "carrier", "outcome"),
    "herald_sends_total": ("Rows of the outbox that left, by what came of it", "act", "outcome"),
    "herald_spans_total": ("Spans for the collector of traces, by what came of it", "outcome"),
    "herald_updates_total": ("Updates handled, by what came of it", "outcome"),
    "herald_tidied_total": ("Rows removed since nobody needs them any more", "table"),
}
"""Name to its help and then its labels; what each means exactly: docs/metrics.md."""
SPANS: Mapping[str, tuple[str, ...]] = {
    "herald_chunk_seconds": ("How long a chunk of polling took, asking included", "carrier"),
    "herald_send_seconds": ("How long a call to Telegram took", "act"),
}
BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
Labels = tuple[str, ...]


class Span(Struct):
    """How often something took how long: `held[n]` are those within BUCKETS[n], the last one those beyond."""

    held: list[int]
    total: float = 0.0


class Tally:
    """One a process; each of its bots sees its own."""

    def __init__(self) -> None:
        self._counts: Own[dict[str, Counter[Labels]]] = Own(lambda: defaultdict(Counter))
        self._spans: Own[dict[str, dict[Labels, Span]]] = Own(lambda: defaultdict(dict))

    @property
    def counts(self) -> dict[str, Counter[Labels]]:
        """How often what happened, by name and labels."""
        return self._counts.here

    @property
    def spans(self) -> dict[str, dict[Labels, Span]]:
        """How long what took, by name and labels."""
        return self._spans.here

    def count(self, name: str, *labels: str, more: int = 1) -> None:
        """It happened, so many times."""
        self.counts[name][labels] += more

    def took(self, name: str, seconds: float, *labels: str) -> None:
        """It took so many real seconds."""
        span = self.spans[name].setdefault(labels, Span([0] * (len(BUCKETS) + 1)))
        span.held[bisect_left(BUCKETS, seconds)] += 1
        span.total += seconds

    def clear(self) -> None:
        """Begin anew (in tests)."""
        self.counts.clear()
        self.spans.clear()


tally = Tally()
"""This process's own."""


def outcome_of(thing: object) -> str:
    """What came of something, by its type: `RateLimited` is `rate_limited`."""
    name = type(thing).__name__
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")


def outcomes(things: Iterable[object]) -> Counter[str]:
    """How many of each."""
    return Counter(outcome_of(one) for one in things)
