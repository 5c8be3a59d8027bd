"""A day as people write it, in any of our languages, digit sets and calendars, becomes a date: pure, never raises."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

from bot.flows import phrases
from bot.flows.understand import fold_digits, normalise

FARTHEST = timedelta(days=180)
"""A day further ahead was misread, or is nothing a parcel could keep."""

_TO_GREGORIAN: Mapping[str, Callable[[int, int, int], date]] = {
    "gregorian": date,
    "jalali": lambda y, m, d: _jalali(y, m, d),
    "hijri": lambda y, m, d: _hijri(y, m, d),
}
_MONTH_TABLES = {
    "gregorian": phrases.MONTHS, "jalali": phrases.JALALI_MONTHS, "hijri": phrases.HIJRI_MONTHS,
}  # fmt: skip
_YEARS = {"jalali": range(1390, 1440), "hijri": range(1441, 1490), "gregorian": range(2020, 2100)}
_DASH = r"\s*[./\-\u2010-\u2015]\s*"
_NUMERIC = re.compile(rf"(?<![\d./-])(\d{{1,4}}){_DASH}(\d{{1,2}})(?:{_DASH}(\d{{1,4}}))?(?![./-]?\d)")
_DAY = re.compile(r"\d{1,2}")


def _jalali(year: int, month: int, day: int) -> date:
    found: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def _hijri(year: int, month: int, day: int) -> date:
    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day)


def _table(words_of: Mapping[int, str]) -> dict[str, int]:
    folded = {normalise(word): number for number, text in words_of.items() for word in text.split()}
    return folded | {word.replace(" ", ""): number for word, number in folded.items()}


_MONTHS = {calendar: _table(words) for calendar, words in _MONTH_TABLES.items()}
_WEEKDAYS = _table(phrases.WEEKDAYS)
_AHEAD = _table(phrases.DAYS_AHEAD)


def _date(calendar: str, year: int, month: int, day: int) -> date | None:
    try:
        return _TO_GREGORIAN[calendar](year, month, day)
    except (ValueError, OverflowError):
        return None


def _this_year(calendar: str, today: date) -> int:
    if calendar == "jalali":
        return int(JalaliDate.to_jalali(today.year, today.month, today.day).year)  # type: ignore[no-untyped-call]
    if calendar == "hijri":
        return int(today.year - 622 + (today.year - 622) // 32)
    return today.year


def _next(calendar: str, month: int, day: int, today: date) -> date | None:
    """The next such day: this year's, or next year's if that is over."""
    year = _this_year(calendar, today)
    found = [_date(calendar, y, month, day) for y in (year - 1, year, year + 1)]
    return next((d for d in found if d is not None and d >= today), None)


def _with_year(first: int, second: int, third: int) -> date | None:
    """Year first or last, whichever is no day; the calendar is the one whose years these are."""
    year, month, day = (first, second, third) if first > 31 else (third, second, first)
    if year < 100:
        year += 2000
    calendar = next((name for name, years in _YEARS.items() if year in years), None)
    return _date(calendar, year, month, day) if calendar else None


def _numeric(text: str, today: date, calendar: str) -> Iterator[date | None]:
    for match in _NUMERIC.finditer(text):
        first, second, third = (int(part) if part else None for part in match.groups())
        if first is None or second is None:
            continue
        if third is not None:
            yield _with_year(first, second, third)
        else:
            day, month = (first, second) if second <= 12 else (second, first)
            yield _next(calendar, month, day, today)


def _phrases(text: str) -> Iterator[str]:
    """Every word, and every two neighbours: half of the names have two parts."""
    words = text.split()
    yield from (f"{a} {b}" for a, b in pairwise(words))
    yield from words


def _month_named(text: str, today: date) -> Iterator[date | None]:
    day = _DAY.search(text)
    if day is None:
        return
    for calendar, table in _MONTHS.items():
        months = (table[phrase] for phrase in _phrases(text) if phrase in table)
        yield from (_next(calendar, month, int(day.group()), today) for month in months)


def _spoken(text: str, today: date) -> Iterator[date | None]:
    yield from (of_speech(phrase, today) for phrase in _phrases(text))


def of_month(name: str, day: int, today: date, near: timedelta) -> date | None:
    """That day of a month called so (normalised), the nearest one; None where no month is."""
    for calendar, table in _MONTHS.items():
        if name in table:
            year = _this_year(calendar, today)
            found = (_date(calendar, one, table[name], day) for one in (year - 1, year, year + 1))
            return min(
                (one for one in found if one and abs(one - today) <= near),
                key=lambda one: abs(one - today),
                default=None,
            )
    return None


def of_speech(phrase: str, today: date) -> date | None:
    """The day that a normalised word or two mean, counted from today; a weekday is the next such day."""
    if phrase in _AHEAD:
        return today + timedelta(days=_AHEAD[phrase])
    if phrase in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS[phrase] - today.weekday()) % 7)
    return None


def days_named(text: str, today: date, calendar: str = "gregorian") -> set[date]:
    """Every day, today or later, that a text of any length may name: whoever wants one of them asks for one alone."""
    folded = normalise(text)
    own = "hijri" if calendar == "umalqura" else calendar if calendar in _MONTHS else "gregorian"
    readings = (*_numeric(fold_digits(text), today, own), *_named_months(folded, today), *_named_days(folded, today))
    return {day for day in readings if day is not None and day >= today}


def _named_months(folded: str, today: date) -> Iterator[date | None]:
    """A month and the number beside it: the nearest word is its day."""
    words = folded.split()
    for place, word in enumerate(words):
        near = [
            one for one in (*words[max(place - 1, 0) : place], *words[place + 1 : place + 2]) if _DAY_OF.fullmatch(one)
        ]
        for calendar, table in _MONTHS.items():
            if word in table and near:
                yield _next(calendar, table[word], int(_DAY_OF.fullmatch(near[0])[1]), today)  # type: ignore[index]


def _named_days(folded: str, today: date) -> Iterator[date]:
    """Words for days, the longest first: «بعد غد» is not «غد», «پنج شنبه» is not «شنبه»."""
    words = folded.split()
    place = 0
    while place < len(words):
        for length in (3, 2, 1):
            phrase = " ".join(words[place : place + length])
            if phrase in _AHEAD or phrase in _WEEKDAYS or phrase in _LONG_AHEAD:
                yield _day_of(phrase, today)
                place += length - 1
                break
        place += 1


_DAY_OF = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_LONG_AHEAD = {"day after tomorrow": 2, "the day after tomorrow": 2}


def _day_of(phrase: str, today: date) -> date:
    ahead = _LONG_AHEAD.get(phrase, _AHEAD.get(phrase))
    if ahead is not None:
        return today + timedelta(days=ahead)
    return today + timedelta(days=(_WEEKDAYS[phrase] - today.weekday()) % 7)


def calendar_of(locale: str) -> str:
    """The calendar in which speakers of a language write dates."""
    return "jalali" if locale.startswith("fa") else "gregorian"


def parse_day(text: str, today: date, *, calendar: str = "gregorian", farthest: timedelta = FARTHEST) -> date | None:
    """The day meant, today or later; None if none can be read. `calendar`: the reader's own (5/9 is read in it)."""
    folded = normalise(text)
    if len(folded.split()) > 12:
        return None
    own = "hijri" if calendar == "umalqura" else calendar if calendar in _MONTHS else "gregorian"
    readings = (*_numeric(fold_digits(text[:200]), today, own), *_month_named(folded, today), *_spoken(folded, today))
    return next((d for d in readings if d is not None and today <= d <= today + farthest), None)
