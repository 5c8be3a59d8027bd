"""A message in a shop's own words: read, and filled as carefully as ours.

    <b>{order:Phrase} now comes {eta_on:day}</b>[, {days_late: one day | {n} days} late].
    {cause} {inquiry} [Last seen in {last_place}.|We don't know where it is.]
    We'll write {next_at:by}.

`{fact}` and `{fact:form}` are holes as in our catalogues; a sentence of ours is said by its name and only with its
record (`{inquiry}`). `[…]` is left out where a fact in it is missing; of several parts between `|` the first that
can be said is. `[fact: … | …]` is counted: a part for each plural form of the language. A hole outside of brackets
whose fact is missing makes the whole text unusable for that message: ours is said instead.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from bot.texts.bidi import escape
from bot.texts.forms import MissingFact, fill
from bot.texts.i18n import PLURALS, plural_form
from bot.texts.reading import Reading
from bot.texts.template import Hole, Template, look_up

TAG = re.compile(r"</?([a-zA-Z][\w-]*)[^<>]*>")
ALLOWED_TAGS = frozenset({"b", "i", "u", "s", "code"})
_HOLE = re.compile(r"\{\s*([a-z_]+(?:\.[a-z_]+)*)\s*(?::\s*([A-Za-z_]+)\s*)?\}")
_COUNTED = re.compile(r"\[\s*([a-z_]+(?:\.[a-z_]+)*)\s*:(?=[^\]]*\|)")
COUNT = "n"


class Flaw(Struct, frozen=True):
    """Why a text cannot be kept, and where: line and column count from 1, 0 = the text as a whole."""

    why: str
    line: int = 0
    column: int = 0
    said: str = ""
    meant: str = ""
    wanted: int = 0
    given: int = 0


class Flawed(ValueError):
    """The text cannot be kept."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.why)
        self.flaw = flaw


class Place(Struct, frozen=True):
    """A hole and where it stands."""

    hole: Hole
    line: int
    column: int


Part = str | Place
Words = tuple[Part, ...]


class Group(Struct, frozen=True):
    """A part in brackets: the first of its choices that can be said, or, if counted, the one for that number."""

    choices: tuple[Words, ...]
    count: str | None
    line: int
    column: int


Node = str | Place | Group


class OwnText(Struct, frozen=True):
    """A shop's text as it was read: its lines."""

    lines: tuple[tuple[Node, ...], ...]

    def nodes(self) -> Iterator[Node]:
        """Every node of every line."""
        return (node for line in self.lines for node in line)

    def groups(self) -> Iterator[Group]:
        """What stands in brackets."""
        return (node for node in self.nodes() if isinstance(node, Group))

    def places(self) -> Iterator[Place]:
        """Every hole, in brackets or not."""
        for node in self.nodes():
            if isinstance(node, Place):
                yield node
            elif isinstance(node, Group):
                yield from (part for words in node.choices for part in words if isinstance(part, Place))


@lru_cache(2048)
def read(body: str) -> OwnText:
    """The text; raises Flawed where it cannot be read."""
    return OwnText(tuple(tuple(_nodes(line, number)) for number, line in enumerate(body.split("\n"), 1)))


def _nodes(line: str, number: int) -> Iterator[Node]:
    at = 0
    while at < len(line):
        if line[at] == "[":
            end = line.find("]", at)
            if end < 0 or "[" in line[at + 1 : end]:
                raise Flawed(Flaw("bracket", number, at + 1, "["))
            yield _group(line, at, end, number)
            at = end + 1
        elif line[at] == "]":
            raise Flawed(Flaw("bracket", number, at + 1, "]"))
        else:
            end = min((found for found in (line.find(sign, at) for sign in "[]") if found >= 0), default=len(line))
            yield from _words(line[at:end], number, at)
            at = end


def _group(line: str, start: int, end: int, number: int) -> Group:
    counted = _COUNTED.match(line, start, end + 1)
    at = counted.end() if counted else start + 1
    choices: list[Words] = []
    for choice in line[at:end].split("|"):
        words = choice.strip() if counted else choice
        choices.append(tuple(_words(words, number, at + choice.find(words))))
        at += len(choice) + 1
    return Group(tuple(choices), counted[1] if counted else None, number, start + 1)


def _words(text: str, number: int, start: int) -> Iterator[Part]:
    """Words and holes; a brace that is no hole is a flaw."""
    at = 0
    for match in _HOLE.finditer(text):
        yield from _literal(text[at : match.start()], number, start + at)
        yield Place(Hole(tuple(match[1].split(".")), match[2] or ""), number, start + match.start() + 1)
        at = match.end()
    yield from _literal(text[at:], number, start + at)


def _literal(text: str, number: int, start: int) -> Iterator[str]:
    if found := re.search(r"[{}]", text):
        raise Flawed(Flaw("brace", number, start + found.start() + 1, text[found.start() : found.start() + 30]))
    if text:
        yield text


# ---- filling

Say = Callable[[str], str | None]
"""A sentence of ours by its name; empty where nothing of it can be said, None where no sentence is called so."""


def fill_own(text: OwnText, facts: Mapping[str, Any], reading: Reading, say: Say) -> str:
    """The message; raises MissingFact where a hole outside of brackets has no fact."""
    # Where we know a window, no single day of it is named.
    known = {name: fact for name, fact in facts.items() if name not in _DAYS_OF_WINDOW or "eta_range" not in facts}
    filled = (_tidy("".join(_node(node, known, reading, say) for node in line)) for line in text.lines)
    return "\n".join(line for line in filled if line)


_DAYS_OF_WINDOW = ("eta_on", "days_late")


def _tidy(line: str) -> str:
    return re.sub(r" (?=[ .,،؛;])", "", " ".join(line.split()))


def _node(node: Node, facts: Mapping[str, Any], reading: Reading, say: Say) -> str:
    if isinstance(node, str):
        return markup(node)
    if isinstance(node, Place):
        return _hole(node.hole, facts, reading, say)
    return _chosen(node, facts, reading, say)


def _chosen(group: Group, facts: Mapping[str, Any], reading: Reading, say: Say) -> str:
    choices: Sequence[Words] = group.choices
    if group.count is not None:
        n = look_up(facts, tuple(group.count.split(".")))
        if n is None:
            return ""
        facts = {**facts, COUNT: int(n)}
        choices = (group.choices[plural_form(PLURALS[reading.language])(abs(int(n)))],)
    for words in choices:
        if (said := _all(words, facts, reading, say)) is not None:
            return said
    return ""


def _all(words: Words, facts: Mapping[str, Any], reading: Reading, say: Say) -> str | None:
    """The words, or None where a fact or a record among them is missing."""
    said = []
    for part in words:
        try:
            written = markup(part) if isinstance(part, str) else _hole(part.hole, facts, reading, say)
        except MissingFact:
            return None
        if not written:
            return None
        said.append(written)
    return "".join(said)


def _hole(hole: Hole, facts: Mapping[str, Any], reading: Reading, say: Say) -> str:
    if not hole.form and (sentence := say(hole.name)) is not None:
        return sentence
    if not (hole.name in _ALWAYS or hole.form.lower() == "phrase") and not look_up(facts, hole.path):
        raise MissingFact(hole.name)
    return fill(Template((hole,)), facts, reading)


_ALWAYS = frozenset({"carrier", COUNT})


def markup(text: str) -> str:
    """Literal words as Telegram's HTML: our few tags stay, all else is escaped."""
    said, at = [], 0
    for match in TAG.finditer(text):
        said += [escape(text[at : match.start()]), match[0].lower()]
        at = match.end()
    return "".join([*said, escape(text[at:])])
