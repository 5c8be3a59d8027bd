"""Ready replies: what can be kept, how they are filled, what is marked in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.bidi import utf16_len
from bot.texts.forms import MissingFact
from bot.texts.macros import AGENT, HOLES, check, fill, holes_in, signed, written_in
from bot.texts.marked import with_entities
from bot.texts.messages import Reader
from tests.texts.reading_marks import bare
from tests.texts.worlds import LANGUAGES, READERS, everything

FACTS = everything("en") | {"order": "1001", "number": "RB123456785GB", "agent": AGENT}


@pytest.mark.parametrize(
    ("language", "body", "why"),
    [
        ("en", "Hello {nam}, here is {agent}.", "unknown"),
        ("en", "Hello {name:day}.", "unknown"),
        ("en", "Hello {name", "brace"),
        ("en", "Hello [name", "bracket"),
        ("en", "Hello <a href='x'>you</a>", "tag"),
        ("en", "Hello <b>you", "unclosed"),
        ("en", "Please send your card number.", "money"),
        ("fa", "لطفاً شمارهٔ کارتتان را بفرستید", "money"),
        ("ar", "Hello {name}", "side"),
        ("en", "   ", "empty"),
        ("en", "a" * 2001, "long"),
        ("en", "[days_late: a day | {n} days]", "unknown"),
    ],
)
def test_what_cannot_be_kept_is_told_with_the_reason(language: str, body: str, why: str) -> None:
    flaw = check(language, body)
    assert flaw is not None
    assert flaw.why == why


def test_a_flaw_says_where_and_what_was_meant() -> None:
    flaw = check("en", "Hello.\nIt comes {expectd}.")
    assert flaw is not None
    assert (flaw.line, flaw.column, flaw.said, flaw.meant) == (2, 10, "{expectd}", "{expected}")


@pytest.mark.parametrize(
    "body",
    [
        "Hello {name}, {agent} here. Order {order} [now comes {expected}|is on its way].",
        "See https://noor.example/returns",
        "We asked {carrier} about it.",
        "<b>{order}</b>: <code>{number}</code>",
    ],
)
def test_what_a_person_may_say_himself_can_be_kept(body: str) -> None:
    assert check("en", body) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hole_says_something_in_every_language(language: str) -> None:
    start = {"en": "So: ", "ar": "هكذا: ", "fa": "این‌طور: "}[language]
    for name in HOLES:
        body = f"{start}{{{name}}}"
        assert check(language, body) is None, name
        assert len(fill(body, everything(language), READERS[language])) > len(start), name


def test_dates_and_names_are_said_as_the_reader_reads_them() -> None:
    one_day = {name: fact for name, fact in FACTS.items() if name != "eta_from_on"}
    said = fill("Order {order} now comes {expected}, {agent} here.", one_day, Reader("en"))
    assert bare(signed(said, "Sara")) == "Order 1001 now comes Tuesday 1 December, Sara here."
    said = fill("It comes {expected}.", FACTS, Reader("en"))
    assert bare(said) == "It comes between Sunday 29 November and Tuesday 1 December."


def test_a_part_in_brackets_is_left_out_without_its_fact_and_a_bare_hole_is_missed_by_its_own_name() -> None:
    known = {"at": FACTS["at"], "order": "1001"}
    assert fill("Order {order}[ comes {expected}].", known, Reader("en")) == "Order 1001."
    with pytest.raises(MissingFact, match="expected"):
        fill("It comes {expected}.", known, Reader("en"))
    with pytest.raises(MissingFact, match="gone"):
        fill("It comes {gone}.", known, Reader("en"))


def test_who_sends_it_is_named_and_harmless() -> None:
    assert signed(f"{AGENT} here", "<b>Mallory") == "&lt;b&gt;Mallory here"
    assert signed(f"{AGENT} here", "سارة") == "\u2068سارة\u2069 here"
    assert holes_in("{name} {order} {name}") == ["name", "order"]


@pytest.mark.parametrize(
    ("body", "language"),
    [("Hello", "en"), ("مرحبًا", "ar"), ("سلام، چطورید", "fa"), ("بسته رسید {carrier}", "fa"), ("1001", "en")],
)
def test_the_letters_tell_the_language(body: str, language: str) -> None:
    assert written_in(body) == language


def test_where_both_write_so_the_speaker_tells_the_language() -> None:
    assert (written_in("در راه است", "fa"), written_in("در راه است", "en"), written_in("أهلا", "fa")) == (
        "fa",
        "ar",
        "ar",
    )


def test_tags_become_entities_by_telegrams_count() -> None:
    text, entities = with_entities("🙂 <b>a <i>b</i></b> &lt;<code>12</code>")
    assert text == "🙂 a b <12"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 3},
        {"type": "italic", "offset": 5, "length": 1},
        {"type": "code", "offset": 8, "length": 2},
    ]
    assert with_entities("</b>a<blockquote>b</blockquote><i></i>") == ("ab", [])


@given(st.text(max_size=60))
def test_any_words_can_be_checked_and_what_passes_can_be_filled(body: str) -> None:
    if check(written_in(body), body) is None:
        text, entities = with_entities(fill(body, FACTS, Reader(written_in(body))))
        assert all(0 <= one["offset"] < one["offset"] + one["length"] <= utf16_len(text) for one in entities)
