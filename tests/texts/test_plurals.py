"""Counted words, compared word for word at the numbers where forms change."""

import pytest

from bot.texts.forms import fill
from bot.texts.i18n import PLURALS, catalogue, plural_form
from bot.texts.reading import Reader, read_by

NUMBERS = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111)
FORMS = {
    "ar": ("zero", "one", "two", "few", "few", "many", "many", "other", "other", "other", "few", "many"),
    "fa": ("other", "one", *["other"] * 10),
    "en": ("other", "one", *["other"] * 10),
}
TABLE: dict[str, dict[str, dict[str, str]]] = {
    "ar": {
        "late_by": {
            "zero": "في موعده", "one": "متأخر يومًا واحدًا", "two": "متأخر يومين",
            "few": "متأخر {n} أيام", "many": "متأخر {n} يومًا", "other": "متأخر {n} يوم",
        },
        "early_by": {
            "zero": "في موعده", "one": "قبل موعده بيوم", "two": "قبل موعده بيومين",
            "few": "قبل موعده بـ{n} أيام", "many": "قبل موعده بـ{n} يومًا", "other": "قبل موعده بـ{n} يوم",
        },
        "silent_for": {
            "zero": "منذ أقل من يوم", "one": "منذ يوم", "two": "منذ يومين",
            "few": "منذ {n} أيام", "many": "منذ {n} يومًا", "other": "منذ {n} يوم",
        },
        "within_hours": {
            "zero": "خلال أقل من ساعة", "one": "خلال ساعة", "two": "خلال ساعتين",
            "few": "خلال {n} ساعات", "many": "خلال {n} ساعة", "other": "خلال {n} ساعة",
        },
        "within_minutes": {
            "zero": "الآن", "one": "خلال دقيقة", "two": "خلال دقيقتين",
            "few": "خلال {n} دقائق", "many": "خلال {n} دقيقة", "other": "خلال {n} دقيقة",
        },
        "parcels": {
            "zero": "لا شحنات في طلبك بعد", "one": "شحنة واحدة في طلبك", "two": "شحنتان في طلبك",
            "few": "{n} شحنات في طلبك", "many": "{n} شحنة في طلبك", "other": "{n} شحنة في طلبك",
        },
        "about_parcels": {
            "one": "عن شحنة واحدة", "two": "عن شحنتين",
            "few": "عن {n} شحنات", "many": "عن {n} شحنة", "other": "عن {n} شحنة",
        },
        "working_days": {
            "one": "خلال يوم عمل", "two": "خلال يومي عمل",
            "few": "خلال {n} أيام عمل", "many": "خلال {n} يوم عمل", "other": "خلال {n} يوم عمل",
        },
        "days_left": {
            "zero": "اليوم آخر يوم للاستلام", "one": "بقي يوم واحد للاستلام", "two": "بقي يومان للاستلام",
            "few": "بقيت {n} أيام للاستلام", "many": "بقي {n} يومًا للاستلام", "other": "بقي {n} يوم للاستلام",
        },
    },
    "fa": {
        "late_by": {"one": "یک روز دیرتر", "other": "{n} روز دیرتر"},
        "silent_for": {"one": "یک روز است خبری نیست", "other": "{n} روز است خبری نیست"},
        "parcels": {"one": "بستهٔ سفارشتان", "other": "{n} بستهٔ سفارشتان"},
        "within_hours": {"one": "تا یک ساعت دیگر", "other": "تا {n} ساعت دیگر"},
        "working_days": {"one": "تا یک روز کاری", "other": "تا {n} روز کاری"},
        "days_left": {
            "one": "فقط یک روز برای تحویل گرفتن وقت دارید",
            "other": "{n} روز برای تحویل گرفتن وقت دارید",
        },
    },
}  # fmt: skip
CASES = [(language, row) for language, rows in TABLE.items() for row in rows]


@pytest.mark.parametrize(("language", "row"), CASES)
@pytest.mark.parametrize("digits", [None, "arab"])
def test_a_counted_sentence_has_the_right_form(language: str, row: str, digits: str | None) -> None:
    reading = read_by(Reader(language, digits=digits))
    for n, form in zip(NUMBERS, FORMS[language], strict=True):
        if form not in TABLE[language][row]:
            continue
        expected = TABLE[language][row][form].replace("{n}", reading.number(str(n)))
        assert fill(catalogue(language).text(f"count.{row}", n), {"n": n}, reading) == expected


@pytest.mark.parametrize("language", PLURALS)
def test_the_header_gives_an_index_within_its_forms(language: str) -> None:
    form = plural_form(PLURALS[language])
    most = int(PLURALS[language].split("nplurals=")[1].split(";")[0])
    assert {form(n) for n in range(1000)} <= set(range(most))


def test_persian_counts_only_one_as_one() -> None:
    form = plural_form(PLURALS["fa"])
    assert [form(n) for n in (0, 1, 2, 11)] == [1, 0, 1, 1]
