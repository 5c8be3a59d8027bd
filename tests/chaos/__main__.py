"""`python -m tests.chaos [--seconds 300] [--workers 4] [--seed 1]`: the long version, counted.

Ends with 1 where a promise broke.
"""

import argparse
import asyncio
import statistics
import sys

from tests.benchmarks.machine import machine
from tests.chaos.run import Plan, Told, run
from tests.chaos.troubles import FAULTS, TROUBLES, UNHEARD

IN_THE_AIR = 8
"""Calls that a dispatcher may have under way when it is killed."""
RECOVERED_WITHIN = 60.0
"""Seconds after a trouble until a question is answered."""


def broken(told: Told) -> list[str]:
    """Which promises were broken, in words."""
    count = told.count
    bound = IN_THE_AIR * told.kills + UNHEARD * sum(name in FAULTS for name, _ in told.recovered)
    longest = max((span for _, span in told.recovered), default=0.0)
    return [
        said
        for said, is_so in (
            ("\n  ".join([f"lost: {count.lost[:10]}", *count.traces]), bool(count.lost)),
            (f"doubled without saying so: {count.unmarked[:10]}", bool(count.unmarked)),
            (f"{count.doubled} doubled, at most {bound} can have been in the air", count.doubled > bound),
            (f"scan events wrong: {count.wrong_scans[:10]}", bool(count.wrong_scans)),
            (f"{len(count.violations)} calls over Telegram's limits: {count.violations[:3]}", bool(count.violations)),
            (f"carrier asked more than it allows: {'; '.join(count.overspent)}", bool(count.overspent)),
            (f"{count.left_jobs} jobs left behind", count.left_jobs > 0),
            (f"{longest:.0f} s until it answered again", longest > RECOVERED_WITHIN),
            (f"{told.deaths} workers ended that nobody had killed", told.deaths > 0),
            (f"a graceful stop took {max(told.stopped, default=0):.1f} s", max(told.stopped, default=0) > 10),
        )
        if is_so
    ]


def main() -> int:
    """Play and tell."""
    asked = argparse.ArgumentParser(prog="python -m tests.chaos")
    asked.add_argument("--seconds", type=float, default=300)
    asked.add_argument("--workers", type=int, default=4, choices=(2, 3, 4))
    asked.add_argument("--parcels", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default=",".join(TROUBLES), help="troubles, with commas between them")
    given = asked.parse_args()
    scale = min(given.seconds / 300, 1.0)
    troubles = given.only.split(",")
    plan = Plan(given.seconds, given.workers, given.parcels, troubles=troubles, scale=scale, seed=given.seed)
    told = asyncio.run(run(plan))
    _tell(plan, told)
    return 1 if broken(told) else 0


def _tell(plan: Plan, told: Told) -> None:
    count = told.count
    print(machine())
    print(f"{plan.workers} workers, {plan.seconds:.0f} s of troubles, {told.kills} processes killed")
    print(count)
    print(f"a carrier with an allowance was asked {count.asked} times, budgets overspent {len(count.overspent)}")
    for name, span in told.recovered:
        print(f"  answered again {span:5.1f} s after {name}")
    spans = [span for _, span in told.recovered]
    print(f"time to recover: median {statistics.median(spans):.1f} s, longest {max(spans):.1f} s")
    print("graceful stop: " + ", ".join(f"{one:.1f} s" for one in told.stopped))
    print(*(f"BROKEN: {one}" for one in broken(told)), sep="\n")
    print("logs: " + " ".join(map(str, told.logs)))


if __name__ == "__main__":
    sys.exit(main())
