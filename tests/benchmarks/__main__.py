"""`make bench`: every figure that is asked for, as ratios in one run, in a table with its machine."""

import asyncio

from tests.benchmarks import cadence, forecasting, latency, polling, startup, texts, trials, warned
from tests.benchmarks.machine import machine, show


def main() -> None:
    """Measure one after the other: nothing disturbs another's figures."""
    rows = texts.measure()
    rows += forecasting.measure()
    rows += warned.measure()
    rows += trials.measure()
    rows += cadence.measure()
    rows += asyncio.run(startup.measure())
    rows += asyncio.run(latency.measure())
    rows += polling.measured()
    show(machine(), rows)


if __name__ == "__main__":
    main()
