"""Write docs/messages: every message in every language, side by side (`python -m tests.messages`).

Made from the kinds and the catalogues with sample values, so that nothing is said there that the product does not say.
"""

import ast
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from bot.flows.facts import BUTTONS
from bot.texts import kinds as groups
from bot.texts.bidi import FSI, PDI
from bot.texts.forms import BY_NAME, Written, fill
from bot.texts.i18n import catalogue
from bot.texts.kinds import Clause, Kind, Line, Need, Slot, kinds
from bot.texts.messages import render
from bot.texts.reading import Reading, as_utc, read_by
from bot.texts.template import Hole, Template, look_up
from tests.texts import worlds
from tests.texts.worlds import LANGUAGES, READERS, RTL, at, everything

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "messages"
COMMAND = "python -m tests.messages"
COUNTS = (0, 1, 2, 3, 11, 100)
SHARED_FROM = 3
"""A choice of sentences that so many kinds share stands on a page of its own."""
WHEN: Mapping[str, str] = {
    "hint": "The forecast expects the promised day to be missed; nothing is visible yet.",
    "delay_slight": "The carrier moved the day by one or two days, the first time.",
    "delay_serious": "Three days or more, or past the day the customer needs it.",
    "delay_again": "A second or further slip: a window instead of a day.",
    "late": "The promised day has passed.",
    "stalled": "No scan beyond the usual gap.",
    "lost_probable": "No scan beyond the loss limit.",
    "attempt": "The courier noted that he could not hand it over.",
    "returning": "A scan says that it is on its way back.",
    "withdrawn": "A warning that no longer holds.",
    "turned_up": "A parcel that counted as lost was scanned again.",
    "still_nothing": "The promised word falls due and there is no news.",
    "promise_moved": "The promised word falls due and there is news.",
    "promise_broken": "A word was owed and not kept.",
    "not_left_yet": "The promised day can no longer be kept, and the parcel still lies with the shop.",
    "address_problem": "The carrier says that the address is wrong.",
    "on_its_way": "It has set out, to who read that it had not.",
    "held_up": "Agents said to warn all parcels of an incident.",
    "greeting": "Somebody opens the link to his parcel for the first time.",
    "live": "The standing message of a parcel, edited whenever something changes.",
    "out_for_delivery": "It is on the van.",
    "ready": "It can be collected.",
    "delivered": "It was delivered.",
    "returned": "It is back with the shop.",
    "state": "Asked where one parcel is.",
    "states": "Asked where several parcels are.",
}
"""Of what leaves unasked, when it does; of all else the flow that says it tells."""


def pages() -> dict[str, str]:
    """File name to text, for every page."""
    made = {f"{name}.md": _page(name) for name in _modules() if _kinds_of(name)}
    return {"README.md": _index(), "shared.md": _shared_page(), "buttons.md": _buttons_page(), **made}


