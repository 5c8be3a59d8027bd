"""When to ask the carrier, on simulated parcels: `python -m tests.benchmarks.cadence`.

Against fixed polling, without a limit and under one of 250 questions a day. The rhythm is learnt on other parcels than
those scored. With DELAY_DATA naming a folder with train.csv.gz and dev.csv.gz (handed_over_at, delivered_at …), also on
the times of real parcels: learnt on the first, scored on the second.
"""

import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import process_time
from timeit import repeat
from typing import Any

from msgspec.structs import replace

from bot.domain.budget import Budget, grant, pressure
from bot.domain.cadence import BUILT_IN, NEVER, next_poll, urgency
from bot.domain.policy import Policy
from bot.domain.rhythm import Rhythms
from bot.domain.rhythm_learnt import Passage, learnt, tally
from bot.domain.shipment import Shipment
from carriers.kit.model import Limits, Status
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.parcel_lives import Life, count_scans, lives, real_lives

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEARN, SCORE, CROWD = 101, 202, 303
"""Seeds: never the same parcel twice."""
LEARNT_ON, FEW, SCORED_ON = 4000, 300, 2000
CROWDED, CROWDED_WEEKS = 1600, 9
FIXED = (1, 2, 4, 6, 12)
A_DAY = Limits(per_second=1, per_day=250)
STEP = timedelta(minutes=10)
WARM = 14 * DAY
"""A crowd's first days do not count: it is still growing."""
WATCHED = (Status.OUT_FOR_DELIVERY, Status.EXCEPTION, Status.DELIVERED)
_POLICY = Policy()

Rule = Callable[[Shipment, datetime, float], datetime]
"""When to ask again, with a fraction in [0, 1) to spread by."""
Rank = Callable[[Shipment, datetime], float]


class Score:
    """Hours from a scan to the question that saw it, by status, and how many questions there were."""

    def __init__(self) -> None:
        self.calls = 0
        self.hours: dict[Status, list[float]] = {status: [] for status in WATCHED}

    def saw(self, life: Life, first: int, last: int, now: datetime) -> None:
        """A question at `now` brought these scans."""
        for event in life.events[first:last]:
            if event.status in self.hours:
                self.hours[event.status].append((now - event.at) / HOUR)

    def found(self, status: Status | None = None) -> list[float]:
        """The hours of one status, or of all that are watched."""
        return self.hours[status] if status is not None else [one for found in self.hours.values() for one in found]

    def p95(self, status: Status | None = None) -> float:
        """Hours within which 95 in 100 are seen."""
        return quantiles(self.found(status), n=20)[-1]

    def __str__(self) -> str:
        shown = [("all", None), *((status.value.replace("_", " "), status) for status in WATCHED)]
        parts = [f"{name} {median(self.found(status)):.1f}/{self.p95(status):.1f}" for name, status in shown]
        return f"hours, median/p95: {', '.join(parts)}"


class Followed:
    """A parcel as polling sees it."""

    def __init__(self, life: Life, number: int) -> None:
        self.life = life
        self.due_at = life.created_at
        self.shipment = Shipment(
            id=number,
            merchant_id=1,
            order_id=number,
            account_id=1,
            slug=life.trade.slug,
            number=str(number),
            status=Status.UNKNOWN,
            created_at=life.created_at,
            zone=life.trade.zone,
            country=life.trade.country,
            promised_on=life.promised_on,
        )
        self._times = [event.at for event in life.events]
        self._seen = 0

    def ask(self, now: datetime, score: Score | None) -> Shipment:
        """What the carrier says by now."""
        seen = bisect_right(self._times, now)
        if score is not None:
            score.calls += 1
            score.saw(self.life, self._seen, seen, now)
        self._seen = seen
        named = [day for at, day in self.life.etas if at <= now]
        changed: dict[str, Any] = {"polled_at": now, "eta_on": named[-1] if named else None}
        if seen:
            last = self.life.events[seen - 1]
            changed |= {"status": last.status, "status_at": last.at, "scan_at": last.at}
        self.shipment = replace(self.shipment, **changed)
        return self.shipment

    @property
    def is_over(self) -> bool:
        """Whether nobody asks any more."""
        return self.due_at >= min(self.life.until, NEVER)


def followed(found: Sequence[Life], rule: Rule) -> Score:
    """All parcels, each asked when the rule says, without a limit."""
    score, chance = Score(), Random(0)
    for number, life in enumerate(found):
        one = Followed(life, number)
        while not one.is_over:
            now = one.due_at
            one.due_at = rule(one.ask(now, score), now, chance.random())
    return score


def fixed(hours: int) -> Rule:
    """Every so often until it is delivered; where in the hours it begins is chance."""

    def rule(shipment: Shipment, now: datetime, chance: float) -> datetime:
        if shipment.status.is_final:
            return NEVER
        return now + hours * HOUR * (chance if now == shipment.created_at else 1)

    return rule


def ours(rhythms: Rhythms) -> Rule:
    """The product's cadence."""
    return lambda shipment, now, chance: next_poll(shipment, now, _POLICY, jitter=chance, rhythms=rhythms)


def always(shipment: Shipment, now: datetime, chance: float) -> datetime:
    """For round robin: whoever was asked is at the end of the queue."""
    return NEVER if shipment.status.is_final else now


