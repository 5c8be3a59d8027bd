"""A clock that several processes follow: one time at every speed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import FollowedClock, parse_clock, tell_clock
from bot.sandbox.page.clock import StoryClock
from bot.settings import Settings, SettingsError, read_settings

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_who_follows_the_file_has_the_same_time_at_every_speed(tmp_path: Path) -> None:
    told = StoryClock(tmp_path / "clock", START, 0)
    follower = Settings(clock=told.setting).make_clock()
    assert follower.now() == told.now() == START
    for speed in (3600, 60, 0, 7200):
        told.go(speed)
        assert follower.speed == speed
        # Between the two readings lie microseconds of real time.
        assert abs(follower.now() - told.now()) < timedelta(seconds=20)
    assert told.now() >= START


def test_a_change_of_speed_never_moves_the_time_back(tmp_path: Path) -> None:
    clock = StoryClock(tmp_path / "clock", START, 7200)
    seen = []
    for speed in (60, 7200, 0, 3600) * 5:
        clock.go(speed)
        seen.append(clock.now())
    assert seen == sorted(seen)


async def test_a_sleeper_wakes_soon_after_the_clock_is_made_faster(tmp_path: Path) -> None:
    clock = StoryClock(tmp_path / "clock", START, 1)
    sleeping = asyncio.create_task(clock.sleep(timedelta(hours=1)))
    await asyncio.sleep(0)
    clock.go(1_000_000)
    async with asyncio.timeout(2):
        await sleeping
    assert clock.now() - START >= timedelta(hours=1)


async def test_nobody_oversleeps_a_clock_that_stands(tmp_path: Path) -> None:
    clock = StoryClock(tmp_path / "clock", START, 0)
    began = clock.monotonic()
    await clock.sleep(timedelta(seconds=0.06))
    assert clock.monotonic() - began < 1
    assert clock.now() == START


@pytest.mark.parametrize("words", [None, "", "tomorrow", "2026-11-22T06:00:00+00:00*x@1"])
def test_a_file_that_tells_no_time_is_refused_in_words(tmp_path: Path, words: str | None) -> None:
    path = tmp_path / "clock"
    if words is not None:
        path.write_text(words)
    with pytest.raises(ValueError, match="CLOCK names no file"):
        parse_clock(f"@{path}")
    with pytest.raises(SettingsError, match="CLOCK"):
        read_settings(clock=f"@{path}")


def test_a_file_spoilt_later_leaves_the_last_time_going(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    tell_clock(path, START, 0)
    clock = FollowedClock(path)
    path.write_text("nothing")
    assert clock.now() == START
