"""Words that wait until their author has answered a question of ours: all of them, in order."""

from collections.abc import Sequence
from typing import Any

from bot.store.tickets import Words
from bot.texts.bidi import utf16_len

ONE_BY_ONE = 20
"""So many wait each for itself; further plain words are put together."""
MOST = 60
LONGEST = 3500
"""UTF-16 units of what is put together."""


def parts_of(words: Words) -> list[Any]:
    """Words in the order of their parts, as they wait."""
    return [words.message_id, words.text, words.media, None, list(words.entities), words.album, words.file]


def with_more(waiting: Sequence[list[Any]], said: Sequence[list[Any]]) -> list[list[Any]] | None:
    """What waits with what is said now; None where there is no room for it, so that nothing before it is lost."""
    kept = list(waiting)
    for one in said:
        joined = _joined(kept[-1], one) if len(kept) >= ONE_BY_ONE else None
        if joined is not None:
            kept[-1] = joined
        elif len(kept) < MOST:
            kept.append(one)
        else:
            return None
    return kept


def _joined(before: list[Any], one: list[Any]) -> list[Any] | None:
    """Two messages of plain text as one; None for any other."""
    length = utf16_len(before[1]) + 1
    if before[2] is not None or one[2] is not None or length + utf16_len(one[1]) > LONGEST:
        return None
    marks = [*before[4], *({**mark, "offset": mark["offset"] + length} for mark in one[4])]
    return [before[0], f"{before[1]}\n{one[1]}", None, None, marks, *before[5:]]
