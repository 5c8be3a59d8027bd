"""Our own text of a kind as a shop would write it, and what its holes and sentences say with sample facts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.texts.bidi import FSI, PDI, utf16_len, visible
from bot.texts.derive import derived
from bot.texts.forms import MissingFact, fill
from bot.texts.kinds import Clause, Slot, kinds
from bot.texts.messages import LONGEST, sentence_of
from bot.texts.own import Flaw, OwnText, fill_own, read
from bot.texts.own_check import LONGEST_FIRST_LINE
from bot.texts.own_words import allowed, clauses_of, name_of
from bot.texts.reading import Reader, Reading, as_utc, read_by
from bot.texts.template import Hole, Template, compile_template

COUNTS = (1, 2, 3, 11, 100)
"""Numbers that between them take every form of our languages but that of none."""


def as_own(kind: str, facts: Mapping[str, Any], reader: Reader) -> str:
    """The kind's text in the reader's language, written as a shop would write it."""
    reading = _reading(facts, reader)
    known = derived(facts, reading)
    lines = (line for line in kinds()[kind].lines if line.each is None)
    return "\n".join(" ".join(_slot(slot, known, reading) for slot in line.slots) for line in lines)


def _reading(facts: Mapping[str, Any], reader: Reader) -> Reading:
    return read_by(reader, as_utc(facts["at"]))


def _slot(slot: Slot, known: Mapping[str, Any], reading: Reading) -> str:
    """The sentence that fits usually, in words if nothing but its values must be known; else by its name."""
    clause = next((one for one in clauses_of(slot) if one.fits(known)), None)
    if clause is None or not _speaks_for_itself(clause, reading):
        return f"{{{name_of(slot)}}}"
    forms = reading.texts.forms(clause.key)
    if clause.count is None or len(forms) == 1:
        return forms[0]
    return f"[{clause.count}: {' | '.join(forms)}]"


def _speaks_for_itself(clause: Clause, reading: Reading) -> bool:
    """True where each record that it needs is a value in its words, so that it cannot be said without."""
    said = {hole.name for form in reading.texts.forms(clause.key) for hole in compile_template(form).holes}
    said |= {clause.count} if clause.count else set()
    return all(not (need.sign or need.absent) and need.name in said for need in clause.needs)


def explained(kind: str, facts: Mapping[str, Any], reader: Reader) -> Iterator[tuple[str, str]]:
    """Each hole and sentence that a text of this kind may have, with what it says for these facts."""
    reading = _reading(facts, reader)
    known, may = derived(facts, reading), allowed(kind)
    for name, forms in may.holes.items():
        for form in sorted(forms):
            hole = Hole(tuple(name.split(".")), form)
            yield f"{{{name}:{form}}}".replace(":}", "}"), _written(hole, known, reading)
    for name, slot in may.sentences.items():
        yield f"{{{name}}}", sentence_of(slot, known, reading)


def _written(hole: Hole, known: Mapping[str, Any], reading: Reading) -> str:
    try:
        return fill(Template((hole,)), known, reading)
    except (MissingFact, TypeError, ValueError, KeyError):
        return ""


def too_long(kind: str, body: str, facts: Mapping[str, Any], longest: Mapping[str, Any], reader: Reader) -> Flaw | None:
    """A first line that a locked phone cuts, with usual values; a message that Telegram refuses, with the longest."""
    usual, most = _plain(kind, body, facts, reader), _plain(kind, body, longest, reader)
    if (first := len(usual.split("\n")[0])) > LONGEST_FIRST_LINE:
        return Flaw("first_long", 1, wanted=LONGEST_FIRST_LINE, given=first)
    if (whole := max(utf16_len(usual), utf16_len(most))) > LONGEST:
        return Flaw("long", wanted=LONGEST, given=whole)
    return None


def counted(body: str, facts: Mapping[str, Any], reader: Reader) -> Iterator[tuple[int, str]]:
    """What each counted part says for numbers that take every form of our languages."""
    reading = _reading(facts, reader)
    known = {name: fact for name, fact in derived(facts, reading).items() if name != "eta_range"}
    for group in read(body).groups():
        for n in COUNTS if group.count else ():
            said = fill_own(
                OwnText(((group,),)), _with(known, (group.count or "").split("."), n), reading, lambda _: None
            )
            yield n, visible(said)


def _with(facts: Mapping[str, Any], path: Sequence[str], n: int) -> dict[str, Any]:
    """The facts with this count in its place."""
    if len(path) == 1:
        return {**facts, path[0]: n}
    return {**facts, path[0]: _with(facts.get(path[0]) or {}, path[1:], n)}


def _plain(kind: str, body: str, facts: Mapping[str, Any], reader: Reader) -> str:
    """As much of it as can be said, line by line, with nothing cut."""
    reading, sentences = _reading(facts, reader), allowed(kind).sentences
    known = derived(facts, reading)

    def say(name: str) -> str | None:
        return sentence_of(sentences[name], known, reading) if name in sentences else None

    said = []
    for line in read(body).lines:
        try:
            said.append(fill_own(OwnText((line,)), known, reading, say))
        except MissingFact:
            continue
    return visible("\n".join(line for line in said if line)).replace(FSI, "").replace(PDI, "")
