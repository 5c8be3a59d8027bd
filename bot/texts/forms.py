"""How a fact is written into a hole: one named form a line of the table."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from bot.texts import dates
from bot.texts.bidi import cut, escape, fold_digits, is_rtl, isolate, plain
from bot.texts.carriers import NAMES, carrier_name, to_carrier
from bot.texts.money import amount, money
from bot.texts.reading import Reading, as_day, as_utc
from bot.texts.template import Hole, Template, look_up

Facts = Mapping[str, Any]
Form = Callable[[Any, Reading], str]

LONGEST = 64
"""UTF-16 units of an outside value: a name, a place, an order number."""
LONGEST_NUMBER = 40
_ARABIC_LETTERS = re.compile("[\u0620-\u064a ]+")
LONGEST_BLOCK = 3000
LONGEST_WORDS = 160
"""Of an outside value that is a phrase: opening hours, an address."""


class Written(Struct, frozen=True):
    """A message of ours as its reader gets it, in Telegram's HTML: shown to somebody else inside another message."""

    text: str


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


def _attached(value: Any, reading: Reading) -> str:
    """A name that a one-letter preposition is written to: an isolate would tear the letters apart.

    What is not of its script's letters alone stays isolated, after a tatweel that shows the preposition joined.
    """
    text = cut(plain(str(value)), LONGEST)
    if _ARABIC_LETTERS.fullmatch(text):
        return text
    return f"ـ{outside(text, reading)}" if reading.language == "ar" else outside(text, reading)


def _words(value: Any, reading: Reading) -> str:
    return outside(str(value), reading, LONGEST_WORDS)


def _ref(value: Any, reading: Reading) -> str:
    """An order number as the merchant wrote it; a purely numeric one in the reader's digits."""
    text = plain(str(value))
    folded = fold_digits(text)
    return outside(reading.number(folded) if folded.isdecimal() else text, reading)


def _code(value: Any, reading: Reading) -> str:
    """To be copied: Latin digits in every language."""
    return _copied(cut(fold_digits(plain(str(value))), LONGEST_NUMBER), reading)


def _typed(value: Any, reading: Reading) -> str:
    """A command of ours to be copied: whole, as a part of it would be wrong."""
    return _copied(cut(plain(str(value)), LONGEST_WORDS), reading)


def _copied(text: str, reading: Reading) -> str:
    if not reading.markup:
        return text
    # The isolate stands outside the entity: a tap copies the number alone.
    code = f"<code>{escape(text)}</code>"
    return isolate(code) if reading.rtl else code


def _block(value: Any, reading: Reading) -> str:
    """Several lines to be copied at once."""
    return f"<code>{escape(cut(chr(10).join(map(plain, str(value).splitlines())), LONGEST_BLOCK))}</code>"


def _raw(value: Any, reading: Reading) -> str:
    """Machine text of our own (a link, part of a command): as it is, or it could not be tapped or copied."""
    text = plain(str(value))
    return escape(text) if reading.markup else text


def _written_before(value: Written, reading: Reading) -> str:
    """Whole: it was made harmless when it was worded."""
    return value.text


def _secret(value: Any, reading: Reading) -> str:
    """A key to be shown at a counter: hidden until tapped. Telegram allows no <code> inside a spoiler."""
    text = isolate(escape(cut(fold_digits(plain(str(value))), LONGEST_NUMBER)))
    return f"<tg-spoiler>{text}</tg-spoiler>"


def _carriers(value: Any, reading: Reading) -> str:
    """Names of several; one that has no local name by its slug."""
    slugs = [value] if isinstance(value, str) else value
    names = (carrier_name(slug, reading) if slug in NAMES else outside(slug.upper(), reading) for slug in slugs)
    return dates.comma(reading).join(names)


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


_MINUTE_MS, _HOUR = 60_000, 60
_PRECISE_HOURS = 10
"""From so many hours on minutes are no longer said."""


def _took(value: Any, reading: Reading) -> str:
    """A duration in milliseconds, in minutes and hours: a day of work is no day of the clock."""
    minutes = round(int(value) / _MINUTE_MS)
    if not minutes:
        return fill(reading.texts.text("duration.none"), {}, reading)
    if minutes >= _PRECISE_HOURS * _HOUR:
        return _counted("hours", round(minutes / _HOUR), reading)
    hours, rest = divmod(minutes, _HOUR)
    said = [Written(_counted(unit, n, reading)) for unit, n in (("hours", hours), ("minutes", rest)) if n]
    if len(said) == 1:
        return said[0].text
    return fill(reading.texts.text("duration.both"), {"first": said[0], "second": said[1]}, reading)


def _counted(unit: str, n: int, reading: Reading) -> str:
    return fill(reading.texts.text(f"duration.{unit}", n), {"n": n}, reading)


FORMS: Mapping[str, Form] = {
    "text": _text,
    "words": _words,
    "attached": _attached,
    "spelled": lambda value, reading: dates.spelled(int(value), reading),
    "took": _took,
    "count": lambda value, reading: dates.number(int(value), reading),
    "ref": _ref,
    "code": _code,
    "typed": _typed,
    "block": _block,
    "secret": _secret,
    "raw": _raw,
    "whole": _written_before,
    "money": money,
    "amount": lambda value, reading: amount(str(value), reading),
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
    "at_weekday": _at(dates.at_weekday),
    "by_hour": _by("by_hour"),
    "by_clock": _by("by_clock"),
    "by_bare": _by("by_bare"),
    "until": _at(dates.until),
    "since": _at(dates.since),
    "open_until": _at(dates.open_until),
    "carrier": carrier_name,
    "to": to_carrier,
    "carriers": lambda value, reading: _carriers(value, reading),
    "status": lambda value, reading: _status(value, reading),
}
"""Every form a hole may ask for, beside `phrase` (which words the order); with a capital it starts a sentence."""

BY_NAME: Mapping[str, str] = {"order": "ref", "number": "code", "carrier": "carrier"}
"""The form of a fact whose hole names none; any other is an outside text, or a count if it is an int."""

ALWAYS = frozenset({"carrier", "order", "status"})
"""Facts without which a hole can be filled: "the carrier", "your order", "no news yet"."""


def capital(text: str) -> str:
    """The text as it starts a sentence."""
    return text[:1].upper() + text[1:]


def fill(template: Template, facts: Facts, reading: Reading) -> str:
    """The text with its holes filled; raises MissingFact."""
    return "".join(part if isinstance(part, str) else _filled(part, facts, reading) for part in template.parts)


def _filled(hole: Hole, facts: Facts, reading: Reading) -> str:
    value = look_up(facts, hole.path)
    if value is None and hole.name not in ALWAYS:
        raise MissingFact(hole.name)
    form = hole.form or BY_NAME.get(hole.path[-1], "text")
    if form[0].isupper():
        return capital(_written(form[0].lower() + form[1:], value, facts, reading))
    return _written(form, value, facts, reading)


def _written(form: str, value: Any, facts: Facts, reading: Reading) -> str:
    if form == "phrase":
        # "order 1001", or "your order" where it has no number
        return fill(reading.texts.text("word.order_numbered" if value else "word.order"), facts, reading)
    return FORMS[form](value, reading)


def _status(value: Any, reading: Reading) -> str:
    key = f"status.{value}"
    return fill(reading.texts.text(key if key in reading.texts else "status.unknown"), {}, reading)
