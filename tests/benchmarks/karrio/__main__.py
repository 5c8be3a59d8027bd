"""`make bench-carriers`: our reading against karrio's on the same answers; the argument is karrio's Python."""

import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from carriers.kit.conversation import parse
from carriers.kit.discovery import find, slugs
from carriers.kit.reading import is_html
from carriers.kit.samples import body_of, expected_of, samples
from tests.benchmarks.machine import Row, machine, show

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
EIGHT, LEAST = 8, 3
LOOPS = 200
HELD = 100


class Sample(Struct, frozen=True):
    """A genuine answer about parcels."""

    slug: str
    name: str
    number: str
    body: bytes
    events: int
    results: int


def genuine() -> list[Sample]:
    """The samples with results that are not hand-made."""
    found = []
    for slug, name in samples():
        expected = expected_of(slug, name)
        results = expected["results"]
        if results and not name.startswith("hand_"):
            number = results[0]["tracking_number"] or "A1"
            events = sum(len(one["events"]) for one in results)
            found.append(Sample(slug, name, number, body_of(slug, name), events, len(results)))
    return found


def ours(sample: Sample) -> float:
    """Microseconds of reading the sample: the best of seven rounds, as the others are the machine's."""
    carrier, spans = find(sample.slug), []
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(LOOPS):
            parse(carrier, sample.body, 200, {}, [])
        spans.append((time.perf_counter() - began) / LOOPS * 1e6)
    return min(spans)


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


def eight_events(rows: Mapping[tuple[str, str], float], known: Iterable[Sample]) -> dict[str, float]:
    """Microseconds of a result with eight events for each JSON carrier: of its sample nearest to eight, in proportion.

    A carrier whose samples have fewer than three events a result is left out.
    """
    best: dict[str, Sample] = {}
    for one in known:
        if one.events >= LEAST * one.results and not is_html(one.body):
            rival = best.get(one.slug)
            if rival is None or _far(one) < _far(rival):
                best[one.slug] = one
    return {slug: rows[slug, one.name] / one.events * EIGHT for slug, one in best.items()}


def _far(sample: Sample) -> float:
    return abs(sample.events / sample.results - EIGHT)


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


def main() -> None:
    """Everything, or without karrio's Python only our own figures."""
    known = genuine()
    rows = {(one.slug, one.name): ours(one) for one in known}
    figures = []
    eights = eight_events(rows, known)
    figures.append(
        Row(
            "a JSON result with eight events, median carrier",
            statistics.median(eights.values()),
            "µs",
            most=35,
            detail=f"{len(eights)} carriers",
        )
    )
    slowest = max(eights, key=lambda slug: eights[slug])
    figures.append(Row("the same, slowest carrier", eights[slowest], "µs", detail=slowest))
    size, whose = held(known)
    figures.append(Row("a hundred results held at once, worst carrier", size, "KB", most=2048, detail=whose))
    if len(sys.argv) > 1:
        asked = [one for one in known if one.slug in SAME and one.slug in slugs()]
        ratios = {slug: statistics.median(times) for slug, times in compared(Path(sys.argv[1]), rows, asked).items()}
        least = min(ratios, key=lambda slug: ratios[slug])
        detail = f"{len(ratios)} carriers that it reads without complaint"
        figures.append(
            Row("karrio's full call / ours, median", statistics.median(ratios.values()), "×", 10, None, detail)
        )
        figures.append(Row("karrio's full call / ours, least", ratios[least], "×", 5, None, least))
    show(machine(), figures)


if __name__ == "__main__":
    main()
