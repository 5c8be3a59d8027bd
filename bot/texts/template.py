"""A text with holes: `Order {order} arrives {eta_on:day}` is compiled once and filled often."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

_HOLE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)(?::([A-Za-z_]+))?\}")


class Hole(Struct, frozen=True):
    """A place to be filled: the fact's path and how it is written (empty: by its name or type)."""

    path: tuple[str, ...]
    form: str

    @property
    def name(self) -> str:
        """The path as written."""
        return ".".join(self.path)


class Template(Struct, frozen=True):
    """Literal text and holes in turn."""

    parts: tuple[str | Hole, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))


def compile_template(text: str) -> Template:
    """Raises ValueError where a brace is left that is no hole."""
    parts: list[str | Hole] = []
    end = 0
    for match in _HOLE.finditer(text):
        parts.append(text[end : match.start()])
        parts.append(Hole(tuple(match[1].split(".")), match[2] or ""))
        end = match.end()
    parts.append(text[end:])
    if any("{" in part or "}" in part for part in parts if isinstance(part, str)):
        raise ValueError(f"a brace that is no hole: {text!r}")
    return Template(tuple(part for part in parts if part != ""))


def look_up(facts: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The fact at a dotted path, None where there is none."""
    found = facts.get(path[0])
    for step in path[1:]:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found
