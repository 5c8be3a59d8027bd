"""`make bench`: every figure that is asked for, as ratios in one run, in a table with its machine.

`python -m tests.benchmarks NAME…` measures these alone (`python -m tests.benchmarks sending saving`). Exit 1 where a
figure misses what is asked of it or a part fails, with their names; what cannot be measured here is named, too.
"""

import asyncio
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks import (
    backlog,
    cadence,
    claiming,
    desk,
    desk_figures,
    engine,
    first_import,
    forecasting,
    incidents,
    latency,
    polling,
    relaying,
    remembering,
    saving,
    sending,
    several,
    startup,
    texts,
    tidying,
    traces,
    trials,
    warned,
    workers,
)
from tests.benchmarks.karrio import reading
from tests.benchmarks.machine import Row, machine, show

Measures = Mapping[str, Callable[[], list[Row]]]
MEASURES: Measures = {
    "texts": texts.measure,
    "forecasting": forecasting.measure,
    "warned": warned.measure,
    "trials": trials.measure,
    "cadence": cadence.measure,
    "incidents": lambda: asyncio.run(incidents.measure()),
    "startup": lambda: asyncio.run(startup.measure()),
    "figures": lambda: asyncio.run(desk_figures.measure()),
    "latency": lambda: asyncio.run(latency.measure()),
    "polling": polling.measured,
    "engine": engine.measure,
    "workers": workers.measure,
    "first_import": first_import.measure,
    "remembering": remembering.measure,
    "relaying": relaying.measure,
    "traces": traces.measure,
    "saving": saving.measure,
    "sending": sending.measure,
    "backlog": backlog.measure,
    "several": several.measure,
    "desk": desk.measure,
    "claiming": claiming.measure,
    "tidying": tidying.measure,
    "carriers": reading.measure,
}


def absent() -> list[str]:
    """What is not here, so that some figures cannot be measured."""
    found = []
    if not os.environ.get(warned.DATA):
        found.append(f"{warned.DATA} names no folder with a real history: windows, warnings, cadence on real times")
    if reading.python() is None:
        found.append("karrio is not set up (make bench-carriers does it): our reading beside karrio's")
    return found


def run(measures: Measures, names: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows of these parts, one after the other, as nothing may disturb another's figures; and which failed."""
    rows: list[Row] = []
    failed: list[str] = []
    for number, name in enumerate(names, 1):
        print(f"measuring {name} ({number} of {len(names)}) …", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            rows += measures[name]()
        except Exception:
            traceback.print_exc()
            failed.append(name)
        print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows, failed


def verdict(rows: Sequence[Row], failed: Sequence[str], missing: Sequence[str]) -> tuple[int, list[str]]:
    """The exit code, and what is to be said beneath the table."""
    missed = [f"✗ {row.name}: {row.value:.3g} {row.unit}, asked {row.asked}" for row in rows if not row.holds]
    broken = [f"✗ {name} failed and was not measured" for name in failed]
    said = [*missed, *broken, *(f"!! not measured, {one}" for one in missing)]
    return int(bool(missed or broken)), said or ["every figure holds"]


def main(names: Sequence[str]) -> int:
    """Measure, print the table, say what misses."""
    rows, failed = run(MEASURES, names or list(MEASURES))
    show(machine(), rows)
    code, said = verdict(rows, failed, absent())
    print("\n".join(said))
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
