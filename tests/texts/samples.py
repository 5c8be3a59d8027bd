"""A value for every hole, made from how it is written there: so any text of any kind can be said."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.texts.forms import BY_NAME, Written
from bot.texts.i18n import catalogue
from bot.texts.kinds import Clause, Line, kinds
from bot.texts.template import Hole, compile_template
from tests.texts.worlds import at

NUMBERS = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111)
"""Where the forms of counted words change."""
_DAY = "2026-11-26"
_DAYS = ("day", "on", "short_day", "weekday", "month")
_INSTANTS = (
    "time", "moment", "at_time", "by", "by_weekday", "by_near", "by_time", "by_hour", "by_clock", "by_bare", "until",
    "since", "at_weekday", "open_until",
)  # fmt: skip
_OTHERS: Mapping[str, Any] = {
    "money": {"amount": "64.00", "currency": "EUR"},
    "amount": "64.00",
    "between": {"from": "2026-11-26", "to": "2026-11-29"},
    "hours": {"from": "14:00", "to": "18:00"},
    "carriers": ["ups", "dhl_unified"],
    "carrier": "dhl_unified",
    "status": "in_transit",
    "count": 3,
    "spelled": 3,
    "whole": Written("<b>…</b>"),
}


def sample(hole: Hole, language: str) -> Any:
    """What stands in a hole, by its form."""
    form = (hole.form or BY_NAME.get(hole.path[-1], "text")).lower()
    if form in _DAYS:
        return _DAY
    if form in _INSTANTS:
        return at(language, 26, 14)
    return _OTHERS.get(form, "1001")


def facts_for(key: str, language: str) -> dict[str, Any]:
    """Whatever a text of that key asks for."""
    found: dict[str, Any] = {}
    for form in catalogue(language).forms(key):
        for hole in compile_template(form).holes:
            _put(found, hole.path, sample(hole, language))
    return found


def _put(facts: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        facts = facts.setdefault(step, {})
    facts[path[-1]] = value


def needed_by(kind: str) -> list[str]:
    """The facts that a kind's sentences ask for, or are counted by."""
    names = {need.path[0] for clause in kinds()[kind].clauses() for need in clause.needs}
    return sorted(names | {clause.count.partition(".")[0] for clause in kinds()[kind].clauses() if clause.count})


def clauses() -> Iterator[tuple[Line, Clause]]:
    """Every sentence of every kind with its paragraph."""
    for one in kinds().values():
        for paragraph in (*one.lines, *one.many):
            for slot in paragraph.slots:
                for clause in (slot,) if isinstance(slot, Clause) else slot:
                    yield paragraph, clause
