"""When a shop is staffed, as text that people write and values that rules read: a week, and days apart from it.

`Sun-Thu 09:00-18:00; 2026-12-24..2026-12-26 closed; 2027-02-08..2027-03-08 Sun-Thu 10:00-15:00; 2026-12-20 10:00-14:00`
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.zones import weekend_of

DAY = timedelta(days=1)


class Shift(Struct, frozen=True):
    """One stretch of staffed time on one weekday (Monday is 0), minutes of the day."""

    weekday: int
    start: int
    end: int


class WrongHours(ValueError):
    """Hours text that cannot be read; the offending part is the message."""


_CLOCK = r"(\d{1,2})(?::(\d{2}))?"
_SPAN = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(rf"([a-z]{{3}})(?:\s*-\s*([a-z]{{3}}))?\s+({_CLOCK}\s*-\s*{_CLOCK})")


@lru_cache(maxsize=512)
def parse_staffed(text: str) -> tuple[Shift, ...]:
    """`Mon-Fri 09:00-18:00, Sat 10-14`; day ranges may go over the week's end (`Sat-Wed 9-17`)."""
    shifts: list[Shift] = []
    for part in filter(None, (piece.strip() for piece in text.lower().split(","))):
        match = _SHIFT.fullmatch(part)
        if match is None:
            raise WrongHours(part)
        start, end = span_of(match[3])
        if start >= end:
            raise WrongHours(part)
        shifts += [Shift(day, start, end) for day in _weekdays(match[1], match[2] or match[1])]
    return tuple(sorted(shifts, key=lambda shift: (shift.weekday, shift.start)))


def span_of(text: str) -> tuple[int, int]:
    """`9-17:30` in minutes of the day. Raises WrongHours."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise WrongHours(text)
    start = int(match[1]) * 60 + int(match[2] or 0)
    end = int(match[3]) * 60 + int(match[4] or 0)
    if max(start, end) > 1440 or max(int(match[2] or 0), int(match[4] or 0)) > 59:
        raise WrongHours(text)
    return start, end


def _weekdays(first: str, last: str) -> list[int]:
    if first not in _DAYS or last not in _DAYS:
        raise WrongHours(f"{first}-{last}")
    start, count = _DAYS.index(first), (_DAYS.index(last) - _DAYS.index(first)) % 7
    return [(start + step) % 7 for step in range(count + 1)]


@lru_cache(maxsize=256)
def default_staffed(country: str | None) -> str:
    """Nine to six on the country's working days, for a shop that has not said."""
    return ", ".join(f"{name.title()} 09:00-18:00" for day, name in enumerate(_DAYS) if day not in weekend_of(country))


# ---- days apart from the week


class Spell(Struct, frozen=True):
    """Days from `first` to `last` with other hours than usual. `shifts` empty: nobody is there.

    `any_day`: the shifts hold on each of them, whatever its weekday, also on public holidays; `weekday` says nothing.
    """

    first: date
    last: date
    shifts: tuple[Shift, ...] = ()
    any_day: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether nobody is there on any of them."""
        return not self.shifts

    def covers(self, day: date) -> bool:
        """Whether it is one of them."""
        return self.first <= day <= self.last

    def days(self) -> Iterable[date]:
        """Each of them."""
        return (self.first + step * DAY for step in range((self.last - self.first).days + 1))


class Opening(Struct, frozen=True):
    """A usual week, and the spells apart from it; no two of them share a day."""

    week: tuple[Shift, ...]
    spells: tuple[Spell, ...] = ()

    def on(self, day: date, is_feast: bool) -> tuple[Shift, ...]:
        """When somebody is there that day."""
        spell = next((one for one in self.spells if one.covers(day)), None)
        if spell is not None and spell.any_day:
            return spell.shifts
        if is_feast:
            return ()
        shifts = self.week if spell is None else spell.shifts
        return tuple(shift for shift in shifts if shift.weekday == day.weekday())


_SPELL = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?\s+(\S.*)")
CLOSED = "closed"


@lru_cache(maxsize=512)
def parse_opening(text: str) -> Opening:
    """A shop's whole text. Raises WrongHours."""
    week, *apart = text.split(";")
    return Opening(parse_staffed(week), parse_spells(";".join(apart)))


