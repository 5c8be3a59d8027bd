"""What a soak is judged by, and what it says of costs.

Flat: from a third of the run on, the median of the slopes between any two looks (Theil and Sen) is below its bound.
A table's rows that are new are no bloat: `shipment` has as many as at the beginning, so whatever it grows by is
PostgreSQL's old versions, which autovacuum must give back; `scan_event` is held against the scans that came.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from statistics import mean, median
from typing import Any

from tests.benchmarks.machine import Row
from tests.soak.run import Demand, Run
from tests.soak.samples import Sample

WARM = 1 / 3
DAY = 86_400
MB = 1 << 20
MEMORY = 1.5
"""Megabytes a minute: caches fill for some time, and a run of five minutes cannot tell a smaller leak from them."""
BLOAT = 2.0
"""Per cent of the parcels' table and indexes, from warm to the end."""
DEAD = 15.0
LATE = 60.0
"""Real seconds behind of an account whose allowance is enough: chunks, and what else the machine is busy with."""
SOON = 810.0 * 0.95
"""Seconds between two questions about a parcel, as a carrier sees them: a quarter of an hour less a tenth."""
URGENT = 10.0
"""Others come due meanwhile, and all move."""
JOBS = 40
"""Two for each kind of job, and one an account."""
A_DAY = "a parcel and day"


