"""The model messages of how we speak, as data: one file a message, its facts on each reader's own clock."""

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.texts.worlds import WORLDS, at, told

_FOLDER = Path(__file__).parent
_WHERE = "$"
"""Begins the name of what stands in that place in the language's own world."""


class Model(Struct, frozen=True):
    """One message as it must be said.

    `lines`: its line breaks count as well (they are given in section 9 alone). `more`: something may follow it (to
    colleagues more facts).
    """

    name: str
    kind: str
    facts: dict[str, Any]
    own: dict[str, dict[str, Any]]
    text: dict[str, str]
    labels: dict[str, list[str]]
    buttons: list[list[str]]
    lines: bool
    more: bool

    def known(self, language: str) -> dict[str, Any]:
        """Its facts in a language's world."""
        given = self.facts | self.own.get(language, {})
        return told(language, **{name: _here(fact, language) for name, fact in given.items()})


def _here(fact: Any, language: str) -> Any:
    if isinstance(fact, dict):
        return {name: _here(one, language) for name, one in fact.items()}
    if isinstance(fact, datetime):
        return at(language, fact.day, fact.hour, fact.minute)
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, str) and fact.startswith(_WHERE):
        return WORLDS[language][fact.removeprefix(_WHERE)]
    return fact


@cache
def models() -> dict[str, Model]:
    """Every model message by the name of its file."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Model:
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    return Model(
        name=path.stem,
        kind=given["kind"],
        facts=given["facts"],
        own={name[-2:]: facts for name, facts in given.items() if name.startswith("facts_")},
        text=given["text"],
        labels=given.get("labels", {}),
        buttons=given.get("buttons", []),
        lines=path.stem.startswith("09"),
        more=given.get("more", path.stem.startswith("11")),
    )
