"""Every kind in every language, with short, long and hostile values."""

import re

import pytest

from bot.texts.bidi import FSI, PDI, utf16_len, visible
from bot.texts.kinds import kinds
from bot.texts.messages import MissingFact, UnknownKind, render
from tests.texts.reading_marks import bare, own_words, tags
from tests.texts.worlds import HOSTILE, KINDS, LANGUAGES, NUMBER, READERS, at, everything, spoiled, told, two_parcels

MANY = [name for name, kind in KINDS.items() if kind.many]


def assert_whole(markup: str) -> None:
    tags(markup)
    said = own_words(markup)
    assert markup.strip() == markup
    assert "{" not in said
    assert "}" not in said
    assert "  " not in said
    assert not re.search(r" [،؛؟.,;]", said), said
    assert all(line.strip() for line in markup.split("\n"))
    assert utf16_len(visible(markup)) <= 4096


def test_there_are_kinds_to_look_at() -> None:
    assert len(KINDS) > 35
    assert KINDS.keys() <= kinds().keys()
    assert len(MANY) > 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_whole_with_every_fact_and_with_none(kind: str, language: str) -> None:
    assert_whole(render(kind, everything(language), READERS[language]).text)
    assert_whole(render(kind, {}, READERS[language]).text)
    assert_whole(render(kind, told(language), READERS[language]).text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MANY)
def test_a_message_of_two_parcels_is_whole_and_names_both(kind: str, language: str) -> None:
    facts = {**everything(language), "parcels": two_parcels(language)}
    text = render(kind, facts, READERS[language]).text
    assert_whole(text)
    assert text.count("<code>A") == 2 or kind == "out_for_delivery"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_harm_no_message(value: str, language: str) -> None:
    for kind in KINDS:
        assert_harmless(render(kind, spoiled(everything(language), HOSTILE[value]), READERS[language]).text)


def assert_harmless(text: str) -> None:
    tags(text)
    assert text.count(FSI) == text.count(PDI)
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066\u2067\u061c\x00]", text)
    assert utf16_len(visible(text)) <= 4096


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_of_nothing_but_marks_does_not_exist(language: str) -> None:
    facts = told(language, name="\u200f\u202e", shop=True)
    assert (
        render("greeting", facts, READERS[language]).text
        == render("greeting", told(language, shop=True), READERS[language]).text
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_order_number_it_is_your_order(language: str) -> None:
    facts = told(language, order="", eta_on="2026-11-26")
    expected = {"en": "Your order now arrives", "ar": "طلبك يصل", "fa": "سفارشتان پنجشنبه"}
    assert expected[language] in render("delay_slight", facts, READERS[language]).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tracking_number_stands_alone_after_its_label(language: str) -> None:
    lines = render("live", told(language), READERS[language]).text.split("\n")
    line = next(line for line in lines if NUMBER in line)
    assert f"<code>{NUMBER}</code>" in line
    assert line.strip(PDI).endswith("</code>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pick_up_code_is_hidden_and_keeps_latin_digits(language: str) -> None:
    facts = told(language, pickup={"code": "۴۸۲۹۱۳", "until_on": "2026-11-28"})
    text = render("ready", facts, READERS[language]).text
    assert f"<tg-spoiler>{FSI}482913{PDI}</tg-spoiler>" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_possible_repeat_says_so_in_its_last_line(language: str) -> None:
    repeat = {"en": "This may be a repeat.", "ar": "قد تكون هذه الرسالة مكررة.", "fa": "شاید این پیام تکراری باشد."}
    text = render("nobody_came", told(language, repeat=True), READERS[language]).text
    assert text.endswith("\n" + repeat[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_live_message_carries_a_notice_in_doubt(language: str) -> None:
    facts = told(language, eta_on="2026-11-26", in_doubt=[{"kind": "hint", "facts": {"order": "77"}}])
    hint = render("hint", {"order": "77"}, READERS[language]).text
    assert render("live", facts, READERS[language]).text.endswith(hint)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownKind):
        render("no_such_kind", {}, READERS["en"])


def test_a_kind_that_requires_a_fact_refuses_to_go_without() -> None:
    required = {name: kind.requires for name, kind in kinds().items() if kind.requires}
    for name, needs in required.items():
        with pytest.raises(MissingFact, match=needs[0]):
            render(name, {}, READERS["en"])


def test_a_parcel_that_moves_again_is_said_to_with_its_date() -> None:
    facts = told("en", moving=True, eta_on="2026-11-27", last_place=True, last_at=at("en", 24, 8))
    assert bare(render("withdrawn", facts, READERS["en"]).text) == (
        "Order 1001 is moving again.\nLast scan: Leipzig, Tuesday 24 November, 8:00. "
        "It should now arrive on Friday 27 November. Sorry for the false alarm."
    )


def test_a_promised_word_names_the_planned_day_where_the_carrier_names_none() -> None:
    text = bare(render("promise_moved", told("en"), READERS["en"]).text)
    assert "Order 1001 is on its way. Planned for Wednesday 25 November." in text


def test_a_carrier_that_is_an_aggregator_is_not_named() -> None:
    text = render("nobody_came", {"carrier": "17track"}, READERS["en"]).text
    assert text == "Thanks. We've noted that nobody came and will take it up with the carrier."
