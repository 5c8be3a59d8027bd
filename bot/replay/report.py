"""What a replay prints, and the file of its warnings."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from bot.domain.finding import FindingKind
from bot.domain.hindsight import AHEAD, FEW_MISSED, FEW_PARCELS, MISSED, Fate, Lived, Score, bounds, is_right
from bot.domain.rehearsal import Warned
from bot.flows.history import History, Why, Wrong

HOUR = timedelta(hours=1)
WIDTH = 100
"""Columns where there is no terminal that would tell."""
SHOWN_WRONG = 5

WRONG: Mapping[Why, str] = {
    Why.MISSING: "is missing",
    Why.UNREADABLE: "cannot be read; write times as 2026-01-31 14:00 or 2026-01-31",
    Why.TWICE: "stands in an earlier row, too",
    Why.BEFORE_PURCHASE: "is before the purchase",
    Why.TOO_LATE: "is more than a year after the purchase",
    Why.IN_THE_FUTURE: "has not come yet",
}
UNREADABLE_COUNTRY = "is no country; write two letters, as DE or SA"


class Replayed(Struct, frozen=True):
    """A replay that is over. `warned`: of the judged orders, in order of time."""

    name: str
    history: History
    lives: Mapping[int, Lived]
    scores: Mapping[str, Score]
    warned: Sequence[Warned]
    tick: timedelta
    since: date | None = None


def wrong_line(wrong: Wrong) -> str:
    """Where a row is wrong, and why."""
    why = WRONG[wrong.why]
    if wrong.column == "country":
        why = UNREADABLE_COUNTRY
    said = f" “{wrong.said}”" if wrong.said else ""
    return f"line {wrong.line}, {wrong.column}{said} {why}"


def tell(told: Replayed, show: int, console: Console | None = None) -> None:
    """Print it all; `show`: how many warnings one by one."""
    console = console or Console(highlight=False, soft_wrap=True, emoji=False)
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    for line in (*_rows(told), "", *_orders(told), ""):
        console.print(line, markup=False)
    console.print(_figures(told))
    for line in (*_doubts(told), *_warnings(told, show)):
        console.print(line, markup=False)


def _rows(told: Replayed) -> list[str]:
    history = told.history
    first = min(past.shipment.created_at for past in history.past)
    country = f", country {history.home}" if history.home else ", no country: holidays are not known (--country)"
    lines = [
        f"{told.name}: {len(history.past):,} orders from {_day(first, told)} to {_day(history.as_of, told)}{country}.",
        f"Learnt every night from what had happened until then, looked every {told.tick / HOUR:g} h.",
        "Tried is what the odds and the passed day would have said: no silence, no word of a carrier's, no share"
        " an hour, no quiet hours, nothing taken back.",
    ]
    if history.wrong:
        lines.append(f"{len(history.wrong):,} rows are left out:" if len(history.wrong) > 1 else "One row is left out:")
        lines += (f"  {wrong_line(one)}" for one in history.wrong[:SHOWN_WRONG])
        more = len(history.wrong) - SHOWN_WRONG
        if more > 0:
            lines.append(f"  and {more:,} more: " + _counted(history.wrong[SHOWN_WRONG:]))
    return lines


def _counted(wrong: Sequence[Wrong]) -> str:
    counts = Counter(f"{one.column} {WRONG[one.why].partition(';')[0]}" for one in wrong)
    return ", ".join(f"{what} ({count:,})" for what, count in counts.most_common())


def _orders(told: Replayed) -> list[str]:
    fates = Counter(life.fate for life in told.lives.values())
    judged, missed = sum(fates.values()) - fates[Fate.UNDECIDED], sum(fates[fate] for fate in MISSED)
    since = f" purchased from {told.since.isoformat()} on" if told.since else ""
    lines = [
        f"Judged: {_many(judged, 'order')}{since}. {missed:,} missed the promised day:"
        f" {fates[Fate.LATE]:,} came late, {fates[Fate.LOST]:,} handed over and never seen to come,"
        f" {fates[Fate.NEVER_SHIPPED]:,} never handed over."
    ]
    if fates[Fate.UNDECIDED]:
        lines.append(
            f"Not judged: {fates[Fate.UNDECIDED]:,}, called off, sent back, or not due by the end of the file."
        )
    return lines


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _figures(told: Replayed) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for name in told.scores:
        table.add_column(name, justify="right", no_wrap=True)
    scores = list(told.scores.values())
    table.add_row("warned of", *(f"{one.warned:,}" for one in scores))
    table.add_row("rightly (precision)", *(_share(one.right, one.warned) for one in scores))
    table.add_row("missed promises warned of in time (recall)", *(_share(one.ahead, one.missed) for one in scores))
    for place, hours in enumerate(AHEAD):
        label = f"  at least {hours} h before the deadline"
        table.add_row(label, *(_share(one.in_time[place], one.missed) for one in scores))
    table.add_row("hours ahead, median", *("–" if one.lead is None else f"{one.lead:g}" for one in scores))
    table.add_row("false alarms", *(f"{one.wrong:,}" for one in scores))
    table.add_row("  per thousand orders", *(_thousand(one) for one in scores))
    table.add_row("  near misses (came in the last 24 h)", *(f"{one.near:,}" for one in scores))
    table.add_row("told only when the day was over", *(f"{one.right - one.ahead:,}" for one in scores))
    return table


def _share(part: int, whole: int) -> str:
    """With the range in which the true share lies, 19 times out of 20."""
    between = bounds(part, whole)
    if between is None:
        return "–"
    return f"{part / whole:.0%} ({between[0] * 100:.0f}–{between[1] * 100:.0f})"


def _thousand(one: Score) -> str:
    between = bounds(one.wrong, one.parcels)
    if between is None or one.per_thousand is None:
        return "–"
    return f"{one.per_thousand:.1f} ({between[0] * 1000:.0f}–{between[1] * 1000:.0f})"


def _doubts(told: Replayed) -> list[str]:
    one = next(iter(told.scores.values()))
    lines = ["", "In brackets: where the true figure lies, 19 times out of 20."]
    if one.is_thin:
        few = f"{one.parcels:,} orders" if one.parcels < FEW_PARCELS else f"{one.missed:,} missed promises"
        need = f"{FEW_PARCELS} orders and {FEW_MISSED} missed promises"
        lines.append(f"Too small a history for a statement ({few}; {need} say something): read the ranges.")
    return lines


def _warnings(told: Replayed, show: int) -> list[str]:
    name = "balanced" if "balanced" in told.scores else next(iter(told.scores))
    warned = [one for one in told.warned if one.policy == name and told.lives[one.id].fate is not Fate.UNDECIDED]
    if not warned or show <= 0:
        return []
    shown, all_ = min(show, len(warned)), _many(len(warned), "warning")
    head = f"The first {shown} of {all_} ({name}):" if shown < len(warned) else f"{all_} ({name}):"
    return ["", head, *(f"  {_warning(one, told)}" for one in warned[:show])]


def _warning(one: Warned, told: Replayed) -> str:
    life = told.lives[one.id]
    return (
        f"{_moment(one.at, told)}  {told.history.orders[one.id]}  {_when(one, life)}; {_outcome(life, told)}"
        f"{'' if is_right(life, one.at) else ' (false alarm)'}"
    )


def _when(one: Warned, life: Lived) -> str:
    if one.finding.kind is FindingKind.LATE:
        return "the promised day was over"
    said = one.finding.evidence
    chance = f", chance of being late {said['p_late']:.0%}" if said.get("p_late") is not None else ""
    return f"{(life.deadline - one.at) / HOUR:.0f} h before the deadline{chance} ({said['n']:,} alike, {said['level']})"


def _outcome(life: Lived, told: Replayed) -> str:
    if life.arrived_at is not None:
        return f"came {_moment(life.arrived_at, told)}"
    return "never came" if life.fate is Fate.LOST else "was never handed over"


def _day(at: datetime, told: Replayed) -> str:
    return _there(at, told).date().isoformat()


def _moment(at: datetime, told: Replayed) -> str:
    return f"{_there(at, told):%Y-%m-%d %H:%M}"


def _there(at: datetime, told: Replayed) -> datetime:
    return at.astimezone(ZoneInfo(told.history.zone)).replace(tzinfo=None)


HEADS = (
    "order_id", "warned_at", "policy", "finding", "hours_ahead", "p_late", "level", "n", "stage", "waited_days",
    "deadline", "arrived_at", "outcome", "right",
)  # fmt: skip


def write(told: Replayed, out: Path) -> None:
    """Every warning, times by the wall clock of the file."""
    with out.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(HEADS)
        lines.writerows(_line(one, told) for one in told.warned)


def _line(one: Warned, told: Replayed) -> list[Any]:
    life, said = told.lives[one.id], one.finding.evidence
    is_judged = life.fate is not Fate.UNDECIDED
    return [
        told.history.orders[one.id],
        _there(one.at, told).isoformat(),
        one.policy,
        one.finding.kind.value,
        round((life.deadline - one.at) / HOUR, 1),
        *(said.get(name, "") for name in ("p_late", "level", "n", "stage", "waited_days")),
        _there(life.deadline, told).isoformat(),
        _there(life.arrived_at, told).isoformat() if life.arrived_at else "",
        life.fate.value,
        int(is_right(life, one.at)) if is_judged else "",
    ]
