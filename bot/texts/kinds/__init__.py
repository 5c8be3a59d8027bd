"""Kinds of message as data: which sentence is said when. Nothing is registered: a module here is found.

To add messages, put a module beside this one and its words into a file of your own in every language:

    # bot/texts/kinds/shop.py
    from bot.texts.kinds import each, kind, line, say

    KINDS = {
        "shipment_added": kind(
            line(say("shipment_added.first", "order")),             # said iff the fact `order` exists
            line(
                say("shipment_added.promised", "promised_on"),
                (                                                     # the first that fits, or nothing
                    say("shipment_added.cod", "cod"),
                    say("shipment_added.paid", "!cod", "paid=true"),
                ),
            ),
            line(say("shipment_added.left", "days_left", count="days_left")),   # plural by this fact
            each("parcels", say("shipment_added.parcel", "number"), most=10),   # each element's own facts
        ),
    }

    # locales/en/LC_MESSAGES/shop.po        (header with the language's Plural-Forms: see messages.po)
    msgid "shipment_added.first"
    msgstr "Added: order {order}."

    msgid "shipment_added.left"
    msgid_plural "shipment_added.left"
    msgstr[0] "One day left."
    msgstr[1] "{n} days left."

A condition is `fact` (exists and is not empty, false or 0), `!fact`, `fact=text` and `fact!=text` (`true` for a
bool), `fact>n`; dots go into mappings (`inquiry.purpose=trace`). A clause must need every fact that its
text mentions (except those that the kind itself requires: `kind(..., requires=("number",))`, and `{order:phrase}`,
`{carrier}`, `{status:status}`, which can be said without).
Sentences of a line are joined by a space, lines by a line break; what is empty disappears.

Holes: `{fact}` an outside text, escaped and isolated (an int: a count) · `{n}` the counted number ·
`{order}` the order's number, `{order:phrase}` "order 1001" or "your order" · `{number}` in <code> ·
`{carrier}` its local name or "the carrier" (`{carrier:Carrier}` at a start) · `{x_on:day}` Thursday 26 November ·
`:weekday` `:on` `:short_day` `:month` · `{x_at:time}` `:moment` `:at_time` `:day` · deadlines `{x_at:by}` `:by_weekday`
`:by_near` `:by_time` · `{window:hours}` `{range:between}` `{cod:money}` `{x:amount}` (a decimal) `{code:code}`
`{code:secret}` `{x:typed}` `{x:words}` `{x:took}` (milliseconds).
All forms: bot/texts/forms.py. Tags allowed in a text: <b> <i> <code> <tg-spoiler> <a> <blockquote>.

Button labels are entries `button.<key>`; a label that starts with `=` is said as it is (a shop's name).
"""

import operator
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from msgspec import Struct

from bot.texts.template import look_up

_COMPARE: Mapping[str, Callable[[str, str], bool]] = {"!=": operator.ne, "=": operator.eq, ">": operator.gt}


class Need(Struct, frozen=True):
    """A condition on the facts."""

    path: tuple[str, ...]
    sign: str = ""
    wanted: str = ""
    absent: bool = False

    @property
    def name(self) -> str:
        """The fact's path as written."""
        return ".".join(self.path)

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """True where the facts fulfil it."""
        value = look_up(facts, self.path)
        if not self.sign:
            return bool(value) is not self.absent
        return _compares(value, self.sign, self.wanted)


def _compares(value: Any, sign: str, wanted: str) -> bool:
    """What does not exist differs from everything and is greater than nothing."""
    if value is None or sign == ">":
        return sign == "!=" if value is None else int(value) > int(wanted)
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return _COMPARE[sign](said, wanted)


class Clause(Struct, frozen=True):
    """A sentence: said if all its needs hold. `count` names the fact that chooses the plural form."""

    key: str
    needs: tuple[Need, ...] = ()
    count: str | None = None

    def fits(self, facts: Mapping[str, Any]) -> bool:
        """True where every record it speaks of exists."""
        for need in self.needs:  # noqa: SIM110  (a generator costs three times as much, and this is asked most often)
            if not need.holds(facts):
                return False
        return True


Slot = Clause | tuple[Clause, ...]
"""One sentence, or several of which the first that fits is said."""


class Line(Struct, frozen=True):
    """A paragraph; with `each`, one for every element of that list (at most `most`): only
    the element's own facts count there (a plain text is the fact `it`)."""

    slots: tuple[Slot, ...]
    each: str | None = None
    most: int = 10
    glue: str = " "


class Kind(Struct, frozen=True):
    """A message: its paragraphs. `edited` where it may be edited later: no word like "today" in it.

    `many`: the paragraphs where the facts have two or more `parcels`. `quotes`: the fact that holds further
    messages (kind and facts) which this one says as well.
    """

    lines: tuple[Line, ...]
    many: tuple[Line, ...] = ()
    requires: tuple[str, ...] = ()
    edited: bool = False
    quotes: str | None = None

    def clauses(self) -> tuple[Clause, ...]:
        """Every clause that could be said."""
        slots = (slot for paragraph in (*self.lines, *self.many) for slot in paragraph.slots)
        return tuple(clause for slot in slots for clause in ((slot,) if isinstance(slot, Clause) else slot))


def kind(
    *lines: Line,
    many: tuple[Line, ...] = (),
    requires: tuple[str, ...] = (),
    edited: bool = False,
    quotes: str | None = None,
) -> Kind:
    """A kind of these paragraphs."""
    return Kind(lines, many, requires, edited, quotes)


def say(key: str, *needs: str, count: str | None = None) -> Clause:
    """A clause; the needs are written as this module's docstring says."""
    return Clause(key, tuple(_need(text) for text in needs), count)


def line(*slots: Slot) -> Line:
    """A paragraph."""
    return Line(slots)


def each(fact: str, *slots: Slot, most: int = 10, glue: str = " ") -> Line:
    """A paragraph for every element of a list; `glue` joins its sentences."""
    return Line(slots, fact, most, glue)


def only(slot: Slot, *needs: str) -> tuple[Clause, ...]:
    """The slot's clauses, each under these needs as well."""
    added = tuple(_need(text) for text in needs)
    clauses = (slot,) if isinstance(slot, Clause) else slot
    return tuple(Clause(clause.key, clause.needs + added, clause.count) for clause in clauses)


def _need(text: str) -> Need:
    for sign in _COMPARE:
        name, found, wanted = text.partition(sign)
        if found:
            return Need(tuple(name.split(".")), sign, wanted)
    return Need(tuple(text.lstrip("!").split(".")), absent=text.startswith("!"))


class TwiceDefined(Exception):
    """Two modules define the same kind."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of every module in this folder, found once."""
    modules = (import_module(module.name) for module in iter_modules(__path__, f"{__name__}."))
    return merged({module.__name__: getattr(module, "KINDS", {}) for module in modules})


def merged(tables: Mapping[str, Mapping[str, Kind]]) -> dict[str, Kind]:
    """The kinds of several modules; one that two of them define is refused."""
    found: dict[str, Kind] = {}
    for module, table in tables.items():
        if twice := found.keys() & table.keys():
            raise TwiceDefined(f"{module}: {sorted(twice)}")
        found.update(table)
    return found
