"""Every text of every catalogue, said alone: whole, in one system of digits, counted at every turn."""

import re

import pytest

from bot.texts.forms import fill
from bot.texts.i18n import catalogue
from bot.texts.reading import Reading, as_utc, read_by
from tests.texts.reading_marks import own_words
from tests.texts.samples import NUMBERS, facts_for
from tests.texts.test_every_message import assert_whole
from tests.texts.worlds import LANGUAGES, READERS, at

KEYS = sorted(catalogue("en").keys())
COUNTED = [key for key in KEYS if len(catalogue("en").forms(key)) > 1]
OTHER_DIGITS = {"en": "\u0660-\u0669\u06f0-\u06f9", "ar": "\u06f0-\u06f9", "fa": "\u0660-\u0669"}
SHOWS_DIGITS = ("button.digits_",)


def reading(language: str) -> Reading:
    return read_by(READERS[language], as_utc(at(language, 24, 9)))


def test_there_are_texts_to_look_at() -> None:
    assert len(KEYS) > 700
    assert len(COUNTED) > 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_whole_whatever_stands_in_it(language: str) -> None:
    for key in KEYS:
        for n in NUMBERS if key in COUNTED else (1,):
            text = fill(catalogue(language).text(key, n), facts_for(key, language) | {"n": n}, reading(language))
            assert_whole(text)
            assert not re.search(r"[.]{2}|[,،؛;:]{2}|[.,،؛;] ?[,،؛;]", own_words(text)), (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_written_in_digits_of_another_script(language: str) -> None:
    for key in (key for key in KEYS if not key.startswith(SHOWS_DIGITS)):
        for form in catalogue(language).forms(key):
            assert not re.search(f"[{OTHER_DIGITS[language]}]", form), (key, form)


NOUNS = {
    "يوم": ("أيام", "يومًا", "يوم"),
    "ساعة": ("ساعات", "ساعة", "ساعة"),
    "دقيقة": ("دقائق", "دقيقة", "دقيقة"),
    "شحنة": ("شحنات", "شحنة", "شحنة"),
    "طلب": ("طلبات", "طلبًا", "طلب"),
    "سؤال": ("أسئلة", "سؤالًا", "سؤال"),
    "عميل": ("عملاء", "عميلًا", "عميل"),
    "رقم": ("أرقام", "رقمًا", "رقم"),
    "مرة": ("مرات", "مرة", "مرة"),
    "تحذير": ("تحذيرات", "تحذيرًا", "تحذير"),
    "مسودة": ("مسودات", "مسودة", "مسودة"),
    "رسالة": ("رسائل", "رسالة", "رسالة"),
    "صندوق": ("صناديق", "صندوقًا", "صندوق"),
    "تنبيه": ("تنبيهات", "تنبيهًا", "تنبيه"),
}
"""After 3 to 10, 11 to 99, and 100 to 102."""
FEW, OTHER, MANY = 3, 4, 5
_WORD = "[\\w\u064b-\u0652]+"
"""A word with its vowel marks."""


def test_arabic_nouns_agree_with_the_number_before_them() -> None:
    seen = 0
    for key in COUNTED:
        forms = catalogue("ar").forms(key)
        for index, column in ((FEW, 0), (MANY, 1), (OTHER, 2)):
            for word in re.findall(rf"\{{n(?::\w+)?\}} ({_WORD})(?! عمل)(?!{_WORD})", forms[index]):
                family = next((row for row in NOUNS.values() if word in row), None)
                assert family is None or word == family[column], (key, forms[index])
                seen += family is not None
    assert seen > 60


def test_an_arabic_dual_and_one_are_said_without_a_number() -> None:
    for key in COUNTED:
        _, one, two, *_ = catalogue("ar").forms(key)
        assert "{n}" not in one or not re.search(r"\{n\} (?:يوم|ساعة|شحنة)", one), key
        assert not re.search(r"\{n\} \w+(?:ان|ين|تان|تين)(?!\w)", two), key


@pytest.mark.parametrize("language", ["en", "fa"])
def test_what_is_counted_shows_its_number_beyond_one(language: str) -> None:
    for key in COUNTED:
        assert "{n" in catalogue(language).forms(key)[1], key


def test_persian_nouns_stay_in_the_singular_after_a_number() -> None:
    for key in COUNTED:
        assert not re.search(r"\{n\} [\w\u200c]+ها(?:ی|یی)?(?!\w)", catalogue("fa").forms(key)[1]), key
