"""A shop's ready reply: words with a few named holes, read and filled as shops' own texts are (bot/texts/own.py).

Hello {name}, {agent} here. Order {order} [now comes {expected}|is on its way].
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from bot.texts.bidi import escape, is_rtl, isolate, utf16_len
from bot.texts.derive import derived
from bot.texts.forms import MissingFact
from bot.texts.own import Flaw, fill_own, read
from bot.texts.own_check import check_words
from bot.texts.own_words import Allowed
from bot.texts.reading import Reader, as_utc, read_by
from bot.texts.template import Hole

HOLES: Mapping[str, Hole] = {
    "name": Hole(("name",), ""),
    "order": Hole(("order",), ""),
    "number": Hole(("number",), ""),
    "carrier": Hole(("carrier",), ""),
    "promised": Hole(("promised_on",), "day"),
    "expected": Hole(("eta_on",), "day"),
    "place": Hole(("last_place",), ""),
    "seen": Hole(("last_at",), "moment"),
    "next": Hole(("next_at",), "by"),
    "agent": Hole(("agent",), ""),
    "shop": Hole(("shop",), ""),
}
"""What a macro calls a fact, and which form of it is said."""
WINDOW = Hole(("eta_range",), "between")
"""What is expected where no single day is."""
LONGEST = 2000
"""UTF-16 units: filled, with the agent's name above, it stays one message."""
AGENT = "\ufffc"
"""Stands where the name of whoever sends it will."""
_NAMED = re.compile(r"\{\s*([a-z_]+)\s*\}")
_PERSIAN = re.compile("[پچژگکی]")
_ARABIC = re.compile("[يكةأإىؤ]")
_RTL = re.compile("[\u0600-\u06ff]")


@cache
def known() -> Allowed:
    """Its holes, each in one form; nothing is counted, no sentence of ours stands in it."""
    return Allowed({name: frozenset({""}) for name in HOLES}, {}, frozenset(), frozenset(), False)


def check(language: str, body: str) -> Flaw | None:
    """The first flaw of a macro in this language; None: it can be kept."""
    length = utf16_len(body)
    return check_words(body, known(), language) if length <= LONGEST else Flaw("long", given=length, wanted=LONGEST)


def holes_in(body: str) -> list[str]:
    """The names of its holes, as they first occur."""
    return list(dict.fromkeys(_NAMED.findall(body)))


def fill(body: str, facts: Mapping[str, Any], reader: Reader) -> str:
    """The reply in Telegram's HTML; raises MissingFact with the hole's own name."""
    reading = read_by(reader, as_utc(facts["at"]))
    known = derived(facts, reading)
    formed = _NAMED.sub(lambda found: _formed(found[1], known), body)
    try:
        return fill_own(read(formed), known, reading, lambda name: None)
    except MissingFact as error:
        path = str(error.args[0])
        raise MissingFact(next((name for name, hole in HOLES.items() if hole.name == path), path)) from error


def _formed(name: str, facts: Mapping[str, Any]) -> str:
    hole = WINDOW if name == "expected" and "eta_range" in facts else HOLES.get(name)
    if hole is None:
        raise MissingFact(name)
    return f"{{{hole.name}:{hole.form}}}" if hole.form else f"{{{hole.name}}}"


def signed(markup: str, agent: str) -> str:
    """The reply with the name of who sends it."""
    name = escape(agent)
    return markup.replace(AGENT, isolate(name) if is_rtl(name) else name)


def written_in(body: str, speaks: str = "ar") -> str:
    """The language that the letters tell; where both write so, that of who `speaks`, if it is one of the two."""
    if not _RTL.search(body):
        return "en"
    if _PERSIAN.search(body):
        return "fa"
    return speaks if speaks == "fa" and not _ARABIC.search(body) else "ar"
