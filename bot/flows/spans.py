"""A span of days as people write it: two dates in any calendar, digits and language, one date, or a feast by name."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

from bot.domain.workdays import nowruz
from bot.flows.days import parse_day
from bot.flows.understand import fold_digits, normalise

DAY = timedelta(days=1)
FARTHEST = 400 * DAY
"""A shop plans a year ahead."""
BEGUN = 60 * DAY
"""A span that goes on may have begun so long ago."""

_TO = re.compile(r"\s*(?:\.{2,}|…)\s*|\s+(?:to|until|till|through|[-–—]|تا|إلى|الى|حتى)\s+")
_FROM = re.compile(r"^(?:from|between|من|بين|از|بین)\s+")
_CLOCKS = r"\d{1,2}(?::\d{2})?\s*-\s*\d{1,2}(?::\d{2})?"
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_HOURS = re.compile(rf"\s+({_WEEKDAY}(?:\s*-\s*{_WEEKDAY})?\s+{_CLOCKS}.*|{_CLOCKS})$", re.IGNORECASE)

Span = tuple[date, date]


def _ramadan(today: date) -> Span:
    """The one that goes on or comes next (Umm al-Qura; the moon may differ by a day)."""
    year = Gregorian(today.year, today.month, today.day).to_hijri().year
    found = [_month(each, 9) for each in (year, year + 1)]
    return next(span for span in found if span[1] >= today)


def _month(year: int, month: int) -> Span:
    begins = Hijri(year, month, 1)
    there = begins.to_gregorian()
    first = date(there.year, there.month, there.day)
    return first, first + (begins.month_length() - 1) * DAY


def _nowruz(today: date) -> Span:
    found = [nowruz(each) for each in (today.year, today.year + 1)]
    return next((days[0], days[-1]) for days in found if days[-1] >= today)


_NAMES = {
    _ramadan: ("ramadan", "ramadhan", "رمضان", "شهر رمضان", "ماه رمضان"),
    _nowruz: ("nowruz", "norooz", "nouruz", "نوروز", "النوروز", "عيد النوروز", "عید نوروز"),
}
FEASTS: Mapping[str, Callable[[date], Span]] = {
    normalise(name): span for span, names in _NAMES.items() for name in names
}
"""Spans with a name, the one that goes on or comes next."""


FEAST_NAMES: Mapping[str, Callable[[date], Span]] = {names[0]: span for span, names in _NAMES.items()}
"""Each by the name under which it is kept."""


def feast_named(said: str) -> str | None:
    """The name under which the feast is kept that was named; None where none was."""
    meant = FEASTS.get(normalise(said))
    return next((name for name, span in FEAST_NAMES.items() if span is meant), None)


def span_of(feast: str, today: date) -> Span:
    """The days of the feast of that name that goes on or comes next."""
    return FEAST_NAMES[feast](today)


def split_hours(said: str) -> tuple[str, str]:
    """The days, and the hours behind them: `2026-12-20 10-14`, `ramadan Sun-Thu 10:00-15:00`."""
    folded = fold_digits(said[:300]).strip()
    found = _HOURS.search(folded)
    return (folded[: found.start()], found[1]) if found else (folded, "")


def parse_span(said: str, today: date, calendar: str = "gregorian") -> Span | None:
    """First and last day, neither of them over; None where they cannot be read. `calendar`: the reader's own."""
    named = FEASTS.get(normalise(said))
    if named is not None:
        return named(today)
    first_said, *rest = _TO.split(_FROM.sub("", said[:200].strip()), maxsplit=1)
    first = _day(first_said, today, calendar)
    if not rest:
        return None if first is None or first < today else (first, first)
    last = None if first is None else parse_day(rest[0], first, calendar=calendar, farthest=FARTHEST)
    return None if first is None or last is None or last < today else (first, last)


def _day(said: str, today: date, calendar: str) -> date | None:
    """Today or later; else one that is over, but not for long."""
    ahead = parse_day(said, today, calendar=calendar, farthest=FARTHEST)
    return ahead or parse_day(said, today - BEGUN, calendar=calendar, farthest=BEGUN)
