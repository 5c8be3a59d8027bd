"""Days, hours and deadlines as a reader writes them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.texts.calendars import Day, day_in
from bot.texts.reading import Reading

FORMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "day": "{weekday} {day} {month}",
        "on": "on {day}",
        "today": "today",
        "moment": "{day}, {time}",
        "since_today": "{time}",
        "between": "between {a} and {b}",
        "hours": "between {a} and {b}",
        "by": "by {hour} on {day}",
        "by_today": "by {hour} today",
        "by_weekday": "by {hour} on {day}",
        "by_hour": "by {hour}",
        "by_clock": "by {clock}",
        "until": "until {hour} on {day}",
        "until_today": "until {hour} today",
        "at_time": "on {day} at {time}",
        "at_today": "at {time}",
        "back": "on {day} at {time}",
        "today_at": "today at {time}",
        "open_until": "on {day} until {time}",
        "open_today": "today until {time}",
        "comma": ", ",
    },
    "ar": {
        "day": "{weekday} {day} {month}",
        "on": "{day}",
        "today": "اليوم",
        "moment": "{day}، {time}",
        "since_today": "الساعة {time}",
        "between": "بين {a} و{b}",
        "hours": "بين {a} و{b}",
        "by": "قبل الساعة {joined} {day}",
        "by_today": "قبل الساعة {today} اليوم",
        "by_weekday": "قبل الساعة {joined} {day}",
        "by_hour": "قبل الساعة {hour}",
        "by_clock": "قبل الساعة {clock}",
        "until": "حتى الساعة {joined} {day}",
        "until_today": "حتى الساعة {today} اليوم",
        "at_time": "{day} عند الساعة {time}",
        "at_today": "عند الساعة {time}",
        "back": "{day} الساعة {time}",
        "today_at": "اليوم الساعة {time}",
        "open_until": "{day} حتى الساعة {time}",
        "open_today": "اليوم حتى الساعة {time}",
        "comma": "، ",
    },
    "fa": {
        "day": "{weekday} {day} {month}",
        "on": "{day}",
        "today": "امروز",
        "moment": "{day}، ساعت {time}",
        "since_today": "ساعت {time}",
        "between": "بین {a} و {b}",
        "hours": "بین ساعت {a} و {b}",
        "by": "تا ساعت {hour} {day}",
        "by_today": "امروز تا ساعت {hour}",
        "by_weekday": "{day} تا ساعت {hour}",
        "by_hour": "تا ساعت {hour}",
        "by_clock": "تا ساعت {clock}",
        "until": "{day} تا ساعت {hour}",
        "until_today": "امروز تا ساعت {hour}",
        "at_time": "{day} ساعت {time}",
        "at_today": "ساعت {time}",
        "back": "{day} ساعت {time}",
        "today_at": "امروز ساعت {time}",
        "open_until": "{day} تا ساعت {time}",
        "open_today": "امروز تا ساعت {time}",
        "comma": "، ",
    },
}

NEAR = timedelta(days=6)
"""Within so many days a weekday alone is not ambiguous."""

ARABIC_PARTS: Mapping[str, tuple[str, str, range]] = {
    "night": ("بعد منتصف الليل", "بعد منتصف ليل", range(0, 3)),
    "dawn": ("فجرًا", "فجر", range(3, 6)),
    "morning": ("صباحًا", "صباح", range(6, 12)),
    "noon": ("ظهرًا", "ظهر", range(12, 13)),
    "afternoon": ("بعد الظهر", "بعد ظهر", range(13, 18)),
    "evening": ("مساءً", "مساء", range(18, 24)),
}
"""Part of the day: after an hour, and joined to a day that follows (12 ظهر الخميس)."""

PERSIAN_PARTS: Mapping[int, str] = dict.fromkeys(range(6, 12), "صبح") | {12: "ظهر"}
"""Words that a round hour may take; every other hour is plain on the 24-hour clock."""


def number(value: int, reading: Reading) -> str:
    """A count."""
    return reading.number(str(value))


SPELLED: Mapping[str, tuple[str, ...]] = {
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "ar": ("اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"),
    "fa": ("دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده"),
}
"""Two to ten in words; the Arabic ones as they stand before a masculine noun (one and two have forms of their own)."""


def spelled(value: int, reading: Reading) -> str:
    """A small count in words, another one in digits."""
    words = SPELLED[reading.language]
    return words[value - 2] if 2 <= value < 2 + len(words) else number(value, reading)


def day(on: date, reading: Reading) -> str:
    """Weekday, day and month, the year only where it differs; Umm al-Qura with the Gregorian day in brackets."""
    return _with_gregorian(_day(on, reading), on, reading)


def _with_gregorian(text: str, on: date, reading: Reading) -> str:
    if reading.calendar != "umalqura":
        return text
    civil = day_in("gregorian", on, reading.language, reading.country)
    year = f" {civil.year}" if _other_year(civil, "gregorian", reading) else ""
    return f"{text} ({reading.number(f'{civil.day} {civil.month}{year}')})"


def _day(on: date, reading: Reading, *, month: bool = True) -> str:
    found = _found(on, reading)
    if not month:
        return f"{found.weekday} {number(found.day, reading)}"
    text = FORMS[reading.language]["day"].format(
        weekday=found.weekday, day=number(found.day, reading), month=found.month
    )
    return f"{text} {number(found.year, reading)}" if _other_year(found, reading.calendar, reading) else text


def _found(on: date, reading: Reading) -> Day:
    return day_in(reading.calendar, on, reading.language, reading.country)


def _other_year(found: Day, calendar: str, reading: Reading) -> bool:
    if reading.today is None:
        return False
    return found.year != day_in(calendar, reading.today, reading.language, reading.country).year


def short_day(on: date, reading: Reading) -> str:
    """Day and month without the weekday, for a limit far away."""
    found = _found(on, reading)
    year = f" {found.year}" if _other_year(found, reading.calendar, reading) else ""
    return _with_gregorian(reading.number(f"{found.day} {found.month}{year}"), on, reading)


def month(on: date, reading: Reading) -> str:
    """Month and year."""
    found = _found(on, reading)
    return reading.number(f"{found.month} {found.year}")


def weekday(on: date, reading: Reading) -> str:
    """The weekday alone where it is near enough to be clear, else the whole day."""
    today = reading.today
    if today is None or not (abs(on - today) <= NEAR):
        return day(on, reading)
    return _found(on, reading).weekday


def on_day(on: date, reading: Reading) -> str:
    """ "today" where that may be said, else "on" the day."""
    forms = FORMS[reading.language]
    if reading.relative and on == reading.today:
        return forms["today"]
    return forms["on"].format(day=day(on, reading))


def between(first: date, last: date, reading: Reading) -> str:
    """A window of days: both in full; in Persian a month that both share is named once."""
    one, other = _found(first, reading), _found(last, reading)
    shared = reading.language == "fa" and (one.month, one.year) == (other.month, other.year)
    a = _day(first, reading, month=False) if shared else day(first, reading)
    return FORMS[reading.language]["between"].format(a=a, b=day(last, reading))


def time(at: datetime, reading: Reading) -> str:
    """The time of day, as it stands alone."""
    return _CLOCKS[reading.language](at.hour, at.minute, reading)[0]


def _english(hour: int, minute: int, reading: Reading) -> tuple[str, str]:
    text = f"{hour}:{minute:02}" if hour else f"00:{minute:02}"
    return text, text


def _clocked(hour: int, minute: int, reading: Reading) -> str:
    return _english(hour, minute, reading)[0]


def _arabic(hour: int, minute: int, reading: Reading) -> tuple[str, str]:
    digits = _twelve(hour, minute, reading)
    alone, joined, _ = ARABIC_PARTS[_arabic_part(hour)]
    return f"{digits} {alone}", f"{digits} {joined}"


def _twelve(hour: int, minute: int, reading: Reading) -> str:
    return reading.number(f"{hour % 12 or 12}:{minute:02}" if minute else f"{hour % 12 or 12}")


def _arabic_part(hour: int) -> str:
    return next(name for name, part in ARABIC_PARTS.items() if hour in part[2])


def _persian(hour: int, minute: int, reading: Reading) -> tuple[str, str]:
    text = _twenty_four(hour, minute, reading)
    if not minute and hour in PERSIAN_PARTS:
        text = f"{text} {PERSIAN_PARTS[hour]}"
    return text, text


def _twenty_four(hour: int, minute: int, reading: Reading) -> str:
    return reading.number(f"{hour}:{minute:02}" if minute or not hour else str(hour))


_CLOCKS = {"en": _english, "ar": _arabic, "fa": _persian}


def moment(at: datetime, reading: Reading) -> str:
    """Day and time of something that has been."""
    return FORMS[reading.language]["moment"].format(day=day(at.date(), reading), time=time(at, reading))


def since(at: datetime, reading: Reading) -> str:
    """When something began: the time, with the day unless it is today."""
    form = FORMS[reading.language]["since_today" if _is_today(at, reading) else "moment"]
    return form.format(day=day(at.date(), reading), time=time(at, reading))


def at_time(at: datetime, reading: Reading) -> str:
    """When something was noted: the time, with the day unless it is today."""
    forms = FORMS[reading.language]
    form = forms["at_today" if _is_today(at, reading) else "at_time"]
    return form.format(day=day(at.date(), reading), time=time(at, reading))


def at_weekday(at: datetime, reading: Reading) -> str:
    """When something will be: the weekday where that is clear, and the hour."""
    forms = FORMS[reading.language]
    form = forms["today_at" if _is_today(at, reading) else "back"]
    return form.format(day=weekday(at.date(), reading), time=time(at, reading))


def open_until(at: datetime, reading: Reading) -> str:
    """The day and until when somebody is there."""
    forms = FORMS[reading.language]
    form = forms["open_today" if _is_today(at, reading) else "open_until"]
    return form.format(day=weekday(at.date(), reading), time=time(at, reading))


def by(at: datetime, reading: Reading, form: str = "by") -> str:
    """A deadline: `by` names the whole day, `by_weekday` and `by_near` the weekday where that is clear,
    `by_time` no day if it is today, `by_hour` none at all, `by_clock` not even the part of the day;
    `by_bare` none of both if it is today."""
    forms = FORMS[reading.language]
    filled = _hours_of(at, reading)
    if form == "by_clock" or (form == "by_bare" and _is_today(at, reading)):
        return forms["by_clock"].format(**filled)
    if form == "by_hour" or (form == "by_time" and _is_today(at, reading)):
        return forms["by_hour"].format(**filled)
    if _is_today(at, reading):
        return forms["by_today"].format(**filled)
    near = form in ("by_weekday", "by_near")
    named = weekday(at.date(), reading) if near else day(at.date(), reading)
    return forms["by_weekday" if form == "by_weekday" else "by"].format(day=named, **filled)


def _hours_of(at: datetime, reading: Reading) -> dict[str, str]:
    """The hour as it stands alone, before a day, before the word for today, and bare."""
    clock = {"ar": _twelve, "fa": _twenty_four}.get(reading.language, _clocked)(at.hour, at.minute, reading)
    alone, joined = _CLOCKS[reading.language](at.hour, at.minute, reading)
    today = alone if at.hour in ARABIC_PARTS["afternoon"][2] else joined
    return {"hour": alone, "joined": joined, "today": today, "clock": clock}


def until(at: datetime, reading: Reading) -> str:
    """To the hour up to which something holds."""
    form = FORMS[reading.language]["until_today" if _is_today(at, reading) else "until"]
    return form.format(day=weekday(at.date(), reading), **_hours_of(at, reading))


def part_of_day(hour: int) -> str:
    """The part of the day in which an hour lies, by the Arabic table."""
    return _arabic_part(hour)


def _is_today(at: datetime, reading: Reading) -> bool:
    return reading.relative and at.date() == reading.today


def comma(reading: Reading) -> str:
    """What stands between the members of a list."""
    return FORMS[reading.language]["comma"]


def hours(start: str, end: str, reading: Reading) -> str:
    """A window of hours of one day, as `14:00`; Arabic names a part of the day that both share once."""
    (h1, m1), (h2, m2) = _clock(start), _clock(end)
    a, b = _WINDOWS[reading.language](h1, m1, h2, m2, reading)
    return FORMS[reading.language]["hours"].format(a=a, b=b)


def _english_window(h1: int, m1: int, h2: int, m2: int, reading: Reading) -> tuple[str, str]:
    return _english(h1, m1, reading)[0], _english(h2, m2, reading)[0]


def _arabic_window(h1: int, m1: int, h2: int, m2: int, reading: Reading) -> tuple[str, str]:
    first, last = _arabic_part(h1), _arabic_part(h2)
    if first != last and not m2 and h2 != 12:
        last = _arabic_part(h2 - 1) if h2 and _arabic_part(h2 - 1) == first else last
    a, b = _twelve(h1, m1, reading), _twelve(h2, m2, reading)
    return (a if first == last else f"{a} {ARABIC_PARTS[first][0]}"), f"{b} {ARABIC_PARTS[last][0]}"


def _persian_window(h1: int, m1: int, h2: int, m2: int, reading: Reading) -> tuple[str, str]:
    a, b = (reading.number(f"{h}:{m:02}" if m else str(h)) for h, m in ((h1, m1), (h2, m2)))
    return a, b


_WINDOWS = {"en": _english_window, "ar": _arabic_window, "fa": _persian_window}


def _clock(text: str) -> tuple[int, int]:
    hour, _, minute = text.strip().partition(":")
    return int(hour), int(minute[:2] or 0)
