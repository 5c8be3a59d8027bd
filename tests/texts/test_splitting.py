"""Long words become several messages: nothing is lost, no letter is torn, marks cover the same words."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.bidi import utf16_len
from bot.texts.splitting import Piece, shifted, split

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
FLAG = "🇸🇦"
THUMB = "👍🏽"
LETTERS = st.sampled_from(["a", "ب", "۴", " ", "\n", ". ", "e\u0301", FAMILY, FLAG, THUMB, "한", "\u1112\u1161\u11ab"])
TEXTS = st.lists(LETTERS, min_size=1, max_size=120).map("".join)
KINDS = st.sampled_from(["bold", "italic", "spoiler", "url", "text_link", "custom_emoji"])


def units(text: str) -> bytes:
    return text.encode("utf-16-le")


def part(text: str, entity: dict[str, Any]) -> str:
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return units(text)[2 * start : 2 * end].decode("utf-16-le")


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    text = draw(TEXTS)
    entities = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        span = {"offset": utf16_len(text[:start]), "length": utf16_len(text[start:end])}
        entities.append({"type": draw(KINDS), **span})
    return text, entities


@given(marked(), st.integers(20, 60), st.integers(20, 60))
def test_pieces_fit_and_together_say_everything(said: tuple[str, list[dict[str, Any]]], room: int, first: int) -> None:
    text, entities = said
    pieces = split(text, entities, room, first)
    assert all(utf16_len(one.text) <= (room if number else first) for number, one in enumerate(pieces))
    assert "".join(re.sub(r"\s", "", one.text) for one in pieces) == re.sub(r"\s", "", text)
    assert all(one.text.strip() for one in pieces)


@given(marked(), st.integers(20, 60))
def test_every_mark_covers_the_words_it_covered(said: tuple[str, list[dict[str, Any]]], room: int) -> None:
    text, entities = said
    pieces = split(text, entities, room)
    for number, entity in enumerate(entities):
        tagged = [{**one, "number": place} for place, one in enumerate(entities)]
        covered = [
            part(piece.text, one)
            for piece in split(text, tagged, room)
            for one in piece.entities
            if one["number"] == number
        ]
        assert re.sub(r"\s", "", "".join(covered)) == re.sub(r"\s", "", part(text, entity))
    assert [one.text for one in pieces] == [one.text for one in split(text, entities, room)]


@given(TEXTS, st.integers(20, 60))
def test_no_letter_is_torn(text: str, room: int) -> None:
    for piece in split(text, (), room)[1:]:
        first = piece.text[0]
        assert unicodedata.category(first) not in ("Mn", "Mc", "Me")
        assert first not in "\u200d\u1161\u11ab"
        assert not 0x1F3FB <= ord(first) <= 0x1F3FF
    for piece in split(text, (), room):
        assert not piece.text.endswith("\u200d")
        assert sum(0x1F1E6 <= ord(char) <= 0x1F1FF for char in piece.text) % 2 == 0


@pytest.mark.parametrize("emoji", [FAMILY, FLAG, THUMB, "😀"])
def test_a_text_of_nothing_but_emoji_is_cut_between_them(emoji: str) -> None:
    text = emoji * (6000 // utf16_len(emoji))
    pieces = split(text)
    assert "".join(one.text for one in pieces) == text
    assert all(one.text == emoji * one.text.count(emoji) for one in pieces)
    assert len(pieces) == 2


def test_a_cut_falls_where_a_reader_would_pause() -> None:
    assert [one.text for one in split("One.\n\nTwo. Three", room=12)] == ["One.\n\n", "Two. Three"]
    assert [one.text for one in split("One two. Three", room=12)] == ["One two. ", "Three"]
    assert [one.text for one in split("one two three", room=12)] == ["one two ", "three"]


def test_an_address_goes_over_whole_and_bold_words_may_go_on() -> None:
    text = "see https://example.com/1001"
    address = {"type": "url", "offset": 4, "length": len(text) - 4}
    assert [one.text for one in split(text, [address], room=26)] == ["see ", "https://example.com/1001"]
    bold = {"type": "bold", "offset": 0, "length": 30}
    first, second = split("a" * 30, [bold], room=20)
    assert (first.entities[0]["length"], second.entities[0]) == (20, {"type": "bold", "offset": 0, "length": 10})


def test_what_cannot_be_kept_whole_is_cut_all_the_same() -> None:
    link = {"type": "text_link", "offset": 0, "length": 30, "url": "https://example.com"}
    assert [len(one.text) for one in split("a" * 30, [link], room=20)] == [20, 10]
    assert [utf16_len(one.text) for one in split("e" + "\u0301" * 30, room=20)] == [20, 11]


def test_short_words_stay_one() -> None:
    assert split("Hello") == [Piece("Hello")]
    assert split(" \n ") == []


def test_marks_move_with_their_text() -> None:
    assert shifted([{"type": "bold", "offset": 1, "length": 2}], 3) == [{"type": "bold", "offset": 4, "length": 2}]
