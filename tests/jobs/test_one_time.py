"""Processes on several machines go by the database's clock."""

from datetime import datetime, timedelta

import structlog.testing

from bot.clock import RunningClock
from bot.jobs.one_time import KeptRight
from bot.store import core

AWRY = timedelta(seconds=90)
NEAR = timedelta(seconds=1)


class Behind(RunningClock):
    """On a machine whose own clock is ninety seconds late."""

    def now(self) -> datetime:
        return super().now() - AWRY


async def test_a_clock_ninety_seconds_off_is_set_right_and_said_once(postgres_store: None) -> None:
    clock = Behind()
    kept = KeptRight(clock)

    with structlog.testing.capture_logs() as logs:
        await kept.look()
        await kept.look()

    assert abs(clock.now() - await core.time_there()) < NEAR
    assert [one["event"] for one in logs] == ["clock_is_off"]
    assert logs[0]["machine_behind_seconds"] == AWRY.total_seconds()


async def test_a_clock_that_goes_well_is_left_alone(postgres_store: None) -> None:
    kept = KeptRight(RunningClock())

    with structlog.testing.capture_logs() as logs:
        await kept.look()

    assert abs(kept.off) < NEAR
    assert logs == []


def test_a_clock_that_is_told_its_time_is_simulated_and_the_walls_is_not() -> None:
    assert RunningClock(speed=60).is_simulated
    assert not RunningClock().is_simulated