def crowd(found: Sequence[Life], rule: Rule, rank: Rank, evenly: bool) -> tuple[Score, float]:
    """One account's parcels under a limit, the highest rank first; the score and how many were open in the mean.

    `evenly`: questions are dealt out over the day alike, whatever is due; else as the product grants them.
    """
    score, chance = Score(), Random(0)
    waiting, queue, sizes = sorted(found, key=lambda one: one.created_at)[::-1], list[Followed](), list[int]()
    now, end = waiting[-1].created_at, waiting[0].created_at
    begin, budget = now + WARM, Budget(now)
    while now < end:
        while waiting and waiting[-1].created_at <= now:
            queue.append(Followed(waiting.pop(), len(waiting)))
        queue = [one for one in queue if not one.is_over and now < one.life.until]
        sizes.append(sum(not one.shipment.status.is_final for one in queue))
        due = [one for one in queue if one.due_at <= now]
        granted = grant(budget, A_DAY, now, len(due), 1e9 if evenly else pressure(sizes[-1], A_DAY, 1))
        budget = granted.after
        due.sort(key=lambda one: -rank(one.shipment, now))
        for one in due[: granted.count]:
            one.due_at = rule(one.ask(now, score if now > begin else None), now, chance.random())
        now += STEP
    return score, sum(sizes) / len(sizes)


def oldest_first(shipment: Shipment, now: datetime) -> float:
    """Round robin."""
    return (now - shipment.polled_at) / HOUR if shipment.polled_at is not None else float("inf")


# ---- the tables


def passages(found: Sequence[Life]) -> list[Passage]:
    """What the learner is shown of them."""
    return [
        Passage(
            slug=one.trade.slug,
            zone=one.trade.zone,
            country=one.trade.country,
            created_at=one.created_at,
            scans=[(event.status, event.at) for event in one.events],
            until=one.until,
        )
        for one in found
    ]


def unlimited(name: str, scored: Sequence[Life], taught: Sequence[Life]) -> list[Row]:
    """Against fixed polling; day one: nothing is learnt yet."""
    rules = {f"every {hours} h": fixed(hours) for hours in FIXED}
    rules["day one"] = ours(BUILT_IN)
    rules[f"learnt on {FEW}"] = ours(learnt(tally(passages(taught[:FEW]))))
    rules["learnt"] = ours(learnt(tally(passages(taught))))
    scores = {rule: followed(scored, asks) for rule, asks in rules.items()}
    rows = [Row(f"{name}: scans", count_scans(scored), "a parcel")]
    rows += [
        Row(f"{name}, {rule}", score.calls / len(scored), "calls a parcel", detail=str(score))
        for rule, score in scores.items()
    ]
    four, score, van = scores["every 4 h"], scores["learnt"], Status.OUT_FOR_DELIVERY
    return [
        *rows,
        Row(f"{name}: fewer calls", 100 * (1 - score.calls / four.calls), "% of every 4 h", least=30),
        Row(f"{name}: p95", score.p95() / four.p95(), "of every 4 h", most=1),
        Row(f"{name}: p95, out for delivery", score.p95(van) / four.p95(van), "of every 4 h", most=1),
    ]


def limited(rhythms: Rhythms) -> list[Row]:
    """Under 250 questions a day for some 200 open parcels."""
    found = lives(CROWDED, CROWD, CROWDED_WEEKS)
    days = (max(one.created_at for one in found) - min(one.created_at for one in found) - WARM) / DAY
    plain, size = crowd(found, always, oldest_first, True)
    first, _ = crowd(found, ours(rhythms), lambda shipment, now: urgency(shipment, now, rhythms), False)
    rows = [
        Row(f"250 a day, {size:.0f} open: {name}", score.calls / days, "calls a day", most=250, detail=str(score))
        for name, score in (("round robin", plain), ("urgent first", first))
    ]
    for status in (Status.OUT_FOR_DELIVERY, Status.DELIVERED):
        ratio = median(first.found(status)) / median(plain.found(status))
        name = f"250 a day: median, {status.value.replace('_', ' ')}"
        rows.append(Row(name, ratio, "of round robin", most=1))
    return [*rows, Row("250 a day: p95", first.p95() / plain.p95(), "of round robin", most=1)]


def measure() -> list[Row]:
    """All of it."""
    taught = lives(LEARNT_ON, LEARN)
    rhythms = learnt(tally(passages(taught)))
    rows = [*unlimited("cadence", lives(SCORED_ON, SCORE), taught), *limited(rhythms), *costs(rhythms, taught)]
    folder = os.environ.get("DELAY_DATA")
    if folder is None:
        return [*rows, Row("cadence, real times", 0, "parcels", detail="DELAY_DATA names no folder: generator alone")]
    real, past = (real_lives(Path(folder), f"{name}.csv.gz", LEARN) for name in ("dev", "train"))
    return rows + unlimited("cadence, real times", real, past)


def costs(rhythms: Rhythms, taught: Sequence[Life]) -> list[Row]:
    """What a decision and a learnt parcel cost."""
    one, now = Followed(taught[0], 1), taught[0].events[2].at + HOUR
    shipment = one.ask(now, None)
    asks = partial(next_poll, shipment, now, _POLICY, rhythms=rhythms)
    decide = min(repeat(asks, number=1000, repeat=50, timer=process_time)) / 1000
    told = passages(taught)
    learn = min(repeat(partial(tally, told), number=1, repeat=3, timer=process_time)) / len(told)
    return [
        Row("when to ask again", decide * 1e6, "µs of processor time", most=10),
        Row("learning a parcel's rhythm", learn * 1e6, "µs of processor time", most=60),
    ]


def main() -> int:
    """Print the tables; 1 if a figure misses its bound."""
    rows = measure()
    show(f"Cadence · {machine()}", rows)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
