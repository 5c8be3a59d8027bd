"""A kind, its facts and a reader become a message in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.texts.bidi import cut_html, plain
from bot.texts.derive import derived
from bot.texts.forms import MissingFact, fill
from bot.texts.kinds import Clause, Kind, Line, Slot, kinds
from bot.texts.own import Flawed, fill_own, read
from bot.texts.own_words import allowed
from bot.texts.reading import Reader, Reading, as_utc, read_by
from bot.texts.template import look_up

__all__ = ["Button", "MissingFact", "Reader", "Rendered", "UnknownKind", "render"]

LONGEST = 4096
"""UTF-16 units of a message after its entities are parsed."""
LONGEST_LABEL = 60
LABELS_WITHOUT: Mapping[str, tuple[str, str]] = {
    "talk_to": ("agent", "human"),
    "tomorrow_fine": ("tomorrow", "day_fine"),
    "day_fine": ("eta_on", "all_fine"),
    "rather_day": ("promised_on", "other_day"),
}
"""A label that names a fact, and the label that stands in where there is none."""
COPIED = "copy:"
"""What stands behind it in a button's target goes to the reader's clipboard."""
_ADDRESSES = ("https://", "http://", "tg://")


class UnknownKind(KeyError):
    """No module in bot/texts/kinds defines this kind."""


class Button(Struct, frozen=True):
    """A button: a callback text, an address, or words to be copied."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


class Rendered(Struct, frozen=True):
    """Telegram HTML and rows of buttons."""

    text: str
    buttons: list[list[Button]]


def render(
    kind: str,
    facts: Mapping[str, Any],
    reader: Reader,
    buttons: Sequence[Sequence[tuple[str, str]]] = (),
    own: str | None = None,
) -> Rendered:
    """The message; `facts["at"]` says when it is written. Raises UnknownKind, MissingFact, UnknownText.

    `own`: the shop's own text of it, which is said if it can be, else ours.
    """
    found = _kind(kind)
    edited = found.edited or bool(facts.get("edited"))
    reading = read_by(reader, _written_at(facts), edited=edited)
    known = derived(facts, reading)
    text = _owned(own, kind, found, known, reading) or "\n".join(_said(found, known, reading))
    return Rendered(cut_html(text, LONGEST), _buttons(buttons, known, reader))


def _owned(own: str | None, name: str, kind: Kind, facts: Mapping[str, Any], reading: Reading) -> str | None:
    """The shop's own text; None where it has none, it cannot be said now, or the message is of several parcels."""
    if not own or "several" in facts:
        return None
    sentences = allowed(name).sentences

    def say(sentence: str) -> str | None:
        return sentence_of(sentences[sentence], facts, reading) if sentence in sentences else None

    try:
        said = [fill_own(read(own), facts, reading, say)]
    except (Flawed, LookupError, TypeError, ValueError):
        return None
    if "{never_ask}" not in own and (warned := say("never_ask")):
        said.append(warned)
    if facts.get("repeat"):
        said.append(fill(reading.texts.text("repeat"), facts, reading))
    return "\n".join(said)


def sentence_of(slot: Slot, facts: Mapping[str, Any], reading: Reading) -> str:
    """What a choice of sentences says of these facts; empty where nothing fits."""
    return "".join(_sentences((slot,), facts, reading))


def _kind(name: str) -> Kind:
    try:
        return kinds()[name]
    except KeyError:
        raise UnknownKind(name) from None


def _written_at(facts: Mapping[str, Any]) -> datetime | None:
    at = facts.get("at")
    return as_utc(at) if at else None


def _said(kind: Kind, facts: Mapping[str, Any], reading: Reading) -> Iterator[str]:
    _check_required(kind, facts)
    for paragraph in kind.many if kind.many and "several" in facts else kind.lines:
        yield from _paragraph(paragraph, facts, reading)
    for quoted in facts.get(kind.quotes or "", ()):
        yield from _said(_kind(quoted["kind"]), derived(quoted["facts"], reading), reading)
    if facts.get("repeat"):
        yield fill(reading.texts.text("repeat"), facts, reading)


def _check_required(kind: Kind, facts: Mapping[str, Any]) -> None:
    absent = [name for name in kind.requires if not look_up(facts, tuple(name.split(".")))]
    if absent:
        raise MissingFact(", ".join(absent))


def _paragraph(paragraph: Line, facts: Mapping[str, Any], reading: Reading) -> Iterator[str]:
    for within in _scopes(paragraph, facts):
        if sentences := paragraph.glue.join(_sentences(paragraph.slots, within, reading)):
            yield sentences


def _scopes(paragraph: Line, facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if paragraph.each is None:
        yield facts
        return
    for element in (facts.get(paragraph.each) or ())[: paragraph.most]:
        yield element if isinstance(element, Mapping) else {"it": element}


def _sentences(slots: Sequence[Slot], facts: Mapping[str, Any], reading: Reading) -> Iterator[str]:
    for slot in slots:
        clause = _chosen(slot, facts)
        if clause is not None:
            yield _sentence(clause, facts, reading)


def _chosen(slot: Slot, facts: Mapping[str, Any]) -> Clause | None:
    if isinstance(slot, Clause):
        return slot if slot.fits(facts) else None
    return next((clause for clause in slot if clause.fits(facts)), None)


def _sentence(clause: Clause, facts: Mapping[str, Any], reading: Reading) -> str:
    if clause.count is None:
        return fill(reading.texts.text(clause.key), facts, reading)
    n = int(look_up(facts, tuple(clause.count.split("."))) or 0)
    return fill(reading.texts.text(clause.key, n), {**facts, "n": n}, reading)


def _buttons(rows: Sequence[Sequence[tuple[str, str]]], facts: Mapping[str, Any], reader: Reader) -> list[list[Button]]:
    if not rows:
        return []
    reading = read_by(reader, _written_at(facts), edited=True, markup=False)
    return [[_button(label, target, facts, reading) for label, target in row] for row in rows]


def _button(label: str, target: str, facts: Mapping[str, Any], reading: Reading) -> Button:
    if target.startswith(_ADDRESSES):
        return Button(_label(label, facts, reading), url=target)
    if target.startswith(COPIED):
        return Button(_label(label, facts, reading), copy=target.removeprefix(COPIED))
    return Button(_label(label, facts, reading), data=target)


def _label(label: str, facts: Mapping[str, Any], reading: Reading) -> str:
    if label.startswith("="):
        return plain(label[1:])[:LONGEST_LABEL]
    while label in LABELS_WITHOUT and not facts.get(LABELS_WITHOUT[label][0]):
        label = LABELS_WITHOUT[label][1]
    return fill(reading.texts.text(f"button.{label}"), facts, reading)
