"""What a shop's people read of drafts, in every language: whole, harmless, counted rightly, in its own script."""

import re
from typing import Any

import pytest

from bot.domain.draft import Held
from bot.texts import i18n
from bot.texts.forms import Written
from bot.texts.i18n import catalogue
from bot.texts.kinds.drafts import KINDS
from bot.texts.messages import render
from tests.texts.forbidden import found
from tests.texts.reading_marks import bare, first_letter_is_own, own_words, tags
from tests.texts.worlds import HOSTILE, LANGUAGES, READERS

AT = "2026-11-24T08:00:00+00:00"
TEXT = Written("<b>Order 1001 may arrive late.</b>\nNothing to do.")
COUNTS = (1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111)
WHY: tuple[dict[str, Any], ...] = (
    *({"finding": "at_risk", "level": one, "odds": 83, "like": 212} for one in ("lane", "carrier", "shop", "all")),
    {"finding": "at_risk", "level": "prior", "odds": 60, "like": 0},
    {"finding": "late", "days_late": 2},
    {"finding": "stalled", "silent_since": AT, "silent_hours": 80, "threshold_hours": 72},
    {"finding": "failed_attempt", "attempt_at": AT, "next_attempt_on": "2026-11-26"},
)
STATES = [f"state_{one}" for one in Held if one is not Held.WAITING]


def facts(count: int = 11, **more: Any) -> dict[str, Any]:
    """Everything that any of these messages may know."""
    tally = {"drafts": count, "right": count, "wrong": count, "open": count, "ahead": 61}
    return {
        "name": "Layla", "order": "1001", "number": "1Z999AA10123456784", "carrier": "ups", "who": "Sara",
        "writes": "Sara", "promised_on": "2026-11-25", "needed_on": "2026-11-27", "at": AT, "edited": True,
        "decided_at": AT, "leaves_at": AT, "count": count, "place": 2, "undecided": count, "others": count,
        "held": count, "tally": tally, "why": list(WHY), "text": TEXT, **more,
    }  # fmt: skip


VARIANTS: tuple[dict[str, Any], ...] = (
    *(facts(**{state: True}) for state in STATES),
    *(facts(count) for count in COUNTS),
    facts(state_untrue=True, paused=True, shadow=True, send=True),
    facts(drop=True, tally={"drafts": 1, "right": 1, "behind": 5}),
    facts(tally={"drafts": 2, "right": 2}),
    {"at": AT},
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_whole_and_in_its_own_script(language: str) -> None:
    for kind in KINDS:
        for known in VARIANTS:
            text = render(kind, known, READERS[language]).text
            tags(text)
            ours = re.sub(r"<blockquote>.*?</blockquote>", "", text, flags=re.DOTALL)
            said = own_words(ours)
            assert "{" not in said
            assert "  " not in said
            assert all(first_letter_is_own(line, language) for line in ours.split("\n") if line.strip()), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customers_text_stands_in_it_as_he_reads_it(language: str) -> None:
    assert f"<blockquote>{TEXT.text}</blockquote>" in render("draft", facts(), READERS[language]).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_values_harm_none_of_them(language: str) -> None:
    for hostile in HOSTILE.values():
        known = facts(state_sent=True) | dict.fromkeys(("name", "order", "number", "who", "writes"), hostile)
        for kind in KINDS:
            tags(render(kind, known, READERS[language]).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_theirs_is_a_forbidden_one(language: str) -> None:
    path = next(path for path in i18n.po_files(language) if path.name == "drafts.po")
    texts = [
        (key, re.sub("<code>.*?</code>", "", one)) for key, forms in i18n.read_po_file(path, language) for one in forms
    ]
    assert [(key, words) for key, text in texts if (words := found(text, language))] == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_became_of_a_draft_is_said(language: str, state: str) -> None:
    plain = bare(render("draft", facts(text=None, why=[], writes=None), READERS[language]).text)
    decided = bare(render("draft", facts(text=None, why=[], writes=None, **{state: True}), READERS[language]).text)
    assert (decided != plain) is (state != "state_open")


def test_the_tally_reads_as_one_would_say_it() -> None:
    known = facts(tally={"drafts": 23, "right": 19, "wrong": 3, "open": 1, "ahead": 61})
    assert bare(render("draft", known, READERS["en"]).text).split("\n")[-1] == (
        "23 drafts so far. 19 would have been right, 61 h ahead in the median."
        " 3 would have been wrong. 1 not known yet."
    )


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ar", {1: "مسودة واحدة", 2: "مسودتان", 3: "3 مسودات", 11: "11 مسودة", 100: "100 مسودة", 103: "103 مسودات"}),
        ("fa", {1: "یک پیش‌نویس", 2: "۲ پیش‌نویس", 11: "۱۱ پیش‌نویس"}),
        ("en", {1: "One draft", 2: "2 drafts"}),
    ],
)
def test_drafts_are_counted_as_the_language_counts(language: str, forms: dict[int, str]) -> None:
    for count, form in forms.items():
        assert form in bare(render("shop_mode", facts(count), READERS[language]).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_has_a_label(language: str) -> None:
    labels = ("draft_send", "draft_edit", "draft_edit_over", "draft_drop", "draft_before", "draft_after")
    for label in (*labels, "drafts_send_all", "drafts_drop_all", "shadow_first"):
        assert catalogue(language).forms(f"button.{label}")
