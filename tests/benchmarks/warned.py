"""How early and how rightly late orders of a real history are warned of (DELAY_DATA), by each policy.

Every six hours what has happened is told to a Warner; it learns from train.csv.gz and is judged on dev.csv.gz.
"""

import csv
import gzip
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from tests.benchmarks.early_warning import Warner
from tests.benchmarks.machine import Row, machine, show

DATA = "DELAY_DATA"
TICK = timedelta(hours=6)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_KINDS = {"purchased": "purchased_at", "handed_over": "handed_over_at", "delivered": "delivered_at"}
_VOID = frozenset({"canceled", "unavailable"})
_BARS: dict[str, dict[str, float]] = {
    "careful": {},
    "balanced": {"precision": 0.7, "warned at all": 0.98, "24 h ahead": 0.95, "48 h ahead": 0.8, "median lead": 48},
    "early": {"precision": 0.55, "72 h ahead": 0.7},
}

_MOST_WRONG = {"balanced": 22.0}
"""False alarms per thousand. Of months in which 5 % come late; where 14 % do, as in dev, it cannot be met."""


class Fate(Struct, frozen=True):
    """What became of an order: when it was warned of, when it was due and came. Times naive, local."""

    warned_at: datetime | None
    deadline: datetime
    delivered_at: datetime | None

    @property
    def is_late(self) -> bool:
        """Delivered after the promised day, or never."""
        return self.delivered_at is None or self.delivered_at >= self.deadline

    @property
    def lead(self) -> timedelta | None:
        """How long before the deadline a late order was warned of."""
        early = self.warned_at is not None and self.warned_at < self.deadline
        return self.deadline - self.warned_at if self.is_late and early and self.warned_at is not None else None


def measure() -> list[Row]:
    """The figures of each policy; a loud word and none where there is no history."""
    folder = os.environ.get(DATA)
    if not folder:
        print(f"!! {DATA} is not set: early warning is not measured on a real history", file=sys.stderr)
        return []
    taught, asked = (list(_rows(Path(folder) / f"{part}.csv.gz")) for part in ("train", "dev"))
    return [row for policy in _BARS for row in _figures(policy, _fates(policy, taught, asked))]


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)


def _fates(policy: str, taught: list[dict[str, str]], asked: list[dict[str, str]]) -> list[Fate]:
    """What is told and when is sorted first, so that nothing is known before it happened."""
    os.environ["EARLY_WARNING_POLICY"] = policy
    warner, warned = Warner(), dict[str, datetime]()
    events = sorted(
        (max(datetime.fromisoformat(row[column]), datetime.fromisoformat(row["purchased_at"])), rank, number, kind)
        for number, row in enumerate([*taught, *asked])
        for rank, (kind, column) in enumerate(_KINDS.items())
        if row[column]
    )
    rows, place = [*taught, *asked], 0
    now = datetime.fromisoformat(min(row["purchased_at"] for row in asked)[:10])
    while now < events[-1][0] + 60 * DAY:
        while place < len(events) and events[place][0] <= now:
            at, _, number, kind = events[place]
            warner.on_event(kind, at, rows[number]["order_id"], rows[number])
            place += 1
        for order_id in warner.tick(now):
            warned.setdefault(order_id, now)
        now += TICK
    counted = [row for row in asked if row["delivered_at"] or row["final_status"] not in _VOID]
    return [_fate(row, warned.get(row["order_id"])) for row in counted]


def _fate(row: dict[str, str], warned_at: datetime | None) -> Fate:
    delivered_at = datetime.fromisoformat(row["delivered_at"]) if row["delivered_at"] else None
    return Fate(warned_at, datetime.fromisoformat(row["promised_at"][:10]) + DAY, delivered_at)


def _figures(policy: str, fates: list[Fate]) -> list[Row]:
    late = [fate for fate in fates if fate.is_late]
    leads = sorted(fate.lead for fate in late if fate.lead is not None)
    wrong = sum(fate.warned_at is not None and not fate.is_late for fate in fates)
    shares = {
        "precision": len(leads) / (len(leads) + wrong),
        "warned at all": len(leads) / len(late),
        **{f"{hours} h ahead": sum(lead >= hours * HOUR for lead in leads) / len(late) for hours in (24, 48, 72)},
    }
    bars, many = _BARS[policy], f"{len(fates)} orders, {len(late)} late"
    return [
        *(Row(f"{policy}: {name}", share, "", bars.get(name), detail=many) for name, share in shares.items()),
        Row(f"{policy}: false alarms", 1000 * wrong / len(fates), "per 1000", most=_MOST_WRONG.get(policy)),
        Row(f"{policy}: median lead", leads[len(leads) // 2] / HOUR, "h", bars.get("median lead")),
    ]


if __name__ == "__main__":
    show(machine(), measure())
