"""Sweeps: promises are kept when they fall due, and between them the tables are tidied. Runs with `dispatch`."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot import tracing
from bot.clock import Clock
from bot.flows.sweep import StoreUnavailable, Swept, sweep
from bot.jobs.loop import wait_for
from bot.jobs.tidy import Tidying

log = structlog.get_logger("herald.sweep")

LONGEST = timedelta(seconds=30)
SHORTEST = timedelta(seconds=1)
SELDOM = timedelta(hours=6)
AFTER_FAULT = 5.0
"""Real seconds until a sweep that failed is tried again: a locked database is no reason to stop the service."""


def pause(now: datetime, next_at: datetime | None) -> timedelta:
    """How long to rest: until the next promise, but no longer than new ones may go unseen."""
    if next_at is None:
        return LONGEST
    return min(max(next_at - now, SHORTEST), LONGEST)


async def sweep_forever(clock: Clock, quiet: str, stop: asyncio.Event, *, after_fault: float = AFTER_FAULT) -> None:
    """Until `stop`; a sweep that has begun is finished."""
    looked_at: datetime | None = None
    tidying = Tidying(clock)
    while not stop.is_set():
        now = clock.now()
        seldom = looked_at is None or now - looked_at >= SELDOM
        done = await _swept(now, quiet, seldom=seldom)
        if done is None:
            await wait_for(after_fault, stop)
            continue
        if seldom:
            looked_at = now
        if done.promises or done.reminders or done.shops_told or done.drafts:
            told = {"reminders": done.reminders, "shops_told": done.shops_told, "drafts": done.drafts}
            log.info("swept", promises=done.promises, **told)
        await _tidied(tidying, stop)
        await _rest(clock, pause(clock.now(), done.next_at), stop)


async def _tidied(tidying: Tidying, stop: asyncio.Event) -> None:
    """A fault there is no reason to keep a promise waiting; the next time it begins where it was."""
    try:
        await tidying.some(stop)
    except StoreUnavailable as error:
        log.error("store_unavailable", reason=error.reason)
    except Exception:
        log.exception("tidying_failed")


async def _swept(now: datetime, quiet: str, *, seldom: bool) -> Swept | None:
    """What a sweep did; None where it failed and is to be tried again."""
    try:
        with tracing.span("sweep") as span:
            return _noted(span, await sweep(now, quiet, seldom=seldom))
    except StoreUnavailable as error:
        log.error("store_unavailable", reason=error.reason)
    except Exception:
        log.exception("sweep_failed")
    return None


def _noted(span: tracing.Span, done: Swept) -> Swept:
    """A sweep that did nothing is none."""
    told = {"reminders": done.reminders, "shops_told": done.shops_told, "drafts": done.drafts}
    span.note(promises=done.promises, **told)
    if not any((done.promises, *told.values())):
        span.forget()
    return done


async def _rest(clock: Clock, span: timedelta, stop: asyncio.Event) -> None:
    resting = asyncio.ensure_future(clock.sleep(span))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({resting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (resting, stopping):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
