"""What an agent had better look at before his words leave: pure; says little, and nothing that it is not sure of."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from msgspec import Struct

from bot.flows import said_days
from bot.flows.reply_phrases import ASKED_FA, CARD, COMING, GREETED, NEVER, NOT_SO, SENT_AWAY, WINDOW
from bot.flows.understand import normalise

_SENTENCES = re.compile(r"[!?؟\n;؛]+|\.(?=\s|$)")
_ASKED = re.compile(r"[?؟]")
LONGEST_SAID = 60


class Known(Struct, frozen=True):
    """What the records say of the parcel that is spoken of, and to whom: `slips` new days he was told of before.

    `names` are those of his orders; `expected` is the last day that the carrier names.
    """

    today: date
    expected: date | None = None
    told: date | None = None
    slips: int = 0
    names: tuple[str, ...] = ()


class Doubt(Struct, frozen=True):
    """`why`: past | early | second | carrier | card | name; with the words or the day that give rise to it."""

    why: str
    said: str = ""
    day: date | None = None


def doubts(text: str, known: Known) -> tuple[Doubt, ...]:
    """Each kind of doubt once, in the order of the text."""
    found: dict[str, Doubt] = {}
    for doubt in _all(text, known):
        found.setdefault(doubt.why, doubt)
    return tuple(found.values())


def is_suspect(text: str, today: date) -> bool:
    """Whether a look at the records could give rise to a doubt; for most words it could not."""
    return bool(GREETED.search(text)) or any(_all(text, Known(today, date.max, None, 1)))


def _all(text: str, known: Known) -> Iterator[Doubt]:
    yield from _named_wrongly(text, known)
    for sentence, is_question in sentences(text):
        folded = normalise(sentence)
        for find in _FINDERS:
            yield from find(folded, sentence, known, is_question)


def sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Each sentence, and whether it asks."""
    at = 0
    for end in [*_SENTENCES.finditer(text), None]:
        said = text[at : end.start()] if end else text[at:]
        if said.strip():
            yield said.strip(), bool(end and _ASKED.search(end[0]))
        at = end.end() if end else at


# ---- days


def _unkept(folded: str, said: str, known: Known, is_question: bool) -> Iterator[Doubt]:
    """A day of arrival that is over, that the carrier's own day contradicts, or that is one new day too many."""
    if is_question or not COMING.search(folded) or NOT_SO.search(folded):
        return
    days = said_days.named(folded, known.today)
    if days:
        yield from _of_day(days, known, is_window=len(days) > 1 or bool(WINDOW.search(folded)))


def _of_day(days: tuple[date, ...], known: Known, *, is_window: bool) -> Iterator[Doubt]:
    last = days[-1]
    if last < known.today:
        yield Doubt("past", day=last)
    elif known.expected is not None and last < known.expected:
        yield Doubt("early", day=last)
    elif known.slips and not is_window and last != known.told:
        yield Doubt("second", day=last)


# ---- what is never said here


def _sent_away(folded: str, said: str, known: Known, is_question: bool) -> Iterator[Doubt]:
    hits = [hit for pattern in SENT_AWAY.values() if (hit := pattern.search(folded))]
    yield from (Doubt("carrier", said[:LONGEST_SAID]) for hit in hits[:1] if not _denied(folded, hit))


def _denied(folded: str, hit: re.Match[str]) -> bool:
    return bool(NEVER.search(folded[: hit.end()]))


def _card(folded: str, said: str, known: Known, is_question: bool) -> Iterator[Doubt]:
    if NEVER.search(folded):
        return
    named = {language: pattern.search(folded) for language, pattern in CARD.items()}
    asked = named["en"] or named["ar"] or (named["fa"] and (is_question or ASKED_FA.search(folded)))
    if asked:
        yield Doubt("card", said[:LONGEST_SAID])


_FINDERS: tuple[Callable[[str, str, Known, bool], Iterator[Doubt]], ...] = (_unkept, _sent_away, _card)


# ---- the name


def _named_wrongly(text: str, known: Known) -> Iterator[Doubt]:
    """Almost a name of the order: whoever is called by another one altogether may be so called by his friends."""
    own = {word for name in known.names for word in normalise(name).split()}
    for match in GREETED.finditer(text):
        said = normalise(match[1])
        if said and _misspelt(said, own):
            yield Doubt("name", match[1])


def _misspelt(said: str, own: Iterable[str]) -> bool:
    own = set(own)
    return said not in own and any(_is_near(said, name) for name in own)


def _is_near(said: str, name: str) -> bool:
    shorter = min(len(said), len(name))
    allowed = 2 if shorter >= 6 else 1
    return shorter >= 3 and abs(len(said) - len(name)) <= allowed and distance(said, name) <= allowed


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with their neighbour."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, second in enumerate(other, 1):
            changed = above[column - 1] + (letter != second)
            best = min(above[column] + 1, line[-1] + 1, changed)
            if before and column > 1 and (one[row - 2], letter) == (second, other[column - 2]):
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, above = above, line
    return above[-1]
