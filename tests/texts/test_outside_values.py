"""Values from outside: direction, markup, digits, length; sums and carriers' names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import accounts
from bot.texts import bidi
from bot.texts.bidi import FSI, PDI, cut, cut_html, escape, fold_digits, isolate, plain, utf16_len, visible
from bot.texts.carriers import NAMES, UNNAMED, carrier_name
from bot.texts.forms import FORMS, MissingFact, fill
from bot.texts.messages import Button, Reader, render
from bot.texts.money import money
from bot.texts.reading import Reading, read_by
from bot.texts.template import compile_template
from carriers.kit.discovery import everyone
from tests.texts.reading_marks import tags
from tests.texts.worlds import LANGUAGES, READERS, told

MARKS = "\u200e\u200f\u061c\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def reading(language: str, **choice: str) -> Reading:
    return read_by(Reader(language, **choice))


@given(st.text())
def test_a_plain_value_is_one_line_without_marks(text: str) -> None:
    clean = plain(text)
    assert not set(clean) & set(MARKS)
    assert clean == " ".join(clean.split())
    assert plain(clean) == clean
    clean.encode("utf-8")


@given(st.text())
def test_what_is_escaped_is_read_back_unchanged(text: str) -> None:
    assert visible(escape(text)) == text


def test_half_spaces_inside_words_are_kept() -> None:
    assert plain("سه\u200cشنبه") == "سه\u200cشنبه"


def test_all_digits_fold_to_ascii() -> None:
    assert fold_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ 0 ½") == "0123456789 0123456789 0 ½"


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 50))
def test_a_cut_value_fits_and_breaks_no_pair(text: str, limit: int) -> None:
    assert utf16_len(cut(text, limit)) <= limit
    cut(text, limit).encode("utf-16")
    assert cut(text, utf16_len(text) or 1) == text


PIECES = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=8).map(escape),
        st.text(st.characters(codec="utf-8"), max_size=8).map(lambda text: f"<b>{escape(text)}</b>"),
        st.text(st.characters(codec="utf-8", exclude_characters=MARKS), max_size=8).map(
            lambda text: f"<i>{isolate(f'<code>{escape(text)}</code>')}</i>"
        ),
    )
)


@given(PIECES, st.integers(1, 60))
def test_cut_html_fits_and_stays_well_formed(pieces: list[str], limit: int) -> None:
    markup = "".join(pieces)
    shorter = cut_html(markup, limit)
    tags(shorter)
    assert utf16_len(visible(shorter)) <= limit or shorter == markup
    if not set(visible(markup)) & set(MARKS) - {FSI, PDI}:
        assert shorter.count(FSI) - shorter.count(PDI) == markup.count(FSI) - markup.count(PDI)


def test_a_message_that_is_too_long_is_cut_at_telegrams_limit() -> None:
    scans = [{"at": "2026-11-24T09:00:00Z", "place": "x" * 64}] * 3
    facts = told("en", in_doubt=[{"kind": "live", "facts": {"scans": scans}}] * 40)
    text = render("live", facts, READERS["en"]).text
    assert 4000 < utf16_len(visible(text)) <= 4096
    tags(text)


@pytest.mark.parametrize("language", ["ar", "fa"])
@pytest.mark.parametrize("form", ["text", "words", "ref"])
def test_a_value_in_a_right_to_left_text_is_isolated(form: str, language: str) -> None:
    text = FORMS[form]("\u202eQ#1\u2069 <b>", reading(language))
    assert text == f"{FSI}Q#1 &lt;b&gt;{PDI}"


def test_in_english_only_a_right_to_left_value_needs_isolation() -> None:
    assert FORMS["text"]("Layla", reading("en")) == "Layla"
    assert FORMS["text"]("ليلى", reading("en")) == f"{FSI}ليلى{PDI}"


@pytest.mark.parametrize(("order", "text"), [("1001", "۱۰۰۱"), ("١٠٠١", "۱۰۰۱"), ("#1001", "#1001"), ("A-17", "A-17")])
def test_only_a_purely_numeric_order_takes_persian_digits(order: str, text: str) -> None:
    assert FORMS["ref"](order, reading("fa")) == f"{FSI}{text}{PDI}"


def test_a_tracking_number_keeps_latin_digits_and_is_cut() -> None:
    assert FORMS["code"]("۱Z٩", reading("en")) == "<code>1Z9</code>"
    assert utf16_len(visible(FORMS["code"]("9" * 10_000, reading("fa")))) <= 42


def test_a_command_is_never_cut() -> None:
    offered = [accounts.offer(one) for one in everyone()]
    assert offered
    for command in (one["command"] for one in offered):
        assert FORMS["typed"](command, reading("en")) == f"<code>{command}</code>"


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("ar", "240", "SAR", "240 ر.س"),
        ("ar", "86", "AED", "86 د.إ"),
        ("ar", "1250.50", "SAR", "1,250.50 ر.س"),
        ("fa", "2400000", "IRT", "۲٬۴۰۰٬۰۰۰ تومان"),
        ("fa", "2400000", "IRR", "۲٬۴۰۰٬۰۰۰ ریال"),
        ("fa", "۲٬۴۰۰٬۰۰۰", "irt", "۲٬۴۰۰٬۰۰۰ تومان"),
        ("fa", "12.5", "AFN", "۱۲٫۵ افغانی"),
        ("en", "64.00", "EUR", "€64.00"),
        ("en", "1240", "SAR", "SAR 1,240"),
        ("en", "2400000", "IRT", "2,400,000 toman"),
        ("en", "5", "", "5"),
    ],
)
def test_a_sum_is_written_with_the_shops_own_unit(language: str, amount: str, currency: str, text: str) -> None:
    assert money({"amount": amount, "currency": currency}, reading(language)) == text


def test_arabic_indic_sums_have_their_own_separators() -> None:
    assert money({"amount": "1250.50", "currency": "SAR"}, reading("ar", digits="arab")) == "١٬٢٥٠٫٥٠ ر.س"


def test_an_unknown_unit_is_said_as_it_is_and_a_sum_that_is_none_harms_nothing() -> None:
    assert money({"amount": "5", "currency": "xyz"}, reading("ar")) == f"5 {FSI}XYZ{PDI}"
    assert money({"amount": "<b>", "currency": "<i>"}, reading("en")) == f"&lt;I&gt; {FSI}&lt;b&gt;{PDI}"


@given(st.integers(0, 10**12))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sum_is_never_converted(language: str, amount: int) -> None:
    for currency in ("IRT", "IRR", "EUR"):
        said = fold_digits(money({"amount": str(amount), "currency": currency}, reading(language)))
        assert re.sub(r"\D", "", said) == str(amount)


@pytest.mark.parametrize("slug", NAMES)
def test_a_known_carrier_has_a_name_of_each_script(slug: str) -> None:
    assert carrier_name(slug, reading("en")).isascii()
    assert all(bidi.is_rtl(carrier_name(slug, reading(language))) for language in ("ar", "fa"))


def test_every_carrier_has_a_name_and_no_aggregator_has() -> None:
    asked = {carrier.slug: carrier.numbers.any_other for carrier in everyone()}
    assert {True, False} <= set(asked.values())
    assert {slug for slug, is_aggregator in asked.items() if is_aggregator == (slug in NAMES)} == set()


@pytest.mark.parametrize("slug", [None, "", "17track", "no_such"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_carrier_without_a_name_is_the_carrier(slug: str | None, language: str) -> None:
    assert carrier_name(slug, reading(language)) == UNNAMED[language]["other"]


def test_the_shops_own_courier_is_ours() -> None:
    assert carrier_name("own", reading("en")) == "our courier"


def test_buttons_speak_the_readers_language() -> None:
    rows = [[("where", "w:1"), ("talk_to", "h:1")], [("human", "https://x.test/t")], [("=نور <b>", "s:1")]]
    found = render("all_fine", {"agent": "Sara <b>"}, READERS["en"], rows).buttons
    assert found[0] == [Button("Where is it?", "w:1"), Button("Talk to Sara <b>", "h:1")]
    assert found[1] == [Button("Talk to us", None, "https://x.test/t")]
    assert found[2] == [Button("نور <b>", "s:1")]


def test_a_label_is_plain_text_also_where_it_names_a_number() -> None:
    assert FORMS["code"]("1Z&", read_by(Reader("en"), markup=False)) == "1Z&"
    assert FORMS["raw"]("/desk A&B", reading("ar")) == "/desk A&amp;B"


def test_a_text_is_not_said_without_its_fact() -> None:
    template = compile_template("until {pickup.until_on:day}")
    with pytest.raises(MissingFact, match=r"pickup\.until_on"):
        fill(template, {"pickup": "a place"}, reading("en"))


def test_without_a_person_the_button_offers_the_team() -> None:
    assert render("all_fine", {}, READERS["ar"], [[("talk_to", "h:1")]]).buttons == [
        [Button("التحدث مع الفريق", "h:1")]
    ]
