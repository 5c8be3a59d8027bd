"""What wording a message costs."""

from functools import partial
from timeit import repeat

from bot.texts.messages import render
from tests.benchmarks.machine import Row
from tests.texts.worlds import LANGUAGES, READERS, told

ROWS = [[("where", "w:1"), ("human", "h:1")]]
CALLS = 200


def measure() -> list[Row]:
    """The dearest of three kinds in each language; the best of nine runs."""
    return [Row(f"render, {language}", _dearest(language) * 1e6, "µs", most=200.0) for language in LANGUAGES]


def _dearest(language: str) -> float:
    facts = told(language, eta_on="2026-12-01", agent=True, last_place=True, inquiry={"purpose": "trace"})
    runs = [
        repeat(partial(render, kind, facts, READERS[language], ROWS), number=CALLS, repeat=9)
        for kind in ("delay_serious", "live", "stalled")
    ]
    return max(min(run) for run in runs) / CALLS
