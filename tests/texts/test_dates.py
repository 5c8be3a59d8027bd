"""Days, hours and deadlines as readers of three languages and calendars write them."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hijridate import Gregorian
from hypothesis import given, settings
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from bot.texts import dates
from bot.texts.bidi import fold_digits
from bot.texts.calendars import DEFAULT_CALENDAR, MONTHS, WEEKDAYS, months
from bot.texts.forms import FORMS
from bot.texts.reading import Reader, Reading, read_by, zone_of
from tests.texts.worlds import LANGUAGES, READERS, at

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
THURSDAY = "2026-11-26"
DAYS = st.dates(date(2000, 1, 1), date(2076, 12, 31))


def reading(language: str, *, edited: bool = False, now: datetime | None = NOW, **choice: str) -> Reading:
    return read_by(Reader(language, choice.pop("zone", "UTC"), **choice), now, edited=edited)


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (Reader("en"), "Thursday 26 November"),
        (Reader("ar"), "الخميس 26 نوفمبر"),
        (Reader("ar", digits="arab"), "الخميس ٢٦ نوفمبر"),
        (Reader("ar", country="EG"), "الخميس 26 نوفمبر"),
        (Reader("ar", country="IQ"), "الخميس 26 تشرين الثاني"),
        (Reader("ar_LB", country="SA"), "الخميس 26 تشرين الثاني"),
        (Reader("ar-MA"), "الخميس 26 نونبر"),
        (Reader("ar", calendar="umalqura"), "الخميس 16 جمادى الآخرة (26 نوفمبر)"),
        (Reader("ar", calendar="jalali"), "الخميس 5 آذر"),
        (Reader("fa"), "پنجشنبه ۵ آذر"),
        (Reader("fa", digits="latn"), "پنجشنبه 5 آذر"),
        (Reader("fa", digits="arab"), "پنجشنبه ۵ آذر"),
        (Reader("fa_AF"), "پنجشنبه ۵ قوس"),
        (Reader("fa", calendar="gregorian"), "پنجشنبه ۲۶ نوامبر"),
        (Reader("fa", calendar="lunar"), "پنجشنبه ۵ آذر"),
        (Reader("en", calendar="jalali"), "Thursday 5 Azar"),
        (Reader("pt"), "Thursday 26 November"),
    ],
)
def test_a_day_follows_the_readers_calendar_country_and_digits(reader: Reader, text: str) -> None:
    assert FORMS["day"](THURSDAY, read_by(reader, NOW)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Thursday 7 January 2027"), ("ar", "الخميس 7 يناير 2027"), ("fa", "پنجشنبه ۱۷ دی")],
)
def test_the_year_is_named_only_where_it_differs_in_that_calendar(language: str, text: str) -> None:
    assert FORMS["day"]("2027-01-07", reading(language)) == text


def test_without_a_now_no_year_is_named() -> None:
    assert FORMS["day"]("2031-01-07", reading("en", now=None)) == "Tuesday 7 January"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("calendar", ["gregorian", "jalali", "umalqura"])
@given(day=DAYS)
def test_the_weekday_fits_and_no_number_has_a_leading_zero(language: str, calendar: str, day: date) -> None:
    text = dates.day(day, reading(language, calendar=calendar))
    assert text.startswith(WEEKDAYS[language][day.weekday()])
    assert not re.search(r"(?<!\d)0\d", fold_digits(text))


@given(day=DAYS)
def test_jalali_is_that_of_the_calendar_library(day: date) -> None:
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    text = fold_digits(dates.day(day, reading("fa")))
    assert f" {jalali.day} {MONTHS['fa', 'jalali'][jalali.month - 1]}" in text


@given(day=DAYS)
def test_umm_al_qura_is_the_table_and_carries_the_gregorian_day(day: date) -> None:
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    text = dates.day(day, reading("ar", calendar="umalqura"))
    assert f" {hijri.day} {MONTHS['ar', 'umalqura'][hijri.month - 1]}" in text
    assert f"({day.day} {MONTHS['ar', 'gregorian'][day.month - 1]}" in text


@pytest.mark.parametrize("day", ["1900-01-01", "2090-01-01"])
def test_outside_the_umm_al_qura_table_the_day_is_gregorian(day: str) -> None:
    assert "يناير" in FORMS["day"](day, reading("ar", calendar="umalqura"))


def test_a_day_before_the_jalali_calendar_is_gregorian() -> None:
    assert "ژانویه" in dates.day(date(1, 1, 1), reading("fa"))


@pytest.mark.parametrize(("language", "calendar"), list(MONTHS))
def test_every_calendar_has_twelve_months(language: str, calendar: str) -> None:
    assert len(set(MONTHS[language, calendar])) == 12


@pytest.mark.parametrize("country", ["IQ", "SY", "LB", "JO", "PS", "MA", "DZ", "TN", "MR", "SA", "AE", "EG", None])
def test_every_arabic_country_has_twelve_months(country: str | None) -> None:
    assert len(set(months("ar", "gregorian", country))) == 12


DEADLINES = {
    "by": {
        "en": "by 12:00 on Thursday 26 November",
        "ar": "قبل الساعة 12 ظهر الخميس 26 نوفمبر",
        "fa": "تا ساعت ۱۲ ظهر پنجشنبه ۵ آذر",
    },
    "by_near": {
        "en": "by 12:00 on Thursday",
        "ar": "قبل الساعة 12 ظهر الخميس",
        "fa": "تا ساعت ۱۲ ظهر پنجشنبه",
    },
    "by_weekday": {
        "en": "by 12:00 on Thursday",
        "ar": "قبل الساعة 12 ظهر الخميس",
        "fa": "پنجشنبه تا ساعت ۱۲ ظهر",
    },
    "by_hour": {"en": "by 12:00", "ar": "قبل الساعة 12 ظهرًا", "fa": "تا ساعت ۱۲ ظهر"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", DEADLINES)
def test_a_deadline_reads_as_in_the_model_messages(form: str, language: str) -> None:
    on_his_clock = read_by(READERS[language], NOW)
    assert FORMS[form](at(language, 26, 12), on_his_clock) == DEADLINES[form][language]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "by 18:00 today"), ("ar", "قبل الساعة 6 مساء اليوم"), ("fa", "امروز تا ساعت ۱۸")],
)
def test_a_deadline_of_today_says_today_unless_it_is_edited_later(language: str, text: str) -> None:
    assert FORMS["by"]("2026-11-24T18:00:00Z", reading(language)) == text
    assert FORMS["by"]("2026-11-24T18:00:00Z", reading(language, edited=True)) != text


@pytest.mark.parametrize("form", ["weekday", "by_weekday", "at_weekday", "open_until"])
def test_a_weekday_that_is_not_near_is_named_with_its_date(form: str) -> None:
    assert "Thursday 3 December" in FORMS[form]("2026-12-03T12:00:00Z", reading("en"))
    assert "Thursday 26 November" in FORMS[form](f"{THURSDAY}T12:00:00Z", reading("en", now=None))
    assert "November" not in FORMS[form](f"{THURSDAY}T12:00:00Z", reading("en"))


ARABIC_HOURS = {
    "فجرًا": range(3, 6),
    "صباحًا": range(6, 12),
    "ظهرًا": range(12, 13),
    "بعد الظهر": range(13, 18),
    "مساءً": range(18, 24),
    "بعد منتصف الليل": range(3),
}


@pytest.mark.parametrize(("part", "hours"), ARABIC_HOURS.items())
def test_arabic_hours_name_the_part_of_the_day(part: str, hours: range) -> None:
    for hour in hours:
        moment = NOW.replace(hour=hour, minute=30)
        assert dates.time(moment, reading("ar")) == f"{hour % 12 or 12}:30 {part}"
        assert dates.time(moment.replace(minute=0), reading("ar")) == f"{hour % 12 or 12} {part}"


@pytest.mark.parametrize(
    ("hour", "minute", "english", "persian"),
    [(9, 40, "9:40", "۹:۴۰"), (10, 0, "10:00", "۱۰ صبح"), (12, 0, "12:00", "۱۲ ظهر"), (14, 20, "14:20", "۱۴:۲۰"),
     (20, 0, "20:00", "۲۰"), (0, 5, "00:05", "۰:۰۵"), (0, 0, "00:00", "۰:۰۰")],
)  # fmt: skip
def test_english_and_persian_hours_run_to_twenty_four(hour: int, minute: int, english: str, persian: str) -> None:
    moment = NOW.replace(hour=hour, minute=minute)
    assert (dates.time(moment, reading("en")), dates.time(moment, reading("fa"))) == (english, persian)


@pytest.mark.parametrize(
    ("window", "english", "arabic", "persian"),
    [
        (("14:00", "18:00"), "between 14:00 and 18:00", "بين 2 و6 بعد الظهر", "بین ساعت ۱۴ و ۱۸"),
        (("10:00", "14:00"), "between 10:00 and 14:00", "بين 10 صباحًا و2 بعد الظهر", "بین ساعت ۱۰ و ۱۴"),
        (("9:00", "11:30"), "between 9:00 and 11:30", "بين 9 و11:30 صباحًا", "بین ساعت ۹ و ۱۱:۳۰"),
        (("9:00", "12:00"), "between 9:00 and 12:00", "بين 9 صباحًا و12 ظهرًا", "بین ساعت ۹ و ۱۲"),
        (("18:00", "22:00"), "between 18:00 and 22:00", "بين 6 و10 مساءً", "بین ساعت ۱۸ و ۲۲"),
    ],
)
def test_a_window_of_hours(window: tuple[str, str], english: str, arabic: str, persian: str) -> None:
    said = [dates.hours(*window, reading(language)) for language in LANGUAGES]
    assert said == [english, arabic, persian]


def test_a_window_of_days_names_a_shared_persian_month_once() -> None:
    window = {"from": "2026-11-29", "to": "2026-12-01"}
    said = {language: FORMS["between"](window, reading(language)) for language in LANGUAGES}
    assert said["en"] == "between Sunday 29 November and Tuesday 1 December"
    assert said["ar"] == "بين الأحد 29 نوفمبر والثلاثاء 1 ديسمبر"
    assert said["fa"] == "بین یکشنبه ۸ و سه‌شنبه ۱۰ آذر"
    assert FORMS["between"]({"from": "2026-12-20", "to": "2026-12-23"}, reading("fa")) == (
        "بین یکشنبه ۲۹ آذر و چهارشنبه ۲ دی"
    )


def test_an_instant_is_told_on_the_readers_own_clock() -> None:
    late = "2026-11-24T21:30:00Z"
    assert FORMS["moment"](late, reading("en")) == "Tuesday 24 November, 21:30"
    assert FORMS["moment"](late, reading("en", zone="Asia/Tehran")) == "Wednesday 25 November, 1:00"
    assert FORMS["day"](late, reading("en", zone="Asia/Tehran")) == "Wednesday 25 November"
    assert FORMS["day"](late, reading("en", zone="America/Lima")) == "Tuesday 24 November"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "x" * 300, "Asia/\x00"])
def test_a_zone_that_is_none_is_utc(zone: str) -> None:
    assert zone_of(zone) == ZoneInfo("UTC")


@settings(max_examples=40)
@given(minutes=st.integers(0, 10_000_000), hours=st.integers(1, 24 * 20))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["by", "by_weekday", "by_near", "by_time", "moment", "at_time", "at_weekday"])
def test_any_instant_can_be_told_in_any_form(form: str, language: str, minutes: int, hours: int) -> None:
    written = NOW + timedelta(minutes=minutes)
    text = FORMS[form](written + timedelta(hours=hours), read_by(READERS[language], written))
    assert text == text.strip()
    assert "  " not in text


def test_a_default_calendar_is_the_languages() -> None:
    assert reading("fa").calendar == DEFAULT_CALENDAR["fa"] == "jalali"
    assert reading("ar").calendar == "gregorian"
