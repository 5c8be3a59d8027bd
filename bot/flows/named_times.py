"""An hour as people name it, in English, Arabic and Persian, any digits and three calendars: pure, never raises.

`tomorrow by noon`, `by 14:30`, `within two hours`, «غدًا قبل الظهر», «خلال ساعتين», «فردا تا ظهر», «تا دو ساعت دیگر».
What can be read in two ways is not read.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from bot.domain.hours import day_there, moment
from bot.flows.days import days_named
from bot.flows.understand import fold_digits

FARTHEST = timedelta(days=21)
"""An hour further ahead was misread, or is nothing that one keeps."""
LONGEST = 400
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
NOON = 12 * 60


class Named(Struct, frozen=True):
    """What was named: an instant, or a day without an hour."""

    at: datetime | None = None
    on: date | None = None


# ---- spelling


_PLAIN = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "\u200c": " "})


def spelt(text: str) -> str:
    """One spelling for what reads alike; punctuation of times and dates stays."""
    folded = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    bare = "".join(one for one in folded if unicodedata.category(one) not in ("Mn", "Cf") or one == "\u200c")
    return " ".join(fold_digits(bare).translate(_PLAIN).replace("’", "'").split())


def _words(numbers: Mapping[str, int]) -> dict[str, int]:
    return {spelt(word): number for words, number in numbers.items() for word in words.split()}


NUMBERS = _words(
    {
        "one an a یک واحدة": 1, "two دو اثنين": 2, "three سه ثلاث ثلاثة": 3, "four چهار أربع أربعة": 4,
        "five پنج خمس خمسة": 5, "six شش ست ستة": 6, "seven هفت سبع سبعة": 7, "eight هشت ثماني ثمانية": 8,
        "nine نه تسع تسعة": 9, "ten ده عشر عشرة": 10, "eleven یازده": 11, "twelve دوازده": 12, "fifteen پانزده": 15,
        "twenty بیست عشرين": 20, "thirty سی ثلاثين": 30, "forty چهل أربعين": 40,
    }
)  # fmt: skip
_COUNT = rf"(?:(\d{{1,3}})|({'|'.join(sorted(NUMBERS, key=len, reverse=True))}))"
UNITS: Mapping[str, timedelta] = {
    spelt(word): span
    for words, span in {
        "minutes minute mins min دقائق دقيقة دقیقه": MINUTE,
        "hours hour hrs hr h ساعات ساعة ساعت": HOUR,
        "days day أيام يوم روز": DAY,
    }.items()
    for word in words.split()
}
_UNIT = f"({'|'.join(sorted(UNITS, key=len, reverse=True))})"
_END = r"(?![\w])"
ALREADY_COUNTED: Mapping[str, timedelta] = {
    "half an hour": HOUR / 2, "an hour and a half": 1.5 * HOUR, "نصف ساعه": HOUR / 2, "نيم ساعت": HOUR / 2,
    "ساعه ونصف": 1.5 * HOUR, "يك ساعت و نيم": 1.5 * HOUR, "ساعتين": 2 * HOUR, "دقيقتين": 2 * MINUTE, "يومين": 2 * DAY,
    "ساعه": HOUR,
}  # fmt: skip
_COUNTED = f"({'|'.join(sorted(ALREADY_COUNTED, key=len, reverse=True))})"
_SPANS = (
    re.compile(rf"(?<!\w)(?:within|in)\s+(?:the\s+next\s+)?(?:{_COUNTED}|{_COUNT}\s*{_UNIT}){_END}"),
    re.compile(rf"(?<!\w)(?:خلال|بعد|في غضون|في خلال)\s+(?:{_COUNTED}|{_COUNT}\s*{_UNIT}){_END}"),
    re.compile(rf"(?<!\w)(?:تا|ظرف|طي|در)\s+(?:{_COUNTED}|{_COUNT}\s*{_UNIT})\s+(?:ديگر|ديگه|اينده){_END}"),
    re.compile(rf"(?<!\w)ظرف\s+(?:{_COUNTED}|{_COUNT}\s*{_UNIT})(?!\s+(?:ديگر|ديگه|اينده)){_END}"),
)
"""How long from now, as the three languages say it."""

_MORNING, _AFTERNOON = "am", "pm"
_HALVES = {
    _MORNING: ("a.m.", "am", "in the morning", "صباحا", "صباح", "فجرا", "صبح"),
    _AFTERNOON: (
        "p.m.", "pm", "in the afternoon", "in the evening", "مساء", "مساءا", "عصرا", "بعد الظهر", "ظهرا", "بعد از ظهر",
        "بعدازظهر", "عصر", "شب", "ظهر",
    ),
}  # fmt: skip
_PARTS: Mapping[str, str] = {spelt(word): half for half, words in _HALVES.items() for word in words}
_PART = f"(?:\\s*({'|'.join(re.escape(one) for one in sorted(_PARTS, key=len, reverse=True))}){_END})?"
_AM_PM = r"(a\.m\.|am|p\.m\.|pm|صباحا|مساء|صبح|عصر)"
_CLOCKS = (
    re.compile(rf"(?<![\d:.,/-])(\d{{1,2}}):(\d{{2}})(?![\d:]){_PART}"),
    re.compile(
        rf"(?<!\w)(?:الساعه|ساعت|at|by|before|until|till)\s+(\d{{1,2}})()(?![\d:.,/-])\s*(a\.m\.|am|p\.m\.|pm){_END}"
    ),
    re.compile(rf"(?<!\w)(?:الساعه|ساعت)\s+(\d{{1,2}})()(?![\d:.,/-]){_PART}(?!\s*(?:ديگر|ديگه))"),
    re.compile(rf"(?<![\w:.,/-])(\d{{1,2}})()\s*{_AM_PM}{_END}"),
)
_NOON = re.compile(r"(?<!\w)(?:noon|midday|(?:قبل|عند|حتي|تا|سر) (?:ال)?ظهر)(?!\w)(?! (?:\d))")
_NUMBER = rf"(?:\d{{1,2}}(?![\d:/-])|(?:{'|'.join(sorted(NUMBERS, key=len, reverse=True))}))"
_UNREAD = re.compile(
    rf"(?<!\w)at\s+{_NUMBER}{_END}"
    rf"|(?<!\w)(?:by|before|around|about|until|till)\s+{_NUMBER}(?=\s*(?:$|[.,;!?)]|or\b|and\b|tomorrow|today|on\b))"
    r"|o'clock|(?<!\w)(?:half past|quarter (?:past|to))(?!\w)"
    rf"|(?<!\w)(?:الساعه|ساعت)\s+(?:ال\w+|{_NUMBER}{_END})"
    rf"|(?<!\w)(?:تا|سر|حدود|حوالي)\s+{_NUMBER}(?=\s*(?:$|[.,،;!?؟)]|بعد|عصر|ظهر|صبح|شب|فردا|خبر|مي|براي))"
)
"""An hour that is named and was not read: then the day alone is not what was meant."""


# ---- reading


def named(
    text: str, now: datetime, zone: str, calendar: str = "gregorian", *, farthest: timedelta = FARTHEST
) -> Named | None:
    """The one hour or day ahead that a text names; None where it names none, or several."""
    said = spelt(text)
    today = day_there(now, zone)
    spans = {span for pattern in _SPANS for span in _spans(pattern, said)}
    rest = said
    for pattern in _SPANS:
        rest = pattern.sub(" ", rest)
    left = _without_clocks(rest)
    found = _together(spans, {*_clocks(rest)}, days_named(left, today, calendar), now, zone)
    if found is None or _UNREAD.search(left) or not _is_ahead(found, now, today, farthest):
        return None
    return found


def _together(spans: set[timedelta], clocks: set[int], days: set[date], now: datetime, zone: str) -> Named | None:
    """What the parts say together: a span alone, or at most one hour and one day."""
    if spans:
        alone = len(spans) == 1 and not clocks and not days
        return Named(at=now + min(spans)) if alone else None
    if len(clocks) > 1 or len(days) > 1 or not (clocks or days):
        return None
    day = min(days) if days else day_there(now, zone)
    return Named(at=moment(day, min(clocks), zone)) if clocks else Named(on=day)


def _is_ahead(found: Named, now: datetime, today: date, farthest: timedelta) -> bool:
    if found.at is not None:
        return now < found.at <= now + farthest
    return found.on is not None and today <= found.on <= today + farthest


def _spans(pattern: re.Pattern[str], said: str) -> Iterator[timedelta]:
    for whole, digits, word, unit in pattern.findall(said):
        if whole:
            yield ALREADY_COUNTED[whole]
        elif digits or word:
            yield (int(digits) if digits else NUMBERS[word]) * UNITS[unit]


def _clocks(said: str) -> Iterator[int]:
    """Minutes of the day; an hour without its half of the day is one of the working day."""
    taken = said
    for pattern in _CLOCKS:
        for hour, minute, part in pattern.findall(taken):
            at = _minutes(int(hour), int(minute or 0), part, exact=bool(minute))
            if at is not None:
                yield at
        taken = pattern.sub(" ", taken)
    if _NOON.search(taken):
        yield NOON


def _minutes(hour: int, minute: int, part: str, *, exact: bool) -> int | None:
    half = _PARTS.get(part)
    if hour > 23 or minute > 59 or (half is not None and hour > 12 and half is _MORNING):
        return None
    if half is _AFTERNOON and hour < 12 and not (part in ("ظهرا", "ظهر") and hour >= 10):
        hour += 12
    elif half is _MORNING and hour == 12:
        hour = 0
    elif half is None and not exact and 1 <= hour <= 6:
        hour += 12
    return hour * 60 + minute


def _without_clocks(said: str) -> str:
    for pattern in _CLOCKS:
        said = pattern.sub(" ", said)
    return said
