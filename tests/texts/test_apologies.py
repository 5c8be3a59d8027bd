"""The size of an apology follows the size of the trouble: none, half a sentence, one sentence, a deep one; once."""

import re

import pytest

from bot.texts.messages import render
from tests.texts.reading_marks import bare
from tests.texts.worlds import LANGUAGES, READERS, at, everything, told

SORRY = {"en": r"[Ss]orry", "ar": r"نعتذر", "fa": r"عذر می‌خواهیم|ببخشید"}
DEEP = {"en": r"(very|truly) sorry", "ar": r"نعتذر لك بصدق", "fa": r"از صمیم قلب عذر می‌خواهیم"}
HALF = {"en": r"Sorry for the wait;", "ar": r"نعتذر لك عن التأخير، ولا", "fa": r"عذر می‌خواهیم؛ لازم"}

NONE = ("hint", "stalled", "attempt", "returning", "held_up", "delay_again", "still_nothing", "address_problem")
ONE = ("delay_slight", "delay_serious", "late", "not_left_yet", "promise_broken", "withdrawn")
OUT_OF_HEART = ("lost_probable", "loss_offer")


def said(kind: str, language: str, **more: object) -> str:
    """The message with all that could be known but more than one parcel."""
    return bare(render(kind, everything(language) | {"repeat": False} | more, READERS[language]).text)


def apologies(text: str, language: str) -> int:
    return len(re.findall(SORRY[language], text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NONE)
def test_an_action_stands_where_an_apology_would_be_too_early_or_a_second_one(kind: str, language: str) -> None:
    assert apologies(said(kind, language), language) == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ONE)
def test_an_apology_is_said_once(kind: str, language: str) -> None:
    text = said(kind, language)
    assert apologies(text, language) == 1
    assert not re.search(DEEP[language], text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OUT_OF_HEART)
def test_a_loss_gets_one_apology_from_the_heart(kind: str, language: str) -> None:
    text = said(kind, language)
    assert apologies(text, language) == 1
    assert re.search(DEEP[language], text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_day_gets_half_a_sentence_and_two_days_a_full_one(language: str) -> None:
    one, two = (render("delay_slight", told(language, eta_on=day), READERS[language]).text for day in DAYS)
    assert re.search(HALF[language], bare(one))
    assert not re.search(HALF[language], bare(two))
    assert apologies(bare(two), language) == 1


DAYS = ("2026-11-26", "2026-11-27")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_apology_for_a_serious_delay_names_the_promise(language: str) -> None:
    text = said("delay_serious", language)
    named = {"en": "We promised you Wednesday", "ar": "وعدناك بيوم الأربعاء", "fa": "قول چهارشنبه را داده بودیم"}
    assert text.index(named[language]) < re.search(SORRY[language], text).start()  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_loss_is_owned_before_anything_is_offered(language: str) -> None:
    text = said("loss_offer", language, out_of_stock=False)
    assert re.search(DEEP[language], text).start() < text.index("•")  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_promise_is_named_with_its_hour(language: str) -> None:
    facts = told(language, broken_at=at(language, 24, 8))
    hour = {"en": "8:00", "ar": "8 صباحًا", "fa": "۸"}[language]
    assert hour in bare(render("promise_broken", facts, READERS[language]).text).split(".")[0]
