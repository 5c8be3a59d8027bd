"""What a message costs, and what a process pays before its first one."""

import subprocess
import sys
from time import process_time
from timeit import repeat

import pytest

from bot.texts.messages import render
from tests.texts.worlds import LANGUAGES, READERS, told

LIMIT = 400e-6
"""Seconds of computing a message: twice what it may cost on an idle machine; the best of several runs."""


@pytest.mark.skipif(sys.gettrace() is not None, reason="coverage's tracing costs more than what is measured")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["delay_serious", "live", "stalled"])
def test_a_message_is_rendered_in_time(kind: str, language: str) -> None:
    facts = told(language, eta_on="2026-12-01", agent=True, last_place=True, inquiry={"purpose": "trace"})
    rows = [[("where", "w:1"), ("human", "h:1")]]
    runs = repeat(lambda: render(kind, facts, READERS[language], rows), timer=process_time, number=50, repeat=9)
    best = min(runs) / 50
    assert best < LIMIT


def test_importing_texts_loads_no_catalogue_and_no_calendar() -> None:
    heavy = ("babel", "persiantools", "hijridate", "bot.texts.kinds.warnings", "tortoise", "aiogram")
    code = f"import sys, bot.texts.messages; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
