"""A name that customers may read above an agent's words: what is none is refused, in any script."""

import unicodedata
from enum import StrEnum

LONGEST = 32
"""Characters: it stands in the first line of a message."""
_BETWEEN = frozenset(" '’-.·\u200c\u200d\u0640")
"""What may stand between letters: half-spaces, a tatweel, the dot of an initial."""
_MARKS_IN_A_ROW = 3
"""Arabic letters carry two, a third is a decoration; more would hide the lines around it."""


class Unfit(StrEnum):
    """Why a name is none."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    LINK = "link"
    SIGNS = "signs"


def unfit(name: str) -> Unfit | None:
    """Why `name` cannot be shown; None where it can. No link, no markup, no direction marks, no ornaments."""
    if not any(one.isalpha() for one in name):
        return Unfit.EMPTY if not name.strip() else Unfit.SIGNS
    if len(name) > LONGEST:
        return Unfit.TOO_LONG
    if "@" in name or "/" in name or ":" in name or _has_domain(name):
        return Unfit.LINK
    return None if all(map(_is_plain, name)) and not _is_heaped(name) else Unfit.SIGNS


def _has_domain(name: str) -> bool:
    """A dot within a word: `sara.example`; an initial's stands before a blank or at the end."""
    return any(before.isalnum() and after.isalnum() for before, dot, after in _threes(name) if dot == ".")


def _threes(name: str) -> list[tuple[str, str, str]]:
    return list(zip(name, name[1:], name[2:], strict=False))


def _is_plain(one: str) -> bool:
    return one in _BETWEEN or unicodedata.category(one)[0] in "LM" or unicodedata.category(one) == "Nd"


def _is_heaped(name: str) -> bool:
    marks = "".join("x" if unicodedata.category(one)[0] == "M" else " " for one in name)
    return "x" * (_MARKS_IN_A_ROW + 1) in marks
