"""`make bench` measures every part, goes on where one fails, and fails itself where a figure is missed."""

import importlib
import pkgutil

import pytest

from tests import benchmarks
from tests.benchmarks.__main__ import MEASURES, absent, run, verdict
from tests.benchmarks.machine import Row

HOLDS, MISSES, FREE = Row("quick", 1, "s", most=2), Row("slow", 3, "s", most=2), Row("seen", 9, "s")


def broken() -> list[Row]:
    raise OSError("no such folder")


def test_each_module_with_measures_is_a_part_of_it() -> None:
    modules = (
        importlib.import_module(f"tests.benchmarks.{one.name}") for one in pkgutil.iter_modules(benchmarks.__path__)
    )
    parts = {one.__name__.rsplit(".", 1)[1] for one in modules if hasattr(one, "measure") and hasattr(one, "main")}
    assert parts <= MEASURES.keys()
    assert "carriers" in MEASURES


def test_a_part_that_fails_stops_no_other_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    rows, failed = run({"one": broken, "two": lambda: [HOLDS]}, ["one", "two"])
    assert (rows, failed) == ([HOLDS], ["one"])
    assert "measuring two (2 of 2)" in capsys.readouterr().err
    assert verdict(rows, failed, []) == (1, ["✗ one failed and was not measured"])


def test_a_missed_figure_is_named_and_what_is_not_asked_for_never_misses() -> None:
    assert verdict([HOLDS, MISSES, FREE], [], []) == (1, ["✗ slow: 3 s, asked ≤ 2 s"])
    assert verdict([HOLDS, FREE], [], []) == (0, ["every figure holds"])


def test_what_cannot_be_measured_here_is_said_and_is_no_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DELAY_DATA", raising=False)
    assert any("DELAY_DATA" in one for one in absent())
    assert verdict([HOLDS], [], absent())[0] == 0
    assert all(line.startswith("!! not measured") for line in verdict([HOLDS], [], absent())[1])
