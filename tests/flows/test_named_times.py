"""Hours as people name them, and words given by agents: three languages, any digits, three calendars."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from bot.domain.sla import Staffing
from bot.flows.given_word import begins_at, due_at, word_given
from bot.flows.named_times import FARTHEST, Named, named

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, سه‌شنبه ۳ آذر ۱۴۰۵."""
TODAY = NOW.date()
DIGITS = st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])


def clock(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("tomorrow by noon", clock(25, 12)),
        ("by 14:30", clock(24, 14, 30)),
        ("by 5 pm", clock(24, 17)),
        ("tomorrow 9:00", clock(25, 9)),
        ("on Sunday at 10 a.m.", clock(29, 10)),
        ("within two hours", clock(24, 11)),
        ("in half an hour", clock(24, 9, 30)),
        ("in 45 minutes", clock(24, 9, 45)),
        ("26 November at 10:15", clock(26, 10, 15)),
        ("2026-11-27 10:00", clock(27, 10)),
        ("غدًا قبل الظهر", clock(25, 12)),
        ("خلال ساعتين", clock(24, 11)),
        ("خلال ساعة", clock(24, 10)),
        ("بعد 3 ساعات", clock(24, 12)),
        ("الساعة 3 بعد الظهر", clock(24, 15)),
        ("غدًا الساعة ١٠", clock(25, 10)),
        ("الخميس 26 نوفمبر الساعة 12 ظهرًا", clock(26, 12)),
        ("فردا تا ظهر", clock(25, 12)),
        ("تا دو ساعت دیگر", clock(24, 11)),
        ("تا ۲ ساعت دیگه", clock(24, 11)),
        ("ظرف یک ساعت", clock(24, 10)),
        ("فردا ساعت ۱۰ صبح", clock(25, 10)),
        ("ساعت ۳ عصر", clock(24, 15)),
        ("پنجشنبه ۵ آذر ساعت ۱۴:۳۰", clock(26, 14, 30)),
        ("1405/09/10 ساعت 10", datetime(2026, 12, 1, 10, tzinfo=UTC)),
    ],
)
def test_an_hour_is_read_in_each_language(said: str, at: datetime) -> None:
    assert named(said, NOW, "UTC") == Named(at=at)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("on Thursday", 26), ("the day after tomorrow", 26), ("الخميس", 26), ("بعد غد", 26), ("پنجشنبه", 26),
        ("پس‌فردا", 26), ("۵ آذر", 26), ("today", 24), ("tomorrow morning", 25),
    ],
)  # fmt: skip
def test_a_day_without_an_hour_is_a_day(said: str, day: int) -> None:
    assert named(said, NOW, "UTC") == Named(on=date(2026, 11, day))


@pytest.mark.parametrize(
    "said",
    [
        "", "soon", "yesterday", "at 3", "by 8:00", "14:30 or 15:30", "tomorrow or on Friday", "25:00",
        "within 2 hours, by 14:30", "13", "order 1001", "+49 30 1234567", "1Z999AA10123456784", "in 90 days",
    ],
)  # fmt: skip
def test_what_names_no_hour_ahead_or_several_names_none(said: str) -> None:
    assert named(said, NOW, "UTC") is None


@pytest.mark.parametrize(
    "said",
    [
        "I'll write you tomorrow at 3", "I'll write tomorrow by 3.", "I will answer on Thursday at three",
        "I'll get back to you tomorrow, 3 o'clock", "I'll write tomorrow at half past two",
        "سأكتب لك غدًا الساعة الثالثة", "سأكتب لك غدًا عند الساعة الثانية والنصف",
        "فردا ساعت سه برایتان می‌نویسم", "فردا تا ۳ خبر می‌دهیم", "فردا تا ۳ بعدازظهر می‌نویسم",
    ],
)  # fmt: skip
def test_of_a_day_with_an_hour_that_is_not_understood_the_day_alone_is_no_word(said: str) -> None:
    assert word_given(said, NOW, "UTC", "jalali") is None


@pytest.mark.parametrize(
    ("said", "day"), [("I'll write by 5 December.", date(2026, 12, 5)), ("تا ۵ آذر می‌نویسم.", date(2026, 11, 26))]
)
def test_a_number_that_is_no_hour_leaves_the_day(said: str, day: date) -> None:
    assert word_given(said, NOW, "UTC", "jalali" if "آذر" in said else "gregorian") == Named(on=day)


