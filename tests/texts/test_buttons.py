"""Buttons are the customer's own words: short, unlike each other, without a shout, in the reader's language."""

import re

import pytest

from bot.flows.facts import BUTTONS, buttons_for
from bot.texts.i18n import catalogue
from bot.texts.messages import render
from tests.texts.forbidden import EMOJI, found
from tests.texts.reading_marks import first_letter_is_own
from tests.texts.worlds import KINDS, LANGUAGES, READERS, WARNINGS, told

KEYS = catalogue("en").keys()
LABELS = sorted(key for key in KEYS if key.startswith("button."))
ASKS_WHAT_FOR = {"sooner", "too_late", "need_date"}
NO_DAY_TO_SAVE = {
    "lost_probable",
    "attempt",
    "returning",
    "address_problem",
    "pickup_over",
    "customs_action",
    "customs_papers",
    "unpaid",
}
"""Bad news in which another question is nearer: who takes it over, when the next visit suits, where it should go."""


def test_there_are_buttons_to_look_at() -> None:
    assert len(LABELS) > 50
    assert len(BUTTONS) > 15
    assert BUTTONS.keys() <= KINDS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_is_short_and_calm(language: str) -> None:
    for key in LABELS:
        (label,) = catalogue(language).forms(key)
        assert len(label) <= 40, key
        assert not re.search(r"[!.]$", label), key
        assert not EMOJI.search(label), key
        assert found(label, language) == [], key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BUTTONS)
def test_the_buttons_of_a_message_differ_and_fit_into_telegrams_limits(kind: str, language: str) -> None:
    rows = render(kind, told(language, agent=True), READERS[language], buttons_for(kind, 10**18 - 1)).buttons
    buttons = [button for row in rows for button in row]
    assert len({button.label for button in buttons}) == len(buttons)
    assert all(button.data and len(button.data.encode()) <= 64 for button in buttons)
    assert all(first_letter_is_own(button.label, language) for button in buttons)


@pytest.mark.parametrize("kind", sorted(set(WARNINGS) - NO_DAY_TO_SAVE))
def test_under_a_warning_one_may_say_what_the_day_was_for(kind: str) -> None:
    labels = {label for row in BUTTONS[kind] for label, _ in row}
    assert labels & ASKS_WHAT_FOR, kind


@pytest.mark.parametrize("kind", sorted(WARNINGS))
def test_a_person_is_one_tap_away_under_every_warning(kind: str) -> None:
    labels = {label for row in BUTTONS[kind] for label, _ in row}
    assert labels & {"human", "talk_to"} or kind == "attempt"
