"""The last word on ending: a process that was told to stop is gone in time, whatever hangs."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable

import structlog

WITHIN = 9.7
"""Seconds. Nothing is lost by it: whatever was not finished is found in the tables, as after a loss of power."""

log = structlog.get_logger("herald")


def on_signal(stop: Callable[[], None], within: float = WITHIN) -> None:
    """SIGTERM and Ctrl-C call `stop`, and are the last word: what hangs `within` seconds is ended."""

    def told() -> None:
        _end_after(within)
        stop()

    loop = asyncio.get_running_loop()
    for sent in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sent, told)


def _end_after(seconds: float) -> None:
    """Even if the loop hangs: a thread of its own, since a loop that hangs calls nobody."""
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    log.error("ended_unfinished")
    os._exit(1)
