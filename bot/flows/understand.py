"""What a customer's free text asks for: pure, tolerant of spelling, never raises."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from enum import StrEnum

from msgspec import Struct

from bot.flows import phrases

LONGEST = 600
"""Characters looked at: what is longer tells a story, and stories are for people."""

_PLAIN = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ٱ": "ا", "ـ": None, "\u200c": " "})
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_NO_WORD = re.compile(r"[^\w]+|_")
_PERSIAN_VERB = re.compile(r"\b(ن?می) (?=\w)")


class Intent(StrEnum):
    """What the machine can answer by itself; everything else is `other` and goes to a person."""

    WHERE = "where"
    NOT_ARRIVED = "not_arrived"
    ANSWER = "answer"
    ROBOT = "robot"
    GREETING = "greeting"
    THANKS = "thanks"
    OTHER = "other"


class Understood(Struct, frozen=True):
    """`numbers` are those of his own order and tracking numbers that the text names."""

    intent: Intent
    numbers: tuple[str, ...] = ()


def fold_digits(text: str) -> str:
    """Digits of any script become ASCII; nothing else changes."""
    return "".join(str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in text)


def _drop_marks(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf") or c == "\u200c")


def normalise(text: str) -> str:
    """One spelling for what reads alike: letters, diacritics, half-spaces, digits, case, punctuation."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text[:LONGEST]).casefold())
    folded = fold_digits(_drop_marks(folded)).translate(_PLAIN)
    folded = " ".join(_NO_WORD.sub(" ", _APOSTROPHES.sub("", folded)).split())
    return _PERSIAN_VERB.sub(r"\1", folded)


def compact(number: str) -> str:
    """A number as it is compared: ASCII digits, capital letters, nothing between."""
    return re.sub(r"[^A-Z0-9]", "", fold_digits(unicodedata.normalize("NFKC", number[:LONGEST])).upper())


def vocabulary(text: str) -> frozenset[str]:
    """The words of a table, folded as the customer's are; phrases joined by half-spaces count glued, too."""
    entries = [normalise(entry) for entry in text.split()]
    return frozenset(entries) | frozenset(entry.replace(" ", "") for entry in entries)


_CONCEPTS = {
    name: vocabulary(getattr(phrases, name))
    for name in (
        "ASKS_WHERE", "ASKS_WHEN", "ARRIVES", "NOT", "PARCEL", "STATUS",
        "REPLY", "GREETING", "THANKS", "BOT", "YOU", "WANTS", "SMALL", "TROUBLE",
    )
}  # fmt: skip
_LONG_WORDS = frozenset(word for words in _CONCEPTS.values() for word in words if len(word) >= 5)


def _near(word: str, known: str) -> bool:
    """One letter more, less, other, or two swapped."""
    if abs(len(word) - len(known)) > 1:
        return False
    head = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    rest, known_rest = word[head:], known[head:]
    same_tail = rest[1:] == known_rest[1:] or rest[1:] == known_rest or rest == known_rest[1:]
    return same_tail or (rest[:2] == known_rest[1::-1] and rest[2:] == known_rest[2:])


def _meant(word: str) -> str:
    """The word of our tables that was meant; itself if none is near."""
    if len(word) < 5 or any(word in words for words in _CONCEPTS.values()):
        return word
    return next((known for known in sorted(_LONG_WORDS) if _near(word, known)), word)


def _named(text: str, own: Collection[str]) -> tuple[str, ...]:
    """His own numbers in the text: as a word, or (from 6 characters) anywhere between blanks and dashes."""
    words = {compact(word) for word in re.split(r"[\s,;:.!?؟،#]+", text[:LONGEST])}
    whole = compact(text)
    keys = ((number, compact(number)) for number in own)
    return tuple(number for number, key in keys if key and (key in words or (len(key) >= 6 and key in whole)))


def _words(text: str, numbers: Iterable[str]) -> list[str]:
    """The words beside the numbers he named, spelling mended."""
    parts = {part for number in numbers for part in normalise(number).split()}
    keys = "".join(compact(number) for number in numbers)
    kept = [w for w in normalise(text).split() if w not in parts and not (w.isascii() and w.upper() in keys)]
    return [_meant(word) for word in kept]


def _has(concept: str, words: Iterable[str]) -> bool:
    return not _CONCEPTS[concept].isdisjoint(words)


def _unknown(words: Iterable[str]) -> int:
    return sum(not any(word in known for known in _CONCEPTS.values()) for word in words)


_Rules = tuple[tuple[tuple[str, ...], int], ...]
_BARE: _Rules = ((("STATUS",), 0), (("PARCEL",), 0))
"""A mere noun asks, too, unless something is denied of it ("I did not order this")."""
_WHERE_RULES: _Rules = (
    # concepts that must all occur, and how many words beside them we may fail to know
    (("ASKS_WHERE", "PARCEL"), 3),
    (("ASKS_WHEN", "PARCEL"), 3),
    (("ASKS_WHEN", "ARRIVES"), 1),
    (("STATUS", "PARCEL"), 1),
    (("ASKS_WHERE",), 0),
    (("ASKS_WHEN",), 0),
    *_BARE,
)


def _asks_where(words: list[str], unknown: int) -> bool:
    rules = _WHERE_RULES[: -len(_BARE)] if _has("NOT", words) else _WHERE_RULES
    return any(unknown <= spare and all(_has(c, words) for c in need) for need, spare in rules)


def _intent(words: list[str], named: bool) -> Intent:
    unknown = _unknown(words)
    if _has("TROUBLE", words):
        return Intent.OTHER
    if _has("BOT", words):
        return _about_us(words, unknown)
    if _has("REPLY", words) and any(_has(asks, words) for asks in ("ASKS_WHERE", "ASKS_WHEN", "NOT")) and unknown <= 2:
        return Intent.ANSWER
    if _has("NOT", words) and _has("ARRIVES", words) and unknown <= 1:
        return Intent.NOT_ARRIVED
    if _asks_where(words, unknown) or (named and unknown == 0):
        return Intent.WHERE
    return _courtesy(words, unknown)


def _about_us(words: list[str], unknown: int) -> Intent:
    """ "Are you a person?" is answered; "give me a person" is for one."""
    asks = _has("YOU", words) and not any(_has(other, words) for other in ("WANTS", "PARCEL", "ASKS_WHERE"))
    return Intent.ROBOT if asks and unknown == 0 else Intent.OTHER


def _courtesy(words: list[str], unknown: int) -> Intent:
    if not words or unknown:
        return Intent.OTHER
    if _has("GREETING", words):
        return Intent.GREETING
    return Intent.THANKS if _has("THANKS", words) else Intent.OTHER


def understand(text: str, own: Collection[str] = ()) -> Understood:
    """What `text` asks for; `own` are the order and tracking numbers of whoever wrote it."""
    if len(text) > LONGEST:
        return Understood(Intent.OTHER)
    numbers = _named(text, own)
    return Understood(_intent(_words(text, numbers), bool(numbers)), numbers)
