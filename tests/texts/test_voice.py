"""How we speak: what is never said, in which letters and digits, how long, and in which direction."""

import re

import pytest

from bot.texts import i18n
from bot.texts.bidi import utf16_len
from bot.texts.i18n import catalogue
from bot.texts.messages import render
from tests.texts.forbidden import EMOJI, found
from tests.texts.reading_marks import bare, first_letter_is_own, own_words
from tests.texts.worlds import KINDS, LANGUAGES, READERS, RTL, WARNINGS, at, everything, told, two_parcels

FOR_COLLEAGUES = frozenset(
    f"{name}.po"
    for name in (
        "announcing", "asked_now", "carrier_rules", "claims", "describing", "desk", "desk_groups", "desk_numbers",
        "desk_offers", "desk_relay", "drafts", "gestures_desk", "heads_up", "incident_places", "incidents", "legs",
        "letters", "macros", "measures", "menus", "outages", "own_texts", "presets", "pushes", "recoveries",
        "reminders", "replies", "shop", "shop_days", "shop_keeping", "shop_targets", "team", "topics", "trial",
        "unanswered", "weekly", "yearly",
    )
)  # fmt: skip
"""What no customer reads; any other file is held to how we speak to customers."""


def customer_texts(language: str) -> list[tuple[str, str]]:
    """Every text that a customer may read, form by form."""
    paths = [path for path in i18n.po_files(language) if path.name not in FOR_COLLEAGUES]
    return [(key, form) for path in paths for key, forms in i18n.read_po_file(path, language) for form in forms]


def rendered(language: str) -> list[tuple[str, str]]:
    reader = READERS[language]
    facts = everything(language)
    several = {**facts, "parcels": two_parcels(language)}
    return [(kind, render(kind, one, reader).text) for kind in KINDS for one in (facts, several, told(language))]


def warning(kind: str, language: str) -> str:
    """The warning with all that may truly be known of one parcel."""
    facts = everything(language)
    facts |= {"inquiry": {"purpose": "trace"}, "repeat": False, "left": None}
    return render(kind, facts, READERS[language]).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_forbidden_words_do_not_occur(language: str) -> None:
    texts = customer_texts(language)
    assert len(texts) > 300
    assert [(key, words) for key, text in texts if (words := found(text, language))] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We apologise for any inconvenience"),
        ("en", "SOON"),
        ("ar", "اِضغط هنا"),
        ("ar", "يصل قريبًا"),
        ("ar", "فانتظر الرد واكتب هنا"),
        ("ar", "تمّ تأخير الشحنة"),
        ("fa", "بسته می باشد".replace(" باشد", "\u200cباشد")),
        ("fa", "به زودی".replace(" ", "\u200c")),
    ],
)
def test_the_word_lists_find_what_they_should(language: str, text: str) -> None:
    assert found(text, language)


def test_arabic_has_no_plural_address() -> None:
    plural = re.compile(r"\w{2,}كم(?!\w)")
    allowed = {"تتراكم"}
    for key, text in customer_texts("ar"):
        assert {word for word in plural.findall(text) if word not in allowed} == set(), key


def test_persian_uses_its_own_letters_and_half_spaces() -> None:
    for key, text in ((key, text) for key, text in customer_texts("fa") if key != "button.digits_arab"):
        assert not re.search("[\u064a\u0643\u0660-\u0669\u06c0]", text), key
        assert not re.search(r"(?<!\w)ن?می(?!\u200c)(?!ان|لادی|زی?(?!\w))", text), key
        assert not re.search(r"\{n\} ?[ا-ی\u200c]+ها(?!\w)", text), key


def test_persian_is_spelt_as_one_writes() -> None:
    for key, text in customer_texts("fa"):
        assert not re.search(r"(?<=\w) (?:ها|های|هایی|تر|ترین|ام|ای)(?!\w)", text), (key, text)
        assert not re.search("پنج\u200cشنبه|سه شنبه|یک شنبه|چهار شنبه|به جای|گفت و گو|گفتگو", text), key
        assert not re.search(r"\w(?:تون|مون|شون)(?!\w)|می\u200c\w+ه (?=\.|،|$)", text), key
        assert text.count("لطفاً") <= 1, key
        assert not re.search('["“”]', text.replace('\\"', "")) or "<a" in text, key


