"""Learning: every night, and at once where nothing is known yet; in chunks, so that a stop is never long in coming.

Every hour forecasts are kept of what is promised soon, to be held against what comes of it.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from bot.clock import Clock
from bot.flows import foretelling, learning, trials
from bot.flows.experience import Experience
from bot.flows.learning import StoreUnavailable
from bot.jobs.loop import wait_for

log = structlog.get_logger("herald.learn")

EVERY = timedelta(days=1)
NIGHT_HOUR = 3
"""UTC: few parcels move then, wherever most of our shops are."""
LONGEST_REST = timedelta(hours=1)
AFTER_FAULT = timedelta(minutes=5)


def next_run(now: datetime, last: datetime | None) -> datetime:
    """When to learn next: at once where nothing is known or a clock was ahead, else the night after the last time."""
    if last is None or last > now or now - last >= EVERY:
        return now
    night = last.astimezone(UTC).replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night > last else night + EVERY


async def learn_forever(clock: Clock, experience: Experience, stop: asyncio.Event) -> None:
    """Until `stop`; a chunk that has begun is finished."""
    while not stop.is_set():
        await _rest(clock, await _learnt(clock, experience, stop), stop)


async def _learnt(clock: Clock, experience: Experience, stop: asyncio.Event) -> timedelta:
    """Learn if it is time, foretell; how long to rest then."""
    try:
        rest = await _learnt_if_due(clock, stop)
        if foretold := await foretelling.foretell(experience, clock.now()):
            log.info("foretold", parcels=foretold)
        return rest
    except StoreUnavailable as error:
        log.error("store_unavailable", reason=error.reason)
    except Exception:
        log.exception("learning_failed")
    return AFTER_FAULT


async def _learnt_if_due(clock: Clock, stop: asyncio.Event) -> timedelta:
    at = next_run(clock.now(), await learning.last_learnt_at())
    if at <= clock.now():
        await learn_all(clock, stop)
        await try_presets(clock, stop)
        return LONGEST_REST
    return min(at - clock.now(), LONGEST_REST)


async def learn_all(clock: Clock, stop: asyncio.Event) -> None:
    """Everything that has ended since the last time, then what is open now."""
    left = await learning.left_to_learn()
    counted = 0
    while not stop.is_set() and (chunk := await learning.learn_ended(clock.now())):
        counted += chunk
        log.info("learning", counted=counted, of=max(left, counted))
        await asyncio.sleep(0)
    if not stop.is_set():
        log.info("learnt", ended=counted, under_way=await learning.learn_under_way(clock.now()))


async def try_presets(clock: Clock, stop: asyncio.Event) -> None:
    """What the presets of early warning would have meant, for the shops whose figures are old."""
    for merchant_id in await trials.stale(clock.now()):
        if stop.is_set():
            return
        await trials.renew(merchant_id, clock.now())


async def _rest(clock: Clock, span: timedelta, stop: asyncio.Event) -> None:
    resting = asyncio.create_task(clock.sleep(span))
    over = asyncio.Event()
    resting.add_done_callback(lambda _: over.set())
    try:
        await wait_for(LONGEST_REST.total_seconds(), over, stop)
    finally:
        resting.cancel()
