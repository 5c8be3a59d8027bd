"""A week of a desk as a picture, worded: every text on it is settled here, so that who draws knows no language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from bot.texts.bidi import plain
from bot.texts.forms import FORMS, fill
from bot.texts.reading import Reader, Reading, as_day, read_by

MINUTE_MS, HOUR = 60_000, 60
COUNTS = (1, 2, 5)
MINUTES = (1, 2, 5, 10, 15, 20, 60, 120, 240, 480, 1440, 2880)
"""Steps of an axis: counts in these times a power of ten, spans in these minutes."""
MOST_TICKS = 5


class Tile(Struct, frozen=True):
    """One figure with what it is and of how many."""

    label: str
    value: str
    note: str = ""


class Bars(Struct, frozen=True):
    """One row of bars, a value a day (None: none); `name` stands in the legend, `said` over each bar."""

    name: str
    values: tuple[float | None, ...]
    said: tuple[str, ...]


class Panel(Struct, frozen=True):
    """Bars of a week under a heading; `ticks`: where the axis is marked, and how."""

    title: str
    bars: tuple[Bars, ...]
    ticks: tuple[tuple[float, str], ...]


class Chart(Struct, frozen=True):
    """The whole picture; `rtl`: it is read from the right, days and axes too."""

    title: str
    tiles: tuple[Tile, ...]
    days: tuple[str, ...]
    panels: tuple[Panel, ...]
    rtl: bool = False


def week_chart(facts: Mapping[str, Any], reader: Reader) -> Chart:
    """The picture of these facts (kind `week`): the same figures that its caption says in words."""
    reading = read_by(reader, markup=False)
    days: Sequence[Mapping[str, Any]] = facts["days"]
    return Chart(
        title=_said("week.title", facts, reading),
        tiles=_tiles(facts, reading),
        days=tuple(_day(as_day(day["on"]), reading) for day in days),
        panels=(_counts(days, reading), _firsts(days, reading)),
        rtl=reading.rtl,
    )


def _said(key: str, facts: Mapping[str, Any], reading: Reading) -> str:
    return plain(fill(reading.texts.text(key), facts, reading))


def _number(value: int, reading: Reading) -> str:
    return FORMS["count"](value, reading)


def _day(on: date, reading: Reading) -> str:
    """The weekday over its date."""
    date_alone = FORMS["short_day"](on, reading)
    return f"{FORMS['day'](on, reading).removesuffix(date_alone).strip()}\n{date_alone}"


def _tiles(facts: Mapping[str, Any], reading: Reading) -> tuple[Tile, ...]:
    return (
        _took("first", facts, reading),
        _share("kept", facts, reading),
        _took("solving", facts, reading),
        _share("good", facts, reading),
    )


def _took(name: str, facts: Mapping[str, Any], reading: Reading) -> Tile:
    found = facts.get(name) or {}
    label = _said(f"week.{name}", facts, reading)
    if "half" not in found:
        return Tile(label, _said("week.none", facts, reading))
    note = {"of": found.get("of") or found["few"]}
    return Tile(label, FORMS["took"](found["half"], reading), _said("week.of", note, reading))


def _share(name: str, facts: Mapping[str, Any], reading: Reading) -> Tile:
    """A share of few is not said; how few they are is."""
    found, label = facts.get(name) or {}, _said(f"week.{name}", facts, reading)
    if "percent" in found:
        return Tile(label, _said("week.percent", found, reading), _said("week.of", found, reading))
    if "few" in found:
        return Tile(label, _said("week.few", found, reading), _said("week.of", {"of": found["few"]}, reading))
    return Tile(label, _said("week.none", facts, reading))


def _counts(days: Sequence[Mapping[str, Any]], reading: Reading) -> Panel:
    rows = tuple(
        Bars(
            _said(f"week.{name}", {}, reading),
            tuple(float(day[name]) for day in days),
            tuple(_number(day[name], reading) for day in days),
        )
        for name in ("opened", "solved")
    )
    most = max((value or 0 for row in rows for value in row.values), default=0)
    step = next(one * 10**power for power in range(12) for one in COUNTS if one * 10**power * MOST_TICKS >= most)
    return Panel(_said("week.per_day", {}, reading), rows, _ticks(step, most, lambda at: _number(int(at), reading)))


def _firsts(days: Sequence[Mapping[str, Any]], reading: Reading) -> Panel:
    minutes = tuple(None if day.get("first") is None else day["first"] / MINUTE_MS for day in days)
    said = tuple("" if day.get("first") is None else FORMS["took"](day["first"], reading) for day in days)
    most = max((value for value in minutes if value is not None), default=0.0)
    step = next((one for one in MINUTES if one * MOST_TICKS >= most and not _mixes(one, most)), MINUTES[-1])
    title = _said("week.first_per_day", {}, reading)
    ticks = _ticks(step, most, lambda at: FORMS["took"](at * MINUTE_MS, reading) if at else _number(0, reading))
    return Panel(title, (Bars(title, minutes, said),), ticks)


def _mixes(step: int, most: float) -> bool:
    """Whether a mark would be hours and minutes: too long for an axis."""
    return step < HOUR and -(-most // step) * step > HOUR


def _ticks(step: float, most: float, write: Any) -> tuple[tuple[float, str], ...]:
    """From nought to the first mark that nothing exceeds."""
    count = max(-(-most // step), 1)
    return tuple((at * step, write(at * step)) for at in range(int(count) + 1))
