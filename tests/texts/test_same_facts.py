"""One set of facts says the same days, hours and sums in every language."""

import re
from datetime import date

import pytest

from bot.texts.bidi import fold_digits
from bot.texts.calendars import MONTHS
from bot.texts.messages import Reader, render
from tests.texts.reading_marks import bare
from tests.texts.worlds import KINDS, everything

ZONE = "Asia/Riyadh"
READERS = {
    "en": Reader("en", ZONE),
    "ar": Reader("ar", ZONE),
    "ar٠": Reader("ar", ZONE, digits="arab"),
    "fa": Reader("fa", ZONE, calendar="gregorian"),
}
_AFTERNOON = ("بعد الظهر", "بعد ظهر", "مساءً", "مساء")


def days(text: str, language: str) -> set[tuple[int, int]]:
    names = MONTHS[language, "gregorian"]
    found = re.findall(rf"(\d+) ({'|'.join(names)})(?!\w)", text)
    return {(int(day), names.index(month) + 1) for day, month in found}


def hours(text: str, language: str) -> set[tuple[int, int]]:
    """Every time of day, on the 24-hour clock."""
    if language != "ar":
        plain = re.findall(r"(?:ساعت|[Bb]y|at|by|until|and|between|و|,) (\d{1,2})(?::(\d\d))?(?!\d)", text)
        return {(int(hour), int(minute or 0)) for hour, minute in plain}
    parts = "|".join([*_AFTERNOON, "صباحًا", "صباح", "ظهرًا", "ظهر", "فجرًا"])
    found = re.findall(rf"(\d+)(?::(\d\d))? ({parts})", text)
    return {(int(h) % 12 + 12 * (part in _AFTERNOON or part.startswith("ظهر")), int(m or 0)) for h, m, part in found}


def sums(text: str) -> set[str]:
    return {re.sub(r"\D", "", found) for found in re.findall(r"\d+[.٫]\d\d(?!\d)", text)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_days_are_the_same_in_every_language(kind: str) -> None:
    facts = everything("en")
    said = {name: fold_digits(bare(render(kind, facts, reader).text)) for name, reader in READERS.items()}
    assert len({frozenset(days(text, name[:2])) for name, text in said.items()}) == 1, said
    assert len({frozenset(sums(text)) for text in said.values()}) == 1, said


HOURLY = ("delay_serious", "lost_probable", "stalled", "attempt", "not_received", "still_nothing")


@pytest.mark.parametrize("kind", HOURLY)
def test_the_hours_are_the_same_in_every_language(kind: str) -> None:
    facts = everything("en") | {"at": "2026-11-20T09:00:00Z"}
    said = {name: fold_digits(bare(render(kind, facts, reader).text)) for name, reader in READERS.items()}
    clocks = {frozenset(hours(text, name[:2])) for name, text in said.items() if name != "fa"}
    assert len(clocks) == 1, said
    assert clocks != {frozenset()}


@pytest.mark.parametrize("kind", KINDS)
def test_jalali_and_gregorian_persian_name_the_same_number_of_days(kind: str) -> None:
    facts = everything("fa")
    civil = bare(render(kind, facts, READERS["fa"]).text)
    jalali = bare(render(kind, facts, Reader("fa", ZONE)).text)
    assert len(civil.split("\n")) == len(jalali.split("\n"))
    assert not any(month in jalali for month in MONTHS["fa", "gregorian"] if month != "مه")


def test_the_window_is_not_empty() -> None:
    assert days("26 November, 1 December", "en") == {(26, 11), (1, 12)}
    assert date(2026, 11, 26).strftime("%A") == "Thursday"