@given(st.text(max_size=60))
def test_any_text_names_an_hour_ahead_or_none(text: str) -> None:
    found = named(text, NOW, "Asia/Tehran", "jalali")
    assert found is None or found.at is None or NOW < found.at <= NOW + FARTHEST
    assert found is None or found.on is None or found.on >= TODAY


@given(st.integers(1, 20), st.integers(0, 1439), DIGITS, st.sampled_from(["Asia/Riyadh", "UTC", "America/Bogota"]))
def test_every_day_and_hour_is_read_back_in_any_digits(ahead: int, minute: int, digits: str, zone: str) -> None:
    day = TODAY + timedelta(days=ahead)
    at = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(zone)).astimezone(UTC)
    written = f"{day.isoformat()} {minute // 60:02}:{minute % 60:02}".translate(str.maketrans("0123456789", digits))
    expected = Named(at=at) if at <= NOW + FARTHEST else None
    assert named(written, NOW, zone) == expected


@given(st.integers(1, 20), st.integers(0, 23))
def test_every_jalali_day_is_read_back(ahead: int, hour: int) -> None:
    day = TODAY + timedelta(days=ahead)
    written = JalaliDate.to_jalali(day.year, day.month, day.day).strftime("%Y/%m/%d")  # type: ignore[no-untyped-call]
    at = datetime.combine(day, time(hour), UTC)
    assert named(f"{written} ساعت {hour}:00", NOW, "UTC", "jalali") == Named(at=at)


@given(st.integers(1, 23), st.sampled_from(["within {} hours", "خلال {} ساعات", "تا {} ساعت دیگر"]), DIGITS)
def test_every_span_is_read_back(count: int, form: str, digits: str) -> None:
    written = form.format(count).translate(str.maketrans("0123456789", digits))
    assert named(written, NOW, "UTC") == Named(at=NOW + timedelta(hours=count))


# ---- words given


@pytest.mark.parametrize(
    "said",
    [
        "I will write tomorrow by noon.", "I asked DHL. I'll get back to you tomorrow by noon!",
        "You'll hear from us tomorrow by 12:00.", "سأكتب لك غدًا قبل الظهر.",
        "وصلت الشحنة إلى الفرز. سنعود إليك غدًا الساعة 12 ظهرًا.",
        "يصلك الرد غدًا قبل الظهر.", "فردا تا ظهر برایتان می‌نویسم.", "از تیپاکس پرسیدیم؛ فردا تا ساعت ۱۲ خبر می‌دهیم.",
        "فردا تا ظهر جواب می‌دم",
    ],
)  # fmt: skip
def test_a_word_given_is_recognised(said: str) -> None:
    assert word_given(said, NOW, "UTC") == Named(at=clock(25, 12))


@pytest.mark.parametrize(
    "said",
    [
        "It will arrive tomorrow by noon.", "Can you write tomorrow by noon?", "I'll write soon.",
        "I can't say whether I'll write tomorrow by noon.", "If it's there I'll write tomorrow by noon.",
        "I'll write tomorrow or on Friday.", "I'll write tomorrow about the order from Monday.",
        "I'll write by 14:30. Or you'll hear from us tomorrow by noon.", "تصل الشحنة غدًا قبل الظهر.", "هل أكتب لك غدًا؟",
        "لن نرد عليك غدًا.", "ربما سأكتب لك غدًا.", "فردا تا ظهر می‌رسد.", "فردا می‌نویسید؟", "شاید فردا تا ظهر بنویسم",
        "فردا نمی‌نویسم.", "",
    ],
)  # fmt: skip
def test_what_is_unsure_asked_denied_or_of_the_parcel_gives_no_word(said: str) -> None:
    assert word_given(said, NOW, "UTC") is None


@given(st.text(max_size=200))
def test_any_reply_gives_a_word_ahead_or_none(text: str) -> None:
    found = word_given(text, NOW, "UTC")
    assert found is None or found.on is not None or (found.at is not None and found.at > NOW)


def test_a_day_ends_when_the_last_leaves_and_a_rest_when_the_first_comes() -> None:
    shop = Staffing("Asia/Riyadh", "Sun-Thu 09:00-18:00")
    thursday, friday = Named(on=date(2026, 11, 26)), Named(on=date(2026, 11, 27))
    assert due_at(thursday, shop) == clock(26, 15)
    assert due_at(friday, shop) == clock(27, 15)
    assert begins_at(thursday, shop) == clock(26, 6)
    assert begins_at(friday, shop) == clock(29, 6)
    assert due_at(Named(at=NOW), shop) == begins_at(Named(at=NOW), shop) == NOW