def test_arabic_says_who_does_it() -> None:
    for key, text in customer_texts("ar"):
        assert not re.search(r"(?<!\w)[وس]?(?:ي|ت)?تمّ?(?:ت)?(?= )", text), (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_begins_in_its_own_script(language: str) -> None:
    for kind, text in rendered(language):
        for line in text.split("\n"):
            assert first_letter_is_own(line, language), (kind, line)


@pytest.mark.parametrize("language", RTL)
def test_no_dash_or_arrow_stands_between_digits(language: str) -> None:
    for kind, text in rendered(language):
        assert not re.search(r"[\d□]\s*[-–—→←↔]\s*[\d□]", own_words(text)), kind
    for key, text in customer_texts(language):
        assert not re.search(r"[→←–—]", text), key


@pytest.mark.parametrize(
    ("language", "digits", "own"),
    [("en", None, "0-9"), ("ar", None, "0-9"), ("ar", "arab", "٠-٩"), ("fa", None, "۰-۹"), ("fa", "latn", "0-9")],
)
def test_a_message_has_one_system_of_digits(language: str, digits: str | None, own: str) -> None:
    reader = READERS[language].__class__(language, READERS[language].zone, digits=digits)
    for kind in KINDS:
        said = own_words(render(kind, everything(language), reader).text)
        assert re.sub(f"[{own}]", "", "".join(re.findall(r"\d", said))) == "", (kind, said)


@pytest.mark.parametrize("language", RTL)
def test_every_outside_value_is_isolated(language: str) -> None:
    values = {
        "shop": "QSHOP",
        "shop_name": "QSHOP",
        "name": "QNAME",
        "agent": "QAGENT",
        "last_place": "QPLACE",
        "cause_place": "QCAUSE",
        "hub": "QHUB",
        "start": "QSTART",
        "end": "QEND",
    }
    facts = {**everything(language), **values, "order": "#1001"}
    for kind in KINDS:
        said = own_words(render(kind, facts, READERS[language]).text)
        assert "Q" not in said, (kind, said)
        assert "#" not in said, (kind, said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WARNINGS)
def test_a_warning_is_short_and_calm(kind: str, language: str) -> None:
    text = warning(kind, language)
    assert len(text.split("\n")) <= 5
    assert utf16_len(bare(text)) <= 600, utf16_len(bare(text))
    assert "!" not in text
    assert not EMOJI.search(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WARNINGS)
def test_the_first_line_fits_a_locked_phone(kind: str, language: str) -> None:
    facts = told(language, eta_on="2026-12-01", eta_from_on="2026-11-29", silent_since=at(language, 21, 8))
    first = bare(render(kind, facts, READERS[language]).text).split("\n")[0]
    order = {"en": "1001", "ar": "1001", "fa": "۱۰۰۱"}[language]
    assert len(first) <= 110
    assert 0 <= first.find(order) <= 45 - len(order)


NEWS = {
    "hint": ("may arrive|will probably", "قد يتأخر|الأرجح أن يتأخر", "ممکن است|به احتمال زیاد"),
    "delay_slight": ("now arrives", "يصل", "می‌رسد"),
    "delay_serious": ("badly delayed", "سيتأخر", "خیلی دیرتر"),
    "delay_again": ("late a second time", "تأخر", "دوباره عقب افتاد"),
    "late": ("is late", "تأخر", "دیر شده"),
    "stalled": ("No news", "لا جديد", "خبری"),
    "lost_probable": ("been lost", "نخشى", "به احتمال زیاد"),
    "attempt": ("couldn't be handed over", "تعذّر تسليم", "تحویل نشد"),
    "returning": ("on its way back", "في طريق العودة", "برمی‌گردد"),
    "not_left_yet": ("hasn't left us", "لم يغادرنا", "هنوز از پیش ما نرفته"),
    "address_problem": ("waiting for the right address", "العنوان", "نشانی"),
    "customs_action": ("is at customs", "في الجمارك", "در گمرک"),
    "customs_papers": ("is at customs", "في الجمارك", "در گمرک"),
    "damaged": ("was damaged", "تضررت", "آسیب دیده"),
    "unpaid": ("couldn't be handed over", "تعذّر تسليم", "تحویل نشد"),
    "pickup_over": ("time to collect", "انتهت مهلة استلام", "مهلت تحویل گرفتن"),
    "held_up": ("caught up in", "من بين الشحنات المتأخرة", "جزو بسته‌هایی"),
}
"""What happens, in the first 45 letters: all that a locked phone shows. A window may take a Persian line further."""


@pytest.mark.parametrize("kind", WARNINGS)
def test_a_locked_phone_shows_what_happens(kind: str) -> None:
    for language, words in zip(LANGUAGES, NEWS[kind], strict=True):
        facts = told(language, eta_on="2026-11-26", silent_since=at(language, 21, 8), hub=READERS[language].zone[-6:])
        first = bare(render(kind, facts, READERS[language]).text).split("\n")[0]
        found_at = re.search(words, first)
        assert found_at, (language, first)
        assert found_at.start() <= 45, (language, first)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["delay_slight", "delay_serious"])
def test_the_first_line_names_the_date_that_now_holds(kind: str, language: str) -> None:
    facts = told(language, eta_on="2026-11-26")
    first = bare(render(kind, facts, READERS[language]).text).split("\n")[0]
    assert {"en": "Thursday 26 November", "ar": "الخميس 26 نوفمبر", "fa": "پنجشنبه ۵ آذر"}[language] in first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WARNINGS)
def test_a_warning_ends_in_the_next_word(kind: str, language: str) -> None:
    facts = told(language, next_at=at(language, 26, 12))
    hour = {"en": "12:00", "ar": "12 ظهر", "fa": "۱۲ ظهر"}[language]
    assert hour in bare(render(kind, facts, READERS[language]).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_line_of_a_warning_is_bold(language: str) -> None:
    for kind in WARNINGS:
        assert render(kind, told(language, eta_on="2026-11-26"), READERS[language]).text.startswith("<b>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_shouts_or_smiles(language: str) -> None:
    for key in sorted(catalogue(language).keys()):
        for form in catalogue(language).forms(key):
            assert "!!" not in form
            assert key.startswith(("desk", "card", "shop")) or not EMOJI.search(form), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["live"])
def test_an_edited_message_never_says_today(kind: str, language: str) -> None:
    facts = everything(language) | {"status": "delivered", "delivered_at": at(language, 24, 8)}
    text = render(kind, facts, READERS[language]).text
    assert not re.search("today|tomorrow|اليوم|غدًا|امروز|فردا", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_edits_never_says_today(language: str) -> None:
    facts = told(language, attempt_at=at(language, 24, 8), edited=True)
    assert not re.search("today|اليوم|امروز", render("attempt", facts, READERS[language]).text)