def write() -> None:
    """All pages as they must be; what is no page of ours is removed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for stale in set(FOLDER.glob("*.md")) - {FOLDER / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


# ---- pages


def _modules() -> list[str]:
    return sorted(module.name for module in iter_modules(groups.__path__))


def _kinds_of(module: str) -> Mapping[str, Kind]:
    return getattr(import_module(f"{groups.__name__}.{module}"), "KINDS", {})


def _index() -> str:
    rows = [
        f"| [{name}]({name}.md) | {len(_kinds_of(name))} | {_about(name)} |" for name in _modules() if _kinds_of(name)
    ]
    return "\n".join(
        [
            "# Every message, in every language",
            "",
            f"Made by `{COMMAND}` from `bot/texts/kinds/` and `locales/`, with sample values.",
            "",
            "| page | messages | what |",
            "|---|---|---|",
            *rows,
            f"| [shared](shared.md) | | sentences that {SHARED_FROM} kinds or more share |",
            "| [buttons](buttons.md) | | labels of buttons |",
            "",
            "Each sentence is said only if the facts beside it exist: a claim without its record is left out. Of the"
            " sentences under one number the first that fits is said. What a fact is stands in `bot/texts/facts.py`.",
            "",
        ]
    )


def _about(module: str) -> str:
    return _first_line(import_module(f"{groups.__name__}.{module}").__doc__ or "")


def _first_line(text: str) -> str:
    return text.strip().split("\n\n")[0].replace("\n", " ")


def _page(module: str) -> str:
    parts = [f"# {module}", "", _about(module), "", f"Made by `{COMMAND}`. [All pages](README.md)", ""]
    for name, kind in _kinds_of(module).items():
        parts += _section(name, kind)
    return "\n".join(parts)


def _section(name: str, kind: Kind) -> Iterator[str]:
    yield from (f"## {name}", "")
    yield from (f"{when}\n" for when in _when(name))
    if buttons := BUTTONS.get(name):
        labels = " ".join(f"`{label}`" for row in buttons for label, _ in row)
        yield f"[Buttons](buttons.md): {labels}\n"
    if name in worlds.KINDS:
        yield from _table([("for example", {one: render(name, _usual(one), READERS[one]).text for one in LANGUAGES})])
    yield from _table(_sentences(kind.lines))
    if kind.many:
        yield from ("Of several parcels:\n",)
        yield from _table(_sentences(kind.many))


def _when(name: str) -> list[str]:
    return [WHEN[name]] if name in WHEN else _said_by().get(name, [])


@cache
def _said_by() -> Mapping[str, list[str]]:
    """Kind to the modules that answer with it, else to those that name it, each with its first line."""
    answered: dict[str, list[str]] = {}
    named: dict[str, list[str]] = {}
    for path in sorted((ROOT / "bot").glob("[cfj]*/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        about = f"`{path.relative_to(ROOT)}`: {_first_line(ast.get_docstring(tree) or '')}"
        nodes = list(ast.walk(tree))
        for found, texts in ((answered, _answers(nodes)), (named, _texts(nodes))):
            for kind in texts & kinds().keys():
                found.setdefault(kind, []).append(about)
    return named | answered


def _answers(nodes: Sequence[ast.AST]) -> set[str]:
    calls = [one for one in nodes if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "Answer"]
    return _texts([call.args[0] for call in calls if call.args])


def _texts(nodes: Sequence[ast.AST]) -> set[str]:
    return {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _shared_page() -> str:
    parts = ["# Shared sentences", "", f"Made by `{COMMAND}`. [All pages](README.md)", ""]
    for slot, name in sorted(_shared().items(), key=lambda entry: entry[1]):
        parts += [f"## {name}", "", *_table(_choices(slot, ""))]
    return "\n".join(parts)


def _buttons_page() -> str:
    labels = sorted(key.removeprefix("button.") for key in set(catalogue("en").keys()) if key.startswith("button."))
    rows = [(f"<code>{label}</code>", _everywhere(Clause(f"button.{label}"))) for label in labels]
    return "\n".join(["# Buttons", "", f"Made by `{COMMAND}`. [All pages](README.md)", "", *_table(rows)])


# ---- sentences

Row = tuple[str, Mapping[str, str]]
"""What stands before a row, and its text in each language."""


@cache
def _shared() -> Mapping[Slot, str]:
    """Choices of several sentences that many kinds share, each with its name."""
    used = Counter(
        slot
        for kind in kinds().values()
        for slot in {slot for line in (*kind.lines, *kind.many) for slot in line.slots}
        if isinstance(slot, tuple)
    )
    often = sorted((slot for slot, times in used.items() if times >= SHARED_FROM), key=_keys)
    return {slot: f"{slot[0].key} … {slot[-1].key}" for slot in often if isinstance(slot, tuple)}


def _keys(slot: Slot) -> list[str]:
    return [clause.key for clause in (slot if isinstance(slot, tuple) else (slot,))]


def _sentences(lines: tuple[Line, ...]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        each = f"for each of <code>{line.each}</code><br>" if line.each else ""
        for place, slot in enumerate(line.slots, 1):
            yield from _slot(slot, f"{number}.{place} {each}")


def _slot(slot: Slot, before: str) -> Iterator[Row]:
    name = _shared().get(slot)
    if name is None:
        yield from _choices(slot, before)
        return
    anchor = re.sub(r"[^a-z_ -]", "", name).replace(" ", "-")
    yield f'{before}<a href="shared.md#{anchor}">{name}</a>', dict.fromkeys(LANGUAGES, "…")


def _choices(slot: Slot, before: str) -> Iterator[Row]:
    for clause in slot if isinstance(slot, tuple) else (slot,):
        needs = ", ".join(f"<code>{html.escape(_need(need))}</code>" for need in clause.needs)
        yield f"{before}<b>{clause.key}</b>{'<br>if ' if needs else ''}{needs}", _everywhere(clause)


def _need(need: Need) -> str:
    return f"{'!' if need.absent else ''}{need.name}{need.sign}{need.wanted}"


def _everywhere(clause: Clause) -> dict[str, str]:
    return {language: _said(clause, language) for language in LANGUAGES}


def _said(clause: Clause, language: str) -> str:
    """The sentence with sample values; a counted one in each form that our counts reach."""
    reading = read_by(READERS[language], as_utc(at(language, 24, 9)))
    counted = len(reading.texts.forms(clause.key)) > 1
    said = [_filled(clause.key, n, reading) for n in (COUNTS if counted else (3,))]
    return "\n".join(dict.fromkeys(said))


def _filled(key: str, n: int, reading: Reading) -> str:
    template = reading.texts.text(key, n)
    facts: dict[str, Any] = {"n": n}
    for hole in template.holes:
        if hole.name != "n":
            _put(facts, hole, _sample(hole, reading))
    return fill(template, facts, reading)


def _put(facts: dict[str, Any], hole: Hole, value: Any) -> None:
    for step in hole.path[:-1]:
        facts = facts.setdefault(step, {})
    facts[hole.path[-1]] = value


def _sample(hole: Hole, reading: Reading) -> Any:
    """The value of the language's world, else the first that can be written in this form."""
    known = look_up(everything(reading.language), hole.path)
    if known is not None and _writes(known, hole, reading):
        return known
    return next(value for value in _values(hole, reading) if _writes(value, hole, reading))


