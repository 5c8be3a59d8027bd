"""Pure rules of relaying: spans of time, names above words."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.flows import spoken
from bot.flows.desk import LONGEST_REST, span
from bot.flows.relay import Said
from bot.texts.bidi import utf16_len

TEXTS = st.text(st.characters(codec="utf-16"), min_size=1, max_size=40)


@given(st.text(max_size=20))
def test_any_text_is_a_rest_or_none(text: str) -> None:
    rest = span(text)
    assert rest is None or timedelta() < rest <= LONGEST_REST


@given(st.integers(1, 1000), st.sampled_from("mhd"))
def test_a_rest_is_what_was_said(number: int, unit: str) -> None:
    expected = {"m": timedelta(minutes=number), "h": timedelta(hours=number), "d": timedelta(days=number)}[unit]
    assert span(f"{number}{unit}") == (expected if expected <= LONGEST_REST else None)


@given(TEXTS, TEXTS, st.data())
def test_below_a_name_every_mark_covers_the_same_words(header: str, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    marked = {"type": "italic", "offset": utf16_len(text[:start]), "length": utf16_len(text[start:end])}
    worded = spoken.contents(5, Said(1, text, entities=[marked]), header)[0].payload
    wide = worded["text"].encode("utf-16-le")
    moved = worded["entities"][1]
    cut = wide[2 * moved["offset"] : 2 * (moved["offset"] + moved["length"])].decode("utf-16-le")
    assert cut == text[start:end]
