"""Names of days and months, and a day in each of three calendars."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

Names = tuple[str, ...]

WEEKDAYS: Mapping[str, Names] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
}

_GULF = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
_LEVANT = "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول"
_MOROCCO = "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر"
_ALGERIA = "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر"
_MAURITANIA = "يناير فبراير مارس إبريل مايو يونيو يوليو أغشت شتمبر أكتوبر نوفمبر دجمبر"

ARABIC_MONTHS: Mapping[str, Names] = {
    **dict.fromkeys(("IQ", "SY", "LB", "JO", "PS"), tuple(_LEVANT.split("|"))),
    "MA": tuple(_MOROCCO.split()),
    **dict.fromkeys(("DZ", "TN"), tuple(_ALGERIA.split())),
    "MR": tuple(_MAURITANIA.split()),
}
"""By country of delivery; every other country reads the Gulf's and Egypt's names."""

_DARI = ("حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت")

MONTHS: Mapping[tuple[str, str], Names] = {
    ("en", "gregorian"): (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    ("en", "jalali"): (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
    ("en", "umalqura"): (
        "Muharram", "Safar", "Rabi I", "Rabi II", "Jumada I", "Jumada II",
        "Rajab", "Sha'ban", "Ramadan", "Shawwal", "Dhu al-Qa'dah", "Dhu al-Hijjah",
    ),
    ("ar", "gregorian"): tuple(_GULF.split()),
    ("ar", "jalali"): (
        "فروردين", "أرديبهشت", "خرداد", "تير", "مرداد", "شهريور", "مهر", "آبان", "آذر", "دي", "بهمن", "إسفند",
    ),
    ("ar", "umalqura"): (
        "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
        "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
    ),
    ("fa", "gregorian"): (
        "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
    ),
    ("fa", "jalali"): (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
    ("fa", "umalqura"): (
        "محرم", "صفر", "ربیع‌الاول", "ربیع‌الثانی", "جمادی‌الاول", "جمادی‌الثانی",
        "رجب", "شعبان", "رمضان", "شوال", "ذی‌قعده", "ذی‌حجه",
    ),
}  # fmt: skip

CALENDARS = ("gregorian", "jalali", "umalqura")
DEFAULT_CALENDAR: Mapping[str, str] = {"fa": "jalali"}


class Day(Struct, frozen=True):
    """A day as it is written in one calendar."""

    weekday: str
    day: int
    month: str
    year: int


def months(language: str, calendar: str, country: str | None) -> Names:
    """The month names that this reader uses."""
    if language == "ar" and calendar == "gregorian":
        return ARABIC_MONTHS.get(country or "", MONTHS[language, calendar])
    if language == "fa" and calendar == "jalali" and country == "AF":
        return _DARI
    return MONTHS[language, calendar]


def day_in(calendar: str, day: date, language: str, country: str | None) -> Day:
    """The day in a calendar; in Gregorian where the calendar's table ends (Umm al-Qura: 1924 to 2077)."""
    numbers = _NUMBERS[calendar](day)
    if numbers is None:
        calendar, numbers = "gregorian", (day.year, day.month, day.day)
    year, month, number = numbers
    name = months(language, calendar, country)[month - 1]
    return Day(WEEKDAYS[language][day.weekday()], number, name, year)


def _gregorian(day: date) -> tuple[int, int, int] | None:
    return day.year, day.month, day.day


def _jalali(day: date) -> tuple[int, int, int] | None:
    from persiantools.jdatetime import JalaliDate  # the two calendars cost imports that many readers never need

    try:
        found = JalaliDate(day)  # type: ignore[no-untyped-call]
    except ValueError:
        return None
    return found.year, found.month, found.day


def _umalqura(day: date) -> tuple[int, int, int] | None:
    from hijridate import Gregorian

    try:
        found = Gregorian(day.year, day.month, day.day).to_hijri()
    except OverflowError:
        return None
    return found.year, found.month, found.day


_NUMBERS = {"gregorian": _gregorian, "jalali": _jalali, "umalqura": _umalqura}
