"""Long words as several messages: never cut within a letter, within what is marked only where nothing else is left."""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise, takewhile
from typing import Any

from msgspec import Struct

from bot.texts.bidi import utf16_len

Entities = Sequence[Mapping[str, Any]]

LONGEST = 4096
LONGEST_CAPTION = 1024
"""UTF-16 units that a bot may put into a text and under media; paying people may say more under theirs."""
_DIVISIBLE = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "pre", "code"}
)
"""Marks that mean the same on both halves; half an address or a name means nothing."""
_SENTENCE_ENDS = frozenset(".!?…؟۔。！？")
_JOINER = "\u200d"
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_LEADING, _FOLLOWING = range(0x1100, 0x1160), range(0x1160, 0x1200)
_SYLLABLES = range(0xAC00, 0xD7A4)
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")


class Piece(Struct, frozen=True):
    """One message of several; its entities count from its own beginning."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


def shifted(entities: Entities, by: int) -> list[dict[str, Any]]:
    """The same marks in a text that begins `by` units earlier."""
    return [{**one, "offset": one["offset"] + by} for one in entities]


def split(text: str, entities: Entities = (), room: int = LONGEST, first: int | None = None) -> list[Piece]:
    """Pieces of at most `room` UTF-16 units (the first of at most `first`), none of them blank."""
    at = list(accumulate(map(utf16_len, text), initial=0))
    cuts = [*_cuts(text, at, entities, room, room if first is None else first), len(text)]
    pieces = [_piece(text, at, entities, start, end) for start, end in pairwise(cuts)]
    return [one for one in pieces if one.text.strip()]


def _piece(text: str, at: Sequence[int], entities: Entities, start: int, end: int) -> Piece:
    return Piece(text[start:end], tuple(_within(entities, at[start], at[end])))


def _within(entities: Entities, start: int, end: int) -> Iterator[dict[str, Any]]:
    for one in entities:
        begins, ends = max(one["offset"], start), min(one["offset"] + one["length"], end)
        if begins < ends:
            yield {**one, "offset": begins - start, "length": ends - begins}


def _cuts(text: str, at: Sequence[int], entities: Entities, room: int, first: int) -> Iterator[int]:
    """Where pieces begin; blanks before too long a text are Telegram's to drop, and could fill the first piece."""
    start, most = (len(text) - len(text.lstrip()) if at[-1] > first else 0), first
    yield start
    while at[-1] - at[start] > most:
        start = _cut(text, at, entities, start, most)
        yield start
        most = room


def _cut(text: str, at: Sequence[int], entities: Entities, start: int, room: int) -> int:
    """Where the piece that begins at `start` ends best; always beyond `start`."""
    latest = max(bisect_right(at, at[start] + room) - 1, start + 1)
    halfway = max(bisect_right(at, at[start] + room // 2) - 1, start + 1)
    whole = [(one["offset"], one["offset"] + one["length"]) for one in entities]
    firm = [span for span, one in zip(whole, entities, strict=True) if one["type"] not in _DIVISIBLE]
    for spans in (whole, firm, ()):
        free = [end for end in range(latest, start, -1) if not any(a < at[end] < b for a, b in spans)]
        late = [end for end in free if end >= halfway]
        found = next((end for ends in _ENDS for end in late if ends(text, end)), None)
        found = next((end for end in free if _letter(text, end)), None) if found is None else found
        if found is not None:
            return found
    return latest


# ---- what may end before a position


def _paragraph(text: str, end: int) -> bool:
    return text[max(end - 2, 0) : end] == "\n\n"


def _line(text: str, end: int) -> bool:
    return text[end - 1] == "\n"


def _sentence(text: str, end: int) -> bool:
    return text[end - 1].isspace() and text[max(end - 2, 0)] in _SENTENCE_ENDS


def _word(text: str, end: int) -> bool:
    return text[end - 1].isspace() and not _belongs(text[end - 1], text[end : end + 1])


_ENDS: Sequence[Callable[[str, int], bool]] = (_paragraph, _line, _sentence, _word)
"""Where a piece ends best comes first, unless it would be less than half full."""


def _letter(text: str, end: int) -> bool:
    """No letter as its reader sees it goes on: neither marks nor joined emoji, flags, or syllables in parts."""
    if end >= len(text) or not _belongs(text[end - 1], text[end]):
        return True
    return _is_flag(text[end]) and _is_flag(text[end - 1]) and _flags_before(text, end) % 2 == 0


def _belongs(before: str, after: str) -> bool:
    return bool(after) and any(rule(before, after) for rule in _RULES)


def _is_flag(char: str) -> bool:
    return ord(char) in _REGIONAL


def _flags_before(text: str, end: int) -> int:
    return sum(1 for _ in takewhile(_is_flag, reversed(text[:end])))


def _extends(before: str, after: str) -> bool:
    is_sign = ord(after) in _SKIN or ord(after) in _TAGS or after in "\u200c\u200d"
    return is_sign or unicodedata.category(after) in ("Mn", "Me", "Mc")


def _is_joined(before: str, after: str) -> bool:
    return before == _JOINER or before in _PREPENDED or (before, after) == ("\r", "\n")


def _is_half_flag(before: str, after: str) -> bool:
    return _is_flag(before) and _is_flag(after)


def _is_syllable(before: str, after: str) -> bool:
    if ord(before) in _LEADING:
        return ord(after) in _LEADING or ord(after) in _FOLLOWING or ord(after) in _SYLLABLES
    return ord(after) in _FOLLOWING and (ord(before) in _FOLLOWING or ord(before) in _SYLLABLES)


_RULES: Sequence[Callable[[str, str], bool]] = (_extends, _is_joined, _is_half_flag, _is_syllable)
