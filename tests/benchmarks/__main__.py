"""`make bench`: every figure that is asked for, as ratios in one run, in a table with its machine.

`python -m tests.benchmarks NAME…` measures these alone (`python -m tests.benchmarks sending saving`).
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks import (
    cadence,
    claiming,
    forecasting,
    latency,
    polling,
    saving,
    sending,
    startup,
    texts,
    trials,
    warned,
)
from tests.benchmarks.machine import Row, machine, show

MEASURES: Mapping[str, Callable[[], list[Row]]] = {
    "texts": texts.measure,
    "forecasting": forecasting.measure,
    "warned": warned.measure,
    "trials": trials.measure,
    "cadence": cadence.measure,
    "startup": lambda: asyncio.run(startup.measure()),
    "latency": lambda: asyncio.run(latency.measure()),
    "polling": polling.measured,
    "saving": saving.measure,
    "sending": sending.measure,
    "claiming": claiming.measure,
}


def main(names: Sequence[str]) -> None:
    """Measure one after the other: nothing disturbs another's figures."""
    rows: list[Row] = []
    for name in names or MEASURES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += MEASURES[name]()
    show(machine(), rows)


if __name__ == "__main__":
    main(sys.argv[1:])
