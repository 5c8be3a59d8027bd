"""parse_mode MarkdownV2 and the older Markdown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.bot_api.markdown import RESERVED
from bot.sandbox.bot_api.refusals import Refused
from bot.sandbox.bot_api.wording import compose


def read(text: str, mode: str = "MarkdownV2") -> tuple[str, list[tuple[Any, ...]]]:
    plain, found = compose(text, mode, None)
    return plain, [(one["type"], one["offset"], one["length"], *_more(one)) for one in found]


def _more(one: dict[str, Any]) -> list[Any]:
    return [value for key, value in one.items() if key not in ("type", "offset", "length")]


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("*طلبك* _now_", "طلبك now", [("bold", 0, 4), ("italic", 5, 3)]),
        ("__u__ ~s~ ||p||", "u s p", [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)]),
        ("*a _b_*", "a b", [("bold", 0, 3), ("italic", 2, 1)]),
        ("`a*b` x", "a*b x", [("code", 0, 3)]),
        ("```py\nx = 1```", "x = 1", [("pre", 0, 5, "py")]),
        (r"[open](https://x\.example/?a=1)", "open", [("text_link", 0, 4, "https://x.example/?a=1")]),
        ("![👍](tg://emoji?id=5368324170671202286)", "👍", [("custom_emoji", 0, 2, "5368324170671202286")]),
        ("![at five](tg://time?unix=1764000000)", "at five", [("date_time", 0, 7, 1764000000)]),
        (">said\n>twice\nafter", "said\ntwice\nafter", [("blockquote", 0, 10)]),
        (">short\n>long||", "short\nlong", [("expandable_blockquote", 0, 10)]),
        (r"1\.5 \* 2", "1.5 * 2", []),
    ],
)
def test_marks_become_entities(text: str, plain: str, entities: list[tuple[Any, ...]]) -> None:
    assert read(text) == (plain, entities)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("1.0", r"Character '.' is reserved and must be escaped with the preceding '\'"),
        ("a]", r"Character ']' is reserved and must be escaped with the preceding '\'"),
        ("🏟 🏟_abc", "Can't find end of Italic entity at byte offset 9"),
        ("*a _b*", "Can't find end of Italic entity at byte offset 3"),
        ("```x", "Can't find end of Pre entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as caught:
        read(text)
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


@given(st.text(max_size=40))
def test_whatever_is_escaped_stands_as_it_is(text: str) -> None:
    escaped = "".join(f"\\{char}" if char in RESERVED or char == "\\" else char for char in text)
    assert read(escaped)[0] == compose(text, None, None)[0]


def test_the_older_markdown_nests_nothing() -> None:
    assert read("*a_b* [c](http://d.ee) `e` 1.5", "Markdown") == (
        "a_b c e 1.5",
        [("bold", 0, 3), ("text_link", 4, 1, "http://d.ee"), ("code", 6, 1)],
    )
    with pytest.raises(Refused, match="Can't find end of the entity starting at byte offset 2"):
        read("a *b", "Markdown")
