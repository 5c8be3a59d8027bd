"""Whatever the code says has words, and every button it offers has a label, in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.domain.hours import WORDS
from bot.domain.notice import News
from bot.flows import facts
from bot.texts import kinds
from bot.texts.i18n import catalogue, languages

ROOT = Path(__file__).parents[2]
SAYING = {"Answer": 0, "rows_for": 1, "tell_desk": 1, "_answer": 0}
"""A function's name, and the place of its argument that names a kind of message."""


def said() -> Iterator[tuple[str, str]]:
    """(kind, where) for every kind that flows and chat name literally."""
    for folder in ("flows", "chat"):
        for path in (ROOT / "bot" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                    place = SAYING.get(name)
                    if place is not None and len(node.args) > place:
                        found = node.args[place]
                        if isinstance(found, ast.Constant) and isinstance(found.value, str):
                            yield found.value, f"{path.name}:{node.lineno}"


def test_every_kind_that_the_code_says_has_words() -> None:
    named = list(said())

    assert len(named) > 60
    assert [one for one in named if one[0] not in kinds.kinds()] == []


def test_every_kind_that_the_rules_plan_has_words() -> None:
    planned = {*WORDS, *(news.value for news in News), "withdrawn", "turned_up", "live", "card"}

    assert len(planned) > 12
    assert planned - kinds.kinds().keys() == set()


def test_every_button_under_a_notice_has_a_label_in_every_language() -> None:
    labels = {f"button.{label}" for rows in facts.BUTTONS.values() for row in rows for label, _ in row}

    assert len(labels) > 10
    assert {
        (language, label) for language in languages() for label in labels if label not in catalogue(language)
    } == set()
