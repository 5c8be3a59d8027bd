"""Sweeps: promises are kept when they fall due; old rows are forgotten once in a while. Runs with `dispatch`."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.flows.sweep import sweep

log = structlog.get_logger("herald.sweep")

LONGEST = timedelta(seconds=30)
SHORTEST = timedelta(seconds=1)
FORGET_EVERY = timedelta(hours=6)


def pause(now: datetime, next_at: datetime | None) -> timedelta:
    """How long to rest: until the next promise, but no longer than new ones may go unseen."""
    if next_at is None:
        return LONGEST
    return min(max(next_at - now, SHORTEST), LONGEST)


async def sweep_forever(clock: Clock, quiet: str, stop: asyncio.Event) -> None:
    """Until `stop`; a sweep that has begun is finished."""
    forgot_at: datetime | None = None
    while not stop.is_set():
        now = clock.now()
        forget = forgot_at is None or now - forgot_at >= FORGET_EVERY
        done = await sweep(now, quiet, forget=forget)
        if forget:
            forgot_at = now
        if done.promises or done.forgotten:
            log.info("swept", promises=done.promises, forgotten=done.forgotten)
        resting = asyncio.ensure_future(clock.sleep(pause(clock.now(), done.next_at)))
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({resting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (resting, stopping):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
