"""The model messages, word for word, each in its own world on Tuesday 24 November 2026."""

from typing import Any

import pytest

from bot.flows.facts import buttons_for
from bot.texts.kinds import kinds
from bot.texts.messages import render
from tests.texts.models import Model, models
from tests.texts.reading_marks import bare
from tests.texts.worlds import LANGUAGES, READERS

MODELS = models()
CASES = [(name, language) for name, model in MODELS.items() for language in model.text]
WITH_BUTTONS = [(name, language) for name, model in MODELS.items() for language in model.labels]


def test_there_are_model_messages_in_three_languages() -> None:
    assert len(MODELS) > 25
    assert len(WITH_BUTTONS) > 27
    assert {model.kind for model in MODELS.values()} <= kinds().keys()
    in_english = {model.name for model in MODELS.values() if set(model.text) != set(LANGUAGES)}
    assert in_english == {"11_02_incident", "11_03_no_topics"}


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_model_message_is_said_word_for_word(name: str, language: str) -> None:
    model = MODELS[name]
    said, wanted = marked(render(model.kind, model.known(language), READERS[language]).text), model.text[language]
    if not model.lines:
        said, wanted = " ".join(said.split()), " ".join(wanted.split())
    assert (said[: len(wanted)] if model.more else said) == wanted


def marked(text: str) -> str:
    """What is seen, with the bold between stars as the models have it."""
    return bare(text.replace("<b>", "**").replace("</b>", "**"))


@pytest.mark.parametrize(("name", "language"), WITH_BUTTONS)
def test_under_a_model_message_stand_its_buttons(name: str, language: str) -> None:
    model = MODELS[name]
    known = model.known(language)
    rows = render(model.kind, known, READERS[language], buttons_of(model, known)).buttons
    labels = [button.label for row in rows for button in row]
    assert [label.replace("\u2068", "").replace("\u2069", "") for label in labels] == model.labels[language]


def buttons_of(model: Model, known: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """Those of the kind; of an answer those that its flow puts there."""
    if model.buttons:
        return [[(label, "x:1") for label in row] for row in model.buttons]
    return [list(row) for row in buttons_for(model.kind, 1, known)]
