"""Collecting a parcel in words: days left counted, what is over said so, the code a secret."""

import pytest

from bot.texts.messages import render
from tests.texts.reading_marks import bare
from tests.texts.worlds import LANGUAGES, READERS, told


def said(language: str, kind: str, until_on: str, **more: object) -> str:
    facts = told(language, status="available_for_pickup", pickup={"until_on": until_on, "code": "٤٨٢913"}, **more)
    return render(kind, facts, READERS[language]).text


@pytest.mark.parametrize(
    ("until_on", "words"),
    [
        ("2026-11-24", {"en": "Today is the last", "ar": "اليوم آخر يوم", "fa": "امروز آخرین روز"}),
        ("2026-11-25", {"en": "One day is left", "ar": "بقي يوم واحد", "fa": "فقط یک روز"}),
        ("2026-11-26", {"en": "2 days are left", "ar": "بقي يومان", "fa": "۲ روز برای"}),
        ("2026-11-27", {"en": "3 days are left", "ar": "بقيت 3 أيام", "fa": "۳ روز برای"}),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reminder_counts_the_days_that_are_left(language: str, until_on: str, words: dict[str, str]) -> None:
    assert words[language] in bare(said(language, "pickup_ending", until_on))


@pytest.mark.parametrize("kind", ["ready", "pickup_ending", "other_collects"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_is_a_spoiler_in_latin_digits(language: str, kind: str) -> None:
    text = said(language, kind, "2026-11-28")
    assert "482913" in text.split("<tg-spoiler>")[1].split("</tg-spoiler>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_last_day_that_is_over_is_not_said_to_be_ahead(language: str) -> None:
    assert "23" not in bare(said(language, "ready", "2026-11-23")) or language == "fa"
    over = {"en": "ended on Monday 23 November", "ar": "الاثنين 23 نوفمبر", "fa": "دوشنبه ۲ آذر"}
    assert over[language] in bare(said(language, "pickup_over", "2026-11-23"))
    assert over[language] not in bare(said(language, "ready", "2026-11-23"))
