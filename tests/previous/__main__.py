"""`python -m tests.previous [COMMIT]`: workers of the release before, on the tables of today; counted.

Ends with 1 where a promise broke.
"""

import argparse
import asyncio
import subprocess
import sys

from tests.benchmarks.machine import machine
from tests.chaos.fleet import ROOT
from tests.previous.released import released
from tests.previous.run import Plan, Told, run

GRACE = 10.0
"""Seconds within which a worker ends that is asked to."""


def broken(told: Told) -> list[str]:
    """Which promises were broken, in words."""
    count = told.count
    return [
        said
        for said, is_so in (
            ("\n  ".join([f"lost: {count.lost[:10]}", *count.traces]), bool(count.lost)),
            (f"{count.doubled} doubled, though nobody was killed", count.doubled > 0),
            (f"{count.in_doubt} in doubt, though nobody was killed", count.in_doubt > 0),
            (f"scan events wrong: {count.wrong_scans[:10]}", bool(count.wrong_scans)),
            (f"{len(count.violations)} calls over Telegram's limits: {count.violations[:3]}", bool(count.violations)),
            (f"{count.left_jobs} jobs left behind", count.left_jobs > 0),
            ("\n  ".join(["logs:", *told.errors[:20]]), bool(told.errors)),
            (f"a graceful stop took {max(told.stopped, default=0):.1f} s", max(told.stopped, default=0) > GRACE),
        )
        if is_so
    ]


def main() -> int:
    """Play and tell."""
    asked = argparse.ArgumentParser(prog="python -m tests.previous")
    asked.add_argument("program", nargs="?", default=released().program, help="a commit or tag; else as recorded")
    asked.add_argument("--seconds", type=float, default=40, help="how long each of the four spans lasts")
    asked.add_argument("--workers", type=int, default=4, choices=(2, 3, 4))
    given = asked.parse_args()
    plan = Plan(given.program, given.seconds, given.workers)
    told = asyncio.run(run(plan))
    _tell(plan, told)
    return 1 if broken(told) else 0


def _tell(plan: Plan, told: Told) -> None:
    print(machine())
    print(f"{plan.workers} workers of {_named(plan.program)}, then as many of this tree beside them")
    print(told.changes.strip())
    print(f"{told.count}, lines of error {len(told.errors)}")
    for name, span in told.answered.items():
        print(f"  answered in {span:4.1f} s by {name}")
    print("graceful stop: " + ", ".join(f"{one:.1f} s" for one in told.stopped))
    print(*(f"BROKEN: {one}" for one in broken(told)), sep="\n")
    print("logs: " + " ".join(map(str, told.logs)))


def _named(program: str) -> str:
    words = ["git", "-C", str(ROOT), "log", "-1", "--format=%h %s", program]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
