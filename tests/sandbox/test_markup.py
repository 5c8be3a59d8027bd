"""HTML, entities, UTF-16, direction marks as Telegram treats them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.bot_api.refusals import Refused
from bot.sandbox.bot_api.wording import compose, units


def html(text: str) -> tuple[str, list[dict[str, object]]]:
    return compose(text, "HTML", None)


def test_tags_become_entities_measured_in_utf_16() -> None:
    text, entities = html("📦 <b>طرد</b> <code>1Z9</code>")
    assert text == "📦 طرد 1Z9"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 3},
        {"type": "code", "offset": 7, "length": 3},
    ]


def test_links_languages_and_quotations_keep_what_they_say() -> None:
    text, entities = html('<a href="https://a.b/?x=1&amp;y">there</a><blockquote expandable>q</blockquote>')
    assert text == "thereq"
    assert entities[0] == {"type": "text_link", "offset": 0, "length": 5, "url": "https://a.b/?x=1&y"}
    assert entities[1]["type"] == "expandable_blockquote"
    assert html('<pre><code class="language-py">x</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "py"}
    ]


def test_references_are_read_and_unknown_ones_stay() -> None:
    assert html("&lt;b&gt; &amp; &quot; &#1587; &copy; &")[0] == '<b> & " س &copy; &'


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("س <3", "Unclosed start tag at byte offset 3"),
    ],
)
def test_broken_html_is_refused_in_telegram_s_words(broken: str, complaint: str) -> None:
    with pytest.raises(Refused) as caught:
        html(broken)
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_a_parse_mode_that_there_is_not_is_refused() -> None:
    with pytest.raises(Refused, match="unsupported parse_mode"):
        compose("*x*", "BBCode", None)


def test_direction_overrides_go_isolates_stay_runs_of_marks_are_broken() -> None:
    assert html("\u202ea\u2066b\u2069")[0] == "a\u2066b\u2069"
    assert html("a\u200f\u200f\u200fb")[0] == "a\u200c\u200c\u200fb"


def test_entities_count_the_text_that_remains() -> None:
    assert html("  \u202e<b>x</b>  ") == ("x", [{"type": "bold", "offset": 0, "length": 1}])


def test_commands_links_and_names_are_found_outside_of_code() -> None:
    _, entities = html("/start@bot see https://t.me/x?start=1 @sara a@b.co <code>/no</code>")
    assert [one["type"] for one in entities] == ["bot_command", "url", "mention", "email", "code"]


def test_given_entities_are_kept() -> None:
    given_ones = [{"type": "bold", "offset": 0, "length": 2}]
    assert compose("😀 x", None, given_ones) == ("😀 x", given_ones)
    with pytest.raises(Refused, match="out of the text"):
        compose("x", None, [{"type": "bold", "offset": 0, "length": 5}])


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_escaped_text_survives_as_it_would_without_markup(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html(escaped) == compose(text, None, None)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.text(max_size=20))
def test_entities_never_leave_the_text(before: str, inside: str) -> None:
    clean = inside.replace("&", "").replace("<", "")
    text, entities = compose(f"{before.replace('&', '').replace('<', '')}<b>{clean}</b>", "HTML", None)
    assert all(one["offset"] >= 0 and one["offset"] + one["length"] <= units(text) for one in entities)


def test_an_entity_never_cuts_an_emoji_in_two() -> None:
    whole = compose("👍a", None, [{"type": "bold", "offset": 0, "length": 2}])
    assert whole[1] == [{"type": "bold", "offset": 0, "length": 2}]
    for offset, length, where in ((1, 1, "entity begins in"), (0, 1, "UTF-16 offset 0 ends in")):
        with pytest.raises(Refused, match=f"{where} a middle of a UTF-16 symbol at byte offset 0"):
            compose("👍a", None, [{"type": "bold", "offset": offset, "length": length}])
    with pytest.raises(Refused, match="out of the text"):
        compose("a", None, [{"type": "bold", "offset": 1, "length": -1}])