def _values(hole: Hole, reading: Reading) -> Iterator[Any]:
    yield from (hole.path[-1].replace("_", " "), 3, at(reading.language, 26, 12), "2026-11-26")
    yield from ({"from": "2026-11-29", "to": "2026-12-03"}, {"from": "14:00", "to": "18:00"})
    yield from ({"amount": "64.00", "currency": "EUR"}, ["ups", "dhl_unified"], Written("…"))


def _writes(value: Any, hole: Hole, reading: Reading) -> bool:
    form = hole.form or BY_NAME.get(hole.path[-1], "text")
    facts: dict[str, Any] = {}
    _put(facts, hole, value)
    with suppress(Exception):
        return bool(fill(Template((Hole(hole.path, form),)), facts, reading))
    return False


def _usual(language: str) -> dict[str, Any]:
    """A delay of which much is known: no repeat, nothing in doubt."""
    left_out = ("repeat", "in_doubt", "boxes", "eta_from_on", "left")
    return {name: fact for name, fact in everything(language).items() if name not in left_out}


# ---- markup


def _table(rows: Iterable[Row]) -> Iterator[str]:
    yield "<table><tr><th></th><th>English</th><th>العربية</th><th>فارسی</th></tr>"
    for before, texts in rows:
        yield f"<tr><td>{before}</td>{''.join(_cell(texts[language], language) for language in LANGUAGES)}</tr>"
    yield from ("</table>", "")


def _cell(text: str, language: str) -> str:
    side = ' dir="rtl"' if language in RTL else ""
    return f"<td{side}>{_shown(text)}</td>"


def _shown(text: str) -> str:
    """Telegram's HTML as GitHub shows it: isolates stay, but visible in the source."""
    plain = re.sub(r"</?(tg-spoiler|a|blockquote)\b[^>]*>", "", text)
    return plain.replace("\n", "<br>").replace(FSI, "&#8296;").replace(PDI, "&#8297;").replace("\u200f", "&#8207;")


if __name__ == "__main__":
    write()
