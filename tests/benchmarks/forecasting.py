"""What forecasts cost, and how far arrival windows hold what they claim on a real history (DELAY_DATA)."""

import csv
import gzip
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice, repeat
from pathlib import Path

from bot.domain.calibration import Outcome, calibration, looked_back
from bot.domain.forecast import forecast
from bot.domain.journey import Ending, Journey, Stage, Step, as_known
from bot.domain.learning import Model, empty, from_bytes, learn, to_bytes
from bot.flows.learning import CHUNK
from tests.benchmarks import journeys
from tests.benchmarks.machine import Row, machine, show

OPEN = 100_000
LEARNT = 1_000_000
_DRAWN = 100_000
"""So many different journeys are drawn; they are learnt from several times over."""
DAY = timedelta(days=1)
DATA = "DELAY_DATA"
"""The folder with train.csv.gz and dev.csv.gz; the first teaches, the second is forecast."""
COUNTRY = "BR"


def measure() -> list[Row]:
    """Speed and memory in processes of their own, then coverage."""
    seconds, megabytes = _in_a_process("learn")
    cold, warm = _in_a_process("forecast")
    return [
        Row(
            "forecast of 100,000 open parcels",
            cold,
            "s",
            most=2.0,
            detail="model just read; time of one core, best of three",
        ),
        Row("the same again", warm, "s", detail="what is known of each kind is kept"),
        Row(
            "learn from a million parcels", seconds, "s", most=60.0, detail="one core, in chunks, without the database"
        ),
        Row("memory while learning", megabytes, "MB", most=500.0, detail="of the whole process, its parcels included"),
        *coverage(os.environ.get(DATA)),
    ]


def _in_a_process(what: str) -> tuple[float, float]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.forecasting", what],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        check=True,
    )
    first, second = run.stdout.split()
    return float(first), float(second)


