"""Logs are read by people: a trouble that lasts is told now and then, not each time."""

import logging
from itertools import count
from typing import Any

from bot.logs import SAID_AGAIN, Repeats


def record(msg: Any, at: float, level: int = logging.ERROR, *args: Any) -> logging.LogRecord:
    made = logging.LogRecord("herald", level, "", 0, msg, args, None)
    made.created = at
    return made


def told(*records: logging.LogRecord) -> list[Any]:
    times = iter([one.created for one in records])
    repeats = Repeats(lambda: next(times))
    return [one.msg for one in records if repeats.filter(one)]


def away(at: float, **more: str) -> logging.LogRecord:
    return record({"event": "store_unavailable", "reason": "unreachable", "timestamp": str(at)} | more, at)


def test_a_trouble_that_lasts_is_told_once_in_a_while_with_its_number() -> None:
    said = told(*(away(second / 2) for second in range(int(4 * SAID_AGAIN) + 1)))
    assert [one.get("again") for one in said] == [None, 59, 59]


def test_what_differs_is_another_trouble() -> None:
    assert len(told(away(0), away(0.1, part="poll"), away(0.2, part="learn"), away(0.3))) == 3


def failed(error: Exception) -> logging.LogRecord:
    return record({"event": "job_failed", "exc_info": error}, 0)


def test_another_error_is_another_trouble_though_the_line_is_the_same() -> None:
    assert len(told(failed(ValueError()), failed(KeyError()), failed(ValueError()))) == 2


def test_news_are_told_however_often_they_come() -> None:
    assert len(told(*(record("polled %s", 0, logging.INFO, "x") for _ in range(3)))) == 3


def test_a_library_s_trouble_is_held_back_alike() -> None:
    lines = [record("lost %s", at, logging.WARNING, "db") for at in (0.0, 1.0, SAID_AGAIN + 1)]
    assert told(*lines) == ["lost %s", "lost %s (1 times more)"]


def test_no_more_troubles_are_remembered_than_fit() -> None:
    repeats = Repeats(count().__next__)
    for number in range(3 * Repeats.MOST):
        assert repeats.filter(record(f"trouble {number}", number / 1000))
    assert len(repeats._told) <= Repeats.MOST
