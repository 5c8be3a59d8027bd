"""The days that a sentence of an agent's names, past or to come: pure, never raises."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.flows import days

_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")
AMBIGUOUS = frozenset({"sat", "sun", "wed"})
"""English words that are more often no weekday."""
NEAR = timedelta(days=180)
"""A day and month without a year mean the nearest one; farther away nobody means it."""


def named(sentence: str, today: date) -> tuple[date, ...]:
    """Every day in a normalised sentence (bot/flows/understand.py), oldest first; none where it cannot be read."""
    dated = frozenset(_dated(sentence.split(), today))
    return tuple(sorted(dated or frozenset(_spoken(sentence.split(), today))))


def _dated(words: list[str], today: date) -> Iterator[date]:
    """`26 november`, `november 26`, `26 تشرین الثانی`: a number beside the name of a month."""
    for at, word in enumerate(words):
        day = _ORDINAL.sub("", word)
        if not day.isdecimal() or len(day) > 2 or not 1 <= int(day) <= 31:
            continue
        beside = (
            words[at + 1 : at + 3],
            words[at + 1 : at + 2],
            words[max(at - 2, 0) : at],
            words[max(at - 1, 0) : at],
        )
        found = (days.of_month(" ".join(one), int(day), today, NEAR) for one in beside if one)
        yield from (one for one in (next((one for one in found if one), None),) if one)


def _spoken(words: list[str], today: date) -> Iterator[date]:
    """`tomorrow`, `on thursday`: the next such day."""
    at = 0
    while at < len(words):
        for length in (2, 1):
            phrase = " ".join(words[at : at + length])
            found = None if phrase in AMBIGUOUS else days.of_speech(phrase, today)
            if found is not None:
                yield found
                at += length
                break
        else:
            at += 1
