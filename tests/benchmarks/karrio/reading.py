"""What reading carriers' answers costs, and karrio's reading of the same answers where it is set up."""

import json
import statistics
import subprocess
import time
import tracemalloc
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from carriers.kit.conversation import parse
from carriers.kit.discovery import find, slugs
from tests.benchmarks.karrio.eight import EIGHT, Sample, exactly_eight, genuine, nearest
from tests.benchmarks.machine import Row

SAME: Mapping[str, str] = {
    "aramex": "aramex",
    "australiapost": "australiapost",
    "bpost": "bpost",
    "canadapost": "canadapost",
    "chronopost": "chronopost",
    "dhl_express": "mydhl",
    "dhl_express_xmlpi": "dhl_express",
    "dhl_parcel_de": "dhl_parcel_de",
    "dhl_unified": "dhl_universal",
    "dpd": "dpd",
    "easypost": "easypost",
    "fedex": "fedex",
    "gls": "gls",
    "hermes": "hermes",
    "landmark": "landmark",
    "laposte": "laposte",
    "royalmail": "royalmail",
    "ups": "ups",
    "usps": "usps",
}
"""Our slug to karrio's name, where it has the carrier."""
KARRIO = Path("build/karrio")
"""Where `make bench-carriers` sets karrio up, in an environment of its own."""
LEAST = 3
LOOPS, ROUNDS = 60, 15
HELD = 100


def python() -> Path | None:
    """karrio's Python; None where it is not set up."""
    return KARRIO / "bin" / "python" if (KARRIO / ".ready").exists() else None


def ours(asked: Iterable[Sample]) -> list[float]:
    """Microseconds of processor time of reading each: the median of rounds in which all take their turn."""
    readers = [(find(one.slug), one) for one in asked]
    spans: list[list[float]] = [[] for _ in readers]
    for _ in range(ROUNDS):
        for span, (carrier, one) in zip(spans, readers, strict=True):
            began = time.process_time()
            for _ in range(LOOPS):
                parse(carrier, one.body, 200, {}, [])
            span.append((time.process_time() - began) / LOOPS * 1e6)
    return [statistics.median(span) for span in spans]


def theirs(python: Path, asked: Sequence[Sample]) -> list[dict[str, Any]]:
    """karrio's microseconds and complaints, in the same order."""
    script = Path(__file__).with_name("other_side.py")
    jobs = [
        json.dumps({"carrier": SAME[one.slug], "number": one.number, "body": one.body.decode("utf-8", "replace")})
        for one in asked
    ]
    run = subprocess.run([python, script], input="\n".join(jobs), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def compared(python: Path, rows: Mapping[tuple[str, str], float], asked: Sequence[Sample]) -> dict[str, list[float]]:
    """How many times faster we are, for each carrier and sample that karrio reads without complaint."""
    table = Table(title="karrio 2026.1.32: full call, no network", title_justify="left")
    for column in ("sample", "karrio µs", "ours µs", "times", "karrio's complaint"):
        table.add_column(column)
    ratios: dict[str, list[float]] = {}
    for sample, said in zip(asked, theirs(python, asked), strict=True):
        mine = rows[sample.slug, sample.name]
        times = said["microseconds"] / mine
        if not said["fault"]:
            ratios.setdefault(sample.slug, []).append(times)
        shown = f"{said['microseconds']:.0f}", f"{mine:.1f}", f"{times:.0f}"
        table.add_row(f"{sample.slug}/{sample.name}", *shown, said["fault"] or "")
    Console(width=150).print(table)
    return ratios


def eight_events(known: Iterable[Sample]) -> list[Row]:
    """A result with eight events: of answers with exactly eight, and the nearest as they came, in proportion."""
    nearby = list(nearest(known).values())
    exact = [exactly_eight(one) for one in nearby]
    spans = ours([*exact, *nearby])
    each = {one.slug: span / one.results for one, span in zip(exact, spans, strict=False)}
    scaled = {one.slug: span / one.events * EIGHT for one, span in zip(nearby, spans[len(exact) :], strict=True)}
    of_eights(nearby, each, scaled)
    own = [one.slug for one in nearby if one.each >= LEAST]
    slowest = max(each, key=lambda slug: each[slug])
    came = sum(one.each == EIGHT for one in nearby)
    made = f"{len(each)} carriers, {came} answers as they came, the others cut or grown by their own events"
    few = f"{len(own)} carriers with at least {LEAST} events a result"
    return [
        Row("a JSON result with exactly eight events, median carrier", _median(each, each), "µs", most=35, detail=made),
        Row("the same of answers less grown", _median(each, own), "µs", most=35, detail=few),
        Row("the same in proportion, fixed cost and all", _median(scaled, own), "µs", detail=f"{few}, as they came"),
        Row("exactly eight events, dearest carrier", each[slowest], "µs", detail=slowest),
    ]


def of_eights(nearby: Iterable[Sample], exact: Mapping[str, float], scaled: Mapping[str, float]) -> None:
    """Print what each carrier takes, and of which answer."""
    table = Table(title="A result with eight events, µs of processor time", title_justify="left")
    for column in ("answer", "events a result", "exactly eight", "in proportion"):
        table.add_column(column)
    for one in nearby:
        shown = f"{one.each:g}", f"{exact[one.slug]:.1f}", f"{scaled[one.slug]:.1f}"
        table.add_row(f"{one.slug}/{one.name}", *shown)
    Console(width=150).print(table)


def _median(spans: Mapping[str, float], slugs: Iterable[str]) -> float:
    return statistics.median(spans[slug] for slug in slugs)


def held(known: Sequence[Sample]) -> tuple[float, str]:
    """Kilobytes that a hundred results hold at once, and whose: the worst carrier."""
    worst = (0.0, "")
    for sample in known:
        carrier = find(sample.slug)
        parse(carrier, sample.body, 200, {}, [])
        tracemalloc.start()
        kept = [parse(carrier, bytes(sample.body), 200, {}, []) for _ in range(HELD // sample.results + 1)]
        size = tracemalloc.get_traced_memory()[0] / 1024
        tracemalloc.stop()
        del kept
        worst = max(worst, (size, f"{sample.slug}/{sample.name}, {sample.events} events"))
    return worst


def measure() -> list[Row]:
    """Everything, or without karrio only our own figures."""
    known = genuine()
    rows = {(one.slug, one.name): span for one, span in zip(known, ours(known), strict=True)}
    figures = eight_events(known)
    size, whose = held(known)
    figures.append(Row("a hundred results held at once, worst carrier", size, "KB", most=2048, detail=whose))
    theirs_at = python()
    if theirs_at is not None:
        asked = [one for one in known if one.slug in SAME and one.slug in slugs()]
        ratios = {slug: statistics.median(times) for slug, times in compared(theirs_at, rows, asked).items()}
        least = min(ratios, key=lambda slug: ratios[slug])
        detail = f"{len(ratios)} carriers that it reads without complaint"
        figures.append(
            Row("karrio's full call / ours, median", statistics.median(ratios.values()), "×", 10, None, detail)
        )
        figures.append(Row("karrio's full call / ours, least", ratios[least], "×", 5, None, least))
    return figures
