"""What visitors type: whatever it is, it is sent as Telegram's clients would, or refused with kind words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.bot_api.wording import MAX_TEXT, units
from bot.sandbox.page.saying import MOST, Unsayable, pieces

WHITE = str.maketrans("", "", " \n\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")
WRITTEN = st.text(st.sampled_from("aب👩🏽‍🚀 \n<&\u200f\u200eé"), max_size=60)


def bare(text: str) -> str:
    """Without what may be lost where a text is cut."""
    return "".join(text.split())


@given(WRITTEN, st.integers(1, 400))
def test_nothing_is_lost_and_each_message_fits(text: str, times: int) -> None:
    try:
        cut = pieces(text * times)
    except Unsayable:
        return
    assert all(0 < units(one) <= MAX_TEXT for one in cut)
    assert len(cut) <= MOST
    marks = str.maketrans("", "", "\u200e\u200f\u200d")
    assert bare("".join(cut)).translate(marks) == bare(text * times).translate(marks)


def test_ten_kilobytes_are_three_messages_cut_between_words() -> None:
    cut = pieces("word " * 2048)
    assert len(cut) == 3
    assert all(one.startswith("word") and one.endswith("word") for one in cut)


def test_a_flood_of_emoji_is_never_cut_inside_one() -> None:
    cut = pieces("🎉" * 5000)
    assert set("".join(cut)) == {"🎉"}
    assert sum(len(one) for one in cut) == 5000


@pytest.mark.parametrize("text", ["", " \n ", "\u200e\u200f\u202e", "\u200b\u2060", "\x00"])
def test_what_leaves_no_mark_is_refused_kindly(text: str) -> None:
    with pytest.raises(Unsayable, match="nothing in it"):
        pieces(text)


def test_a_book_is_refused_with_what_would_fit() -> None:
    with pytest.raises(Unsayable, match="4096"):
        pieces("x" * 50_000)


def test_markup_and_marks_stay_what_they_are() -> None:
    text = "<b>hi</b> <script>alert(1)</script> \u202eabc &amp;"
    assert pieces(text) == [text]