def _learning() -> tuple[float, float]:
    """Seconds, and the peak of memory in megabytes."""
    drawn = list(journeys.ended(_DRAWN, seed=1))
    stored = to_bytes(empty(journeys.NOW))
    began = time.process_time()
    for chunk in _chunks(chain.from_iterable(repeat(drawn, LEARNT // _DRAWN))):
        stored = to_bytes(learn(from_bytes(stored), chunk, None, journeys.NOW))
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _chunks(past: Iterator[Journey]) -> Iterator[list[Journey]]:
    """As many as the service counts in a transaction; between them the model lies in the store."""
    while chunk := list(islice(past, CHUNK)):
        yield chunk


def _forecasting() -> tuple[float, float]:
    """Seconds for all open parcels with a model just read from its bytes, and again; the best of three."""
    some = journeys.under_way(OPEN, seed=2)
    stored = to_bytes(learn(empty(journeys.NOW), journeys.ended(3 * _DRAWN, seed=1), some, journeys.NOW))
    runs = []
    for _ in range(3):
        model = from_bytes(stored)
        runs.append((_once(model, some), _once(model, some)))
    return min(cold for cold, _ in runs), min(warm for _, warm in runs)


def _once(model: Model, some: list[Journey]) -> float:
    began = time.process_time()
    for one in some:
        forecast(model, one, journeys.NOW)
    return time.process_time() - began


def coverage(folder: str | None) -> list[Row]:
    """Arrival windows at the hand-over: what they claim and hold, and how wide they are, beside the naive ones."""
    if not folder:
        print(f"!! {DATA} is not set: arrival windows are not measured on a real history", file=sys.stderr)
        return []
    outcomes, naive = _replayed(*(list(_history(Path(folder) / f"{part}.csv.gz")) for part in ("train", "dev")))
    sums = calibration(outcomes)
    claimed, held = sums.coverage or (0.0, 0.0)
    widths = [one.width for one in outcomes if one.width is not None]
    return [
        Row("arrival windows: claimed", 100 * claimed, "%", detail=f"{len(outcomes)} parcels, at the hand-over"),
        Row("arrival windows: held, off by", abs(100 * (held - claimed)), "points", most=3.0),
        Row("arrival windows: mean width", sum(widths) / len(widths), "days"),
        Row(
            "naive windows: hold", 100 * sum(held for held, _ in naive) / len(naive), "%", detail="5 to 95 % of orders"
        ),
        Row("naive windows: mean width", sum(width for _, width in naive) / len(naive), "days", detail="of 90 days"),
        Row("Brier at the hand-over", sums.brier or 0.0, "", detail="chance of being late"),
        Row("likely day, mean error", sums.error_days or 0.0, "days"),
    ]


def _replayed(taught: list[Journey], asked: list[Journey]) -> tuple[list[Outcome], list[tuple[bool, int]]]:
    """Day by day: learn from what is over, then look at what is handed over that day."""
    both = sorted([*taught, *asked], key=lambda journey: journey.ordered_at)
    over, handed = _by_day(both, "ended_at"), _by_day(asked, "handed_at")
    now = both[0].ordered_at.replace(hour=0, minute=0, second=0)
    model, spans = empty(now), list[tuple[datetime, int]]()
    outcomes: list[Outcome] = []
    naive: list[tuple[bool, int]] = []
    while now.date() <= max(handed):
        ended = over.get((now - DAY).date(), [])
        model = learn(model, ended, _open_at(both, now), now)
        spans = [span for span in spans if span[0] > now - 90 * DAY] + [(now, _days(one)) for one in ended]
        for journey in handed.get(now.date(), []):
            outcome = looked_back(model, journey, journey.handed_at or now)
            if outcome is not None:
                outcomes.append(outcome)
                naive.append(_naive(sorted(days for _, days in spans), journey, now))
        now += DAY
    return outcomes, naive


def _by_day(some: list[Journey], moment: str) -> dict[date, list[Journey]]:
    days: dict[date, list[Journey]] = {}
    for journey in some:
        at: datetime | None = getattr(journey, moment)
        if at is not None:
            days.setdefault(at.date(), []).append(journey)
    return days


def _open_at(some: list[Journey], now: datetime) -> Iterator[Journey]:
    for journey in some:
        if journey.ordered_at > now:
            return
        known = as_known(journey, now)
        if known is not None:
            yield known


def _days(journey: Journey) -> int:
    assert journey.ended_at is not None
    return (journey.ended_at.date() - journey.ordered_at.date()).days


def _naive(days: list[int], journey: Journey, now: datetime) -> tuple[bool, int]:
    """Whether the middle nine tenths of all orders would have held it, and how many days those are from today on."""
    first, last = (journey.ordered_at.date() + days[int(len(days) * share)] * DAY for share in (0.05, 0.95))
    first, last = max(first, now.date()), max(last, now.date())
    came_on = journey.ended_at.date() if journey.ended_at is not None else None
    return came_on is not None and first <= came_on <= last, (last - first).days + 1


def _history(file: Path) -> Iterator[Journey]:
    """The orders of a file. Of what never arrived nothing is known but that it did not."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            at, handed_at, delivered_at = (
                datetime.fromisoformat(row[name]).replace(tzinfo=UTC) if row[name] else None
                for name in ("purchased_at", "handed_over_at", "delivered_at")
            )
            promised = datetime.fromisoformat(row["promised_at"][:10]).replace(tzinfo=UTC)
            assert at is not None
            yield Journey(
                merchant_id=1,
                slug="own",
                ordered_at=at,
                steps=(Step(Stage.ORDERED, at), *([Step(Stage.IN_TRANSIT, max(handed_at, at))] if handed_at else [])),
                country=COUNTRY,
                promised_by=promised + DAY,
                ended_at=max(delivered_at, at) if delivered_at else None,
                ended_as=Ending.DELIVERED if delivered_at else None,
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(*{"learn": _learning, "forecast": _forecasting}[sys.argv[1]]())
    else:
        show(machine(), measure())
