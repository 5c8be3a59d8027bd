"""One time for all: processes on several machines go by the database's clock, whatever their own say."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import core
from bot.store.faults import StoreUnavailable as StoreUnavailable

TRIES = 3
"""The quickest of so many questions is believed: its answer was the least under way."""


async def off(own: Callable[[], datetime], steady: Callable[[], float]) -> timedelta:
    """How far the database's clock is ahead of `own` (as the machine tells it). `steady`: seconds that never jump."""
    asked = [await _asked(own, steady) for _ in range(TRIES)]
    return min(asked)[1]


async def _asked(own: Callable[[], datetime], steady: Callable[[], float]) -> tuple[float, timedelta]:
    began, before = steady(), own()
    there = await core.time_there()
    took = steady() - began
    return took, there - before - timedelta(seconds=took / 2)