def warm(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Without the beginning."""
    return samples[int(len(samples) * WARM) :]


def slope(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> float:
    """How much more it is a real minute."""
    points = [(one.at / 60, figure(one)) for one in samples]
    return median((second[1] - first[1]) / (second[0] - first[0]) for first, second in combinations(points, 2))


def rows(run: Run) -> list[Row]:
    """The table: promises first, then costs."""
    return [*_flat(run), *_budgets(run), *_cadence(run), *_right(run), *costs(run)]


def _flat(run: Run) -> list[Row]:
    seen = warm(run.samples)
    return [
        *(_memory(seen, name) for name in seen[-1].memory),
        *_bloat(seen),
        Row("jobs in the engine's table", max(one.jobs for one in seen), "rows", most=JOBS),
        Row("write-ahead log kept", seen[-1].wal_kept / MB, "MB", most=1100, detail="max_wal_size is 1 GB"),
    ]


def _memory(seen: Sequence[Sample], name: str) -> Row:
    grows = slope(seen, lambda one: one.memory[name] / MB)
    told = f"{seen[-1].memory[name] / MB:.0f} MB at the end; so in a day {grows * 1440:.0f} MB more"
    return Row(f"memory of {name}", grows, "MB a minute", most=None if name == "PostgreSQL" else MEMORY, detail=told)


def _bloat(seen: Sequence[Sample]) -> list[Row]:
    """Of few parcels on a fast clock what two rounds of autovacuum are apart (two minutes) is a larger share."""
    first, last = seen[0].tables["shipment"], seen[-1].tables["shipment"]
    dead = 100 * max(one.tables["shipment"].dead / max(one.tables["shipment"].live, 1) for one in seen)
    updates, in_place = last.updated - first.updated, last.hot - first.hot
    between = 200 * slope(seen, lambda one: one.tables["shipment"].updated) / max(last.live, 1)
    told = f"{last.room / MB:.0f} MB; {updates:,} updates, {100 * in_place / max(updates, 1):.0f} % of them in place"
    return [
        Row(
            "parcels' table and indexes grow",
            100 * (last.room / first.room - 1),
            "%",
            most=max(BLOAT, between),
            detail=told,
        ),
        Row(
            "dead rows among parcels",
            dead,
            "% of all",
            most=max(DEAD, between),
            detail=f"{last.vacuums} rounds of autovacuum",
        ),
    ]


def _budgets(run: Run) -> list[Row]:
    found = []
    for one in run.record:
        spans = one["over"].items()
        worst = max((many / allowed for _, (many, allowed) in spans), default=0.0)
        told = ", ".join(f"{many:g} of {allowed:g} in {span}" for span, (many, allowed) in spans)
        found.append(Row(f"budget of {one['slug']}, most", worst, "of what is allowed", most=1.0, detail=told))
    return found


def _cadence(run: Run) -> list[Row]:
    found = []
    for first, last, one in zip(*run.demands, run.record, strict=True):
        found += _short(run, one) if first.slug == run.urgent.slug else _usual(run, first, last, one)
    gaps = [gap for one in run.record for gap in one["gaps"].values()]
    again = f"of {sum(one['again'] for one in run.record):,} that were asked for twice"
    return [*found, Row("shortest time between two questions", min(gaps, default=SOON), "s", least=SOON, detail=again)]


def _short(run: Run, one: Mapping[str, Any]) -> list[Row]:
    """Where those asked for stood among all that was due at the beginning: 0 the most urgent, 50 by chance."""
    places = {parcel: place for place, parcel in enumerate(run.urgent.parcels)}
    asked = [places[parcel] for parcel in set(one["parcels"]) if parcel in places]
    stood = 100 * mean(asked) / len(places) if asked else 0.0
    told = f"{len(asked):,} of {len(places):,} that were due; 50 by chance"
    return [Row(f"{one['slug']} is short: asked", stood, "% from the most urgent", most=URGENT, detail=told)]


def _usual(run: Run, first: Demand, last: Demand, one: Mapping[str, Any]) -> list[Row]:
    wanted = (first.a_day + last.a_day) / 2 * run.days
    late = max(sample.behind[first.slug] for sample in warm(run.samples))
    told = f"{_asked(one):,} numbers", f"{late:.0f} s of the soak's time"
    return [
        Row(f"{first.slug} asked", _asked(one) / wanted, "of the cadence's own", least=0.75, most=1.25, detail=told[0]),
        Row(f"{first.slug} behind, at most", late / run.plan.speed, "s", most=LATE, detail=told[1]),
    ]


def _right(run: Run) -> list[Row]:
    other = sum(value for name, value in run.metrics.items() if "polls" in name and 'outcome="answered"' not in name)
    oldest = max(one.oldest for one in warm(run.samples)) / run.plan.speed
    most = max(one.waiting for one in warm(run.samples))
    return [
        Row("errors in the logs", len(run.errors), "lines", most=0, detail=run.errors[0][:60] if run.errors else ""),
        Row("questions without an answer", other, "numbers", most=0),
        Row("calls against Telegram's rules", run.violations, "calls", most=0),
        Row("oldest message that waits", oldest, "s", most=LATE, detail=f"{most} waiting at most"),
        Row("graceful stop, the longest", max(run.stopped), "s", most=10),
    ]


def costs(run: Run) -> list[Row]:
    """Of a parcel and day, over the whole run."""
    first, last = run.samples[0], run.samples[-1]
    parcel_days, numbers = run.plan.parcels * run.days, max(sum(map(_asked, run.record)), 1)
    acts = sum(many for act, many in run.acts.items() if act.split()[0] in ("notice", "live"))
    wal, written = last.wal - first.wal, last.written - first.written
    return [
        Row("asked about a parcel", numbers / parcel_days, "times a day", detail=f"{numbers / last.at:.0f} a second"),
        *(_processor(run, name, numbers) for name in last.cpu),
        Row("rows written", written / parcel_days, A_DAY, detail=f"{written / numbers:.2f} a number"),
        Row("write-ahead log", wal / parcel_days / 1024, f"kB {A_DAY}", detail=f"{wal / numbers:.0f} bytes a number"),
        Row("scan events", (last.scans - first.scans) / parcel_days, A_DAY),
        *(_room(run, name) for name in ("shipment", "scan_event", "finding")),
        Row("words", acts / (run.followed * run.days), "a followed parcel and day", detail=str(dict(run.acts))),
        Row("connections", last.connections, "to PostgreSQL", detail=f"of {len(run.plan.crews)} processes"),
        Row("seeding", run.seeding, "s"),
    ]


def _processor(run: Run, name: str, numbers: int) -> Row:
    spent = run.samples[-1].cpu[name] - run.samples[0].cpu[name]
    told = f"{1000 * spent / numbers:.2f} ms a number, {100 * spent / run.samples[-1].at:.0f} % of a core"
    return Row(f"processor, {name}", 1000 * spent / (run.plan.parcels * run.days), f"ms {A_DAY}", detail=told)


def _room(run: Run, name: str) -> Row:
    one = run.samples[-1].tables[name]
    told = f"{one.heap / MB:.0f} MB, {one.indexes / MB:.0f} MB of indexes"
    return Row(f"room of {name}", one.room / run.plan.parcels, "bytes a parcel", detail=told)


def _asked(one: Mapping[str, Any]) -> int:
    return sum(one["asked"].values())
