"""How a fact is written into a hole: one named form a line of the table."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bot.texts import dates
from bot.texts.bidi import cut, escape, fold_digits, is_rtl, isolate, plain
from bot.texts.carriers import carrier_name
from bot.texts.money import money
from bot.texts.reading import Reading, as_day, as_utc
from bot.texts.template import Hole, Template, look_up

Facts = Mapping[str, Any]
Form = Callable[[Any, Reading], str]

LONGEST = 64
"""UTF-16 units of an outside value: a name, a place, an order number."""
LONGEST_NUMBER = 40
LONGEST_WORDS = 160
"""Of an outside value that is a phrase: opening hours, an address."""


class MissingFact(LookupError):
    """A text was chosen whose fact does not exist: its clause does not say what it needs."""


def outside(value: str, reading: Reading, longest: int = LONGEST) -> str:
    """A value from outside: stripped of direction marks, cut, isolated where it could be mixed up, escaped."""
    text = cut(plain(value), longest)
    safe = escape(text) if reading.markup else text
    return isolate(safe) if reading.rtl or is_rtl(text) else safe


def _text(value: Any, reading: Reading) -> str:
    if isinstance(value, int):
        return dates.number(value, reading)
    return outside(str(value), reading)


def _words(value: Any, reading: Reading) -> str:
    return outside(str(value), reading, LONGEST_WORDS)


def _ref(value: Any, reading: Reading) -> str:
    """An order number as the merchant wrote it; a purely numeric one in the reader's digits."""
    text = plain(str(value))
    folded = fold_digits(text)
    return outside(reading.number(folded) if folded.isdecimal() else text, reading)


def _code(value: Any, reading: Reading) -> str:
    """To be copied: Latin digits in every language."""
    text = cut(fold_digits(plain(str(value))), LONGEST_NUMBER)
    return f"<code>{escape(text)}</code>" if reading.markup else text


def _secret(value: Any, reading: Reading) -> str:
    """A key to be shown at a counter: hidden until tapped. Telegram allows no <code> inside a spoiler."""
    text = isolate(escape(cut(fold_digits(plain(str(value))), LONGEST_NUMBER)))
    return f"<tg-spoiler>{text}</tg-spoiler>"


def _local(value: Any, reading: Reading) -> datetime:
    return as_utc(value).astimezone(reading.zone)


def _on(write: Callable[[date, Reading], str]) -> Form:
    """A form of a day, for days and for instants (whose day it is for the reader)."""
    return lambda value, reading: write(_local(value, reading).date() if _is_instant(value) else as_day(value), reading)


def _is_instant(value: Any) -> bool:
    return isinstance(value, datetime) or (isinstance(value, str) and len(value) > 10)


def _at(write: Callable[[datetime, Reading], str]) -> Form:
    return lambda value, reading: write(_local(value, reading), reading)


def _by(form: str) -> Form:
    return lambda value, reading: dates.by(_local(value, reading), reading, form)


FORMS: Mapping[str, Form] = {
    "text": _text,
    "words": _words,
    "count": lambda value, reading: dates.number(int(value), reading),
    "ref": _ref,
    "code": _code,
    "secret": _secret,
    "money": money,
    "day": _on(dates.day),
    "short_day": _on(dates.short_day),
    "weekday": _on(dates.weekday),
    "month": _on(dates.month),
    "on": _on(dates.on_day),
    "time": _at(dates.time),
    "moment": _at(dates.moment),
    "at_time": _at(dates.at_time),
    "by": _by("by"),
    "by_weekday": _by("by_weekday"),
    "by_near": _by("by_near"),
    "by_time": _by("by_time"),
    "between": lambda value, reading: dates.between(as_day(value["from"]), as_day(value["to"]), reading),
    "hours": lambda value, reading: dates.hours(value["from"], value["to"], reading),
    "carrier": carrier_name,
    "Carrier": lambda value, reading: capital(carrier_name(value, reading)),
}
"""Every form a hole may ask for, beside `phrase` and `Phrase` (which word the order by the catalogue)."""

BY_NAME: Mapping[str, str] = {"order": "ref", "number": "code", "carrier": "carrier"}
"""The form of a fact whose hole names none; any other is an outside text, or a count if it is an int."""

ALWAYS = frozenset({"carrier:", "carrier:carrier", "carrier:Carrier", "order:phrase", "order:Phrase"})
"""Holes that can be filled without their fact: "the carrier", "your order"."""

PHRASES = frozenset({"phrase", "Phrase"})


def capital(text: str) -> str:
    """The text as it starts a sentence."""
    return text[:1].upper() + text[1:]


def fill(template: Template, facts: Facts, reading: Reading) -> str:
    """The text with its holes filled; raises MissingFact."""
    return "".join(part if isinstance(part, str) else _filled(part, facts, reading) for part in template.parts)


def _filled(hole: Hole, facts: Facts, reading: Reading) -> str:
    value = look_up(facts, hole.path)
    if hole.form in PHRASES:
        return _phrase(hole, value, facts, reading)
    if value is None and f"{hole.name}:{hole.form}" not in ALWAYS:
        raise MissingFact(hole.name)
    return FORMS[hole.form or BY_NAME.get(hole.path[-1], "text")](value, reading)


def _phrase(hole: Hole, value: Any, facts: Facts, reading: Reading) -> str:
    """ "order 1001", or "your order" where it has no number."""
    key = "word.order" if value in (None, "") else "word.order_numbered"
    text = fill(reading.texts.text(key), facts, reading)
    return capital(text) if hole.form == "Phrase" else text
