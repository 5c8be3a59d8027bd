"""The last word on ending: a process that was told to stop is gone in time, whatever hangs."""

import os
import threading

import structlog

WITHIN = 9.7
"""Seconds. Nothing is lost by it: whatever was not finished is found in the tables, as after a loss of power."""

log = structlog.get_logger("herald")


def end_in_time(seconds: float = WITHIN) -> None:
    """End the process after so long, even if its loop hangs. A thread of its own: a loop that hangs calls nobody."""
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    log.error("ended_unfinished")
    os._exit(1)
