"""`python -m tests.soak [--seconds 300] [--parcels 1000000] [--speed 4]`: a million open parcels, watched.

Five processes of ours on a real PostgreSQL ask three accounts by the adaptive cadence, on a clock that runs `--speed`
times as fast as the world's (budgets, leases and due times follow it; memory and processor time are real). Ends with
1 where a bound is missed.
"""

import argparse
import asyncio
import sys
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.benchmarks.machine import machine, show
from tests.soak.figures import MB, rows
from tests.soak.run import Plan, Run, Show, soak
from tests.soak.samples import Sample


class Told(Show):
    """A bar, and what there is to see beside it."""

    def __init__(self, progress: Progress, plan: Plan) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=plan.seconds, begun="begins", seen="")

    def step(self, words: str) -> None:
        self._progress.update(self._task, begun=words)

    def sample(self, plan: Plan, sample: Sample, asked: int) -> None:
        behind = " ".join(f"{slug} {seconds / plan.speed:.0f} s" for slug, seconds in sample.behind.items())
        held = sum(many for name, many in sample.memory.items() if name != "PostgreSQL") / MB
        seen = f"{asked:,} asked, {asked / sample.at:.0f}/s · behind {behind} · {held:.0f} MB · {sample.waiting} wait"
        self._progress.update(self._task, completed=sample.at, begun="under way", seen=seen)


def verdict(found: Run) -> tuple[int, list[str]]:
    """The exit code, and what is to be said beneath the table."""
    missed = [f"✗ {row.name}: {row.value:.3g} {row.unit}, asked {row.asked}" for row in rows(found) if not row.holds]
    slow = [f"!! took half a second and more: {line}" for line in found.slow[:10]]
    return int(bool(missed)), [*missed, *(f"!! {one}" for one in found.errors[:10]), *slow] or ["every figure holds"]


def main() -> int:
    """Play, print the table, say what misses."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak")
    asked.add_argument("--seconds", type=float, default=Plan().seconds)
    asked.add_argument("--parcels", type=int, default=Plan().parcels)
    asked.add_argument("--speed", type=float, default=Plan().speed)
    asked.add_argument("--began-at", type=datetime.fromisoformat, default=Plan().began_at, help="the soak's own time")
    given = asked.parse_args()
    plan = Plan(given.seconds, given.parcels, given.speed, began_at=given.began_at)
    columns = TextColumn("{task.fields[begun]}"), BarColumn(20), TimeElapsedColumn(), TextColumn("{task.fields[seen]}")
    bar = Progress(*columns, console=Console(stderr=True))
    with bar:
        found = asyncio.run(soak(plan, Told(bar, plan)))
    title = f"{plan.parcels:,} parcels for {plan.seconds:.0f} s, {plan.speed:g} times as fast as the world"
    show(f"{title} · {machine()}", rows(found))
    code, said = verdict(found)
    print("\n".join(said))
    return code


if __name__ == "__main__":
    sys.exit(main())
