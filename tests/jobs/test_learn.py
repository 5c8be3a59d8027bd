"""When to learn, and learning until told to stop."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.flows import learning, trials
from bot.flows.experience import Experience
from bot.jobs.learn import EVERY, learn_forever, next_run, try_presets
from tests.fakes import rows
from tests.fakes.clock import StandingClock

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_where_nothing_is_known_it_learns_at_once() -> None:
    assert next_run(NOW, None) == NOW


@given(ago=st.timedeltas(timedelta(days=-2), timedelta(days=40)))
def test_it_learns_again_within_a_day_and_not_before_the_night(ago: timedelta) -> None:
    last = NOW - ago
    at = next_run(NOW, last)
    assert at <= max(NOW, last + EVERY)
    assert at == NOW or (at > last and at.hour == 3)


async def test_it_learns_and_rests_until_it_is_stopped(store: str, clock: StandingClock) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(learn_forever(clock, Experience(), stop))
    async with asyncio.timeout(5):
        while await learning.last_learnt_at() is None:  # noqa: ASYNC110 (another task's work is awaited)
            await asyncio.sleep(0.01)
    stop.set()
    async with asyncio.timeout(5):
        await running


async def test_by_night_each_shop_is_tried_once(store: str, clock: StandingClock) -> None:
    shop = await rows.shop()
    await try_presets(clock, asyncio.Event())
    assert await trials.stale(clock.now()) == []
    stopped = asyncio.Event()
    stopped.set()
    clock.advance(timedelta(days=9))
    await try_presets(clock, stopped)
    assert await trials.stale(clock.now()) == [shop.id]


def test_a_clock_that_was_once_ahead_does_not_stop_learning() -> None:
    assert next_run(NOW, NOW + timedelta(days=365)) == NOW