@lru_cache(maxsize=512)
def parse_spells(text: str) -> tuple[Spell, ...]:
    """The days apart, in order. Raises WrongHours."""
    return tuple(sorted((_spell(part) for part in text.split(";") if part.strip()), key=lambda one: one.first))


def _spell(part: str) -> Spell:
    match = _SPELL.fullmatch(part.strip())
    if match is None:
        raise WrongHours(part)
    try:
        first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2] or match[1])
    except ValueError as error:
        raise WrongHours(part) from error
    return spell_of(first, last, match[3])


def spell_of(first: date, last: date, said: str) -> Spell:
    """`closed`, `10:00-14:00` (each of the days), or a week's hours. Raises WrongHours."""
    said = said.strip().lower()
    if last < first:
        raise WrongHours(f"{first}..{last}")
    if said == CLOSED:
        return Spell(first, last)
    if not _SPAN.fullmatch(said):
        shifts = parse_staffed(said)
        if not shifts:
            raise WrongHours(said)
        return Spell(first, last, shifts)
    start, end = span_of(said)
    if start >= end:
        raise WrongHours(said)
    return Spell(first, last, (Shift(0, start, end),), any_day=True)


def written(spells: Iterable[Spell]) -> str:
    """As parse_spells reads them."""
    return "; ".join(f"{_days_of(one)} {hours_written(one)}" for one in sorted(spells, key=lambda one: one.first))


def _days_of(spell: Spell) -> str:
    return str(spell.first) if spell.first == spell.last else f"{spell.first}..{spell.last}"


def hours_written(spell: Spell) -> str:
    """What holds on its days."""
    if spell.is_closed:
        return CLOSED
    if spell.any_day:
        return _clocks(spell.shifts[0])
    return week_written(spell.shifts)


def week_written(shifts: Sequence[Shift]) -> str:
    """A week's hours, days that follow each other with the same hours as one range, over the week's end, too."""
    hours = {clocks: {one.weekday for one in shifts if _clocks(one) == clocks} for clocks in map(_clocks, shifts)}
    return ", ".join(f"{days} {clocks}" for clocks, weekdays in hours.items() for days in _ranges(weekdays))


def _ranges(weekdays: AbstractSet[int]) -> Iterator[str]:
    """`Sun-Thu`; a whole week begins on Monday."""
    begins = [day for day in sorted(weekdays) if (day - 1) % 7 not in weekdays] or [0]
    for first in begins:
        length = next((step for step in range(1, 7) if (first + step) % 7 not in weekdays), 7)
        names = [_DAYS[first].title(), _DAYS[(first + length - 1) % 7].title()]
        yield names[0] if length == 1 else "-".join(names)


def _clocks(shift: Shift) -> str:
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (shift.start, shift.end))


def without(spells: Iterable[Spell], first: date, last: date) -> tuple[Spell, ...]:
    """The spells as far as they lie before `first` or after `last`: those days are as usual again."""
    left: list[Spell] = []
    for one in spells:
        if one.last < first or one.first > last:
            left.append(one)
            continue
        if one.first < first:
            left.append(replace(one, last=first - DAY))
        if one.last > last:
            left.append(replace(one, first=last + DAY))
    return tuple(sorted(left, key=lambda one: one.first))


def with_spell(spells: Iterable[Spell], new: Spell) -> tuple[Spell, ...]:
    """What was said last holds on its days."""
    return tuple(sorted((*without(spells, new.first, new.last), new), key=lambda one: one.first))


def opening_text(staffed: str, country: str | None, apart: str) -> str:
    """A shop's whole text: its week, else its country's, and its days apart."""
    week = staffed or default_staffed(country)
    return f"{week}; {apart}" if apart else week


@lru_cache(maxsize=512)
def closed_days(text: str) -> frozenset[date]:
    """Days apart on which nobody is there, of a shop's whole text."""
    return frozenset(day for one in parse_opening(text).spells if one.is_closed for day in one.days())


@lru_cache(maxsize=512)
def opened_days(text: str) -> frozenset[date]:
    """Days apart on which somebody is there whatever the weekday, of a shop's whole text."""
    return frozenset(day for one in parse_opening(text).spells if one.any_day for day in one.days())


def usual_shift(week: Sequence[Shift], day: date) -> Shift | None:
    """The hours of that weekday, else those of the first day of the week that has any."""
    return next((one for one in week if one.weekday == day.weekday()), next(iter(week), None))
