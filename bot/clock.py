"""The only reader of the time: real, faster (sandbox), or standing still (tests)."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

LOOK_EVERY = 0.05
"""Real seconds after which whoever waits by a clock that others may move looks at it again."""


class Clock(Protocol):
    """Tells the time and waits in it."""

    @property
    def speed(self) -> float:
        """How many of this clock's seconds pass in a real one; 0 while it stands."""
        ...

    def now(self) -> datetime:
        """The time, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Real seconds that never jump: for pacing what the outside world limits in real time."""
        ...

    async def sleep(self, span: timedelta) -> None:
        """Wait `span` of this clock's own time."""
        ...


class RunningClock:
    """Starts at `start` (default: now) and runs `speed` times as fast as the wall's."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self._start = start or (datetime.now(UTC) if speed != 1.0 else None)
        self._speed = speed
        self._began = time.monotonic()
        self._off = timedelta()

    @property
    def speed(self) -> float:
        """How many of this clock's seconds pass in a real one."""
        return self._speed

    def change_speed(self, speed: float) -> None:
        """Go on from where it is, faster or slower."""
        self._start, self._began = self.now(), time.monotonic()
        self._speed = speed

    @property
    def is_simulated(self) -> bool:
        """Whether it goes its own way, apart from the wall's."""
        return self._start is not None

    def set_right(self, off: timedelta) -> None:
        """Be so much ahead of the machine's own clock from now on: whoever works together needs one time."""
        self._off = off

    def now(self) -> datetime:
        """The time; the wall's own unless a start was given."""
        if self._start is None:
            return datetime.now(UTC) + self._off
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def monotonic(self) -> float:
        """Real seconds."""
        return time.monotonic()

    async def sleep(self, span: timedelta) -> None:
        """Wait `span` of this clock's time."""
        await asyncio.sleep(max(span.total_seconds(), 0) / self._speed)


class FollowedClock:
    """Goes by a file that another process writes (`tell_clock`): all who follow it have one time at every speed.

    The file says `TIME*SPEED@MONOTONIC`: that time was, at that speed, at that reading of the machine's steady clock.
    Raises ValueError where there is no such file, or something else in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._start, self._speed, self._began = self._told()

    @property
    def speed(self) -> float:
        """How many of this clock's seconds pass in a real one; 0 while it stands."""
        return self._told()[1]

    def now(self) -> datetime:
        """The time."""
        start, speed, began = self._told()
        return start + timedelta(seconds=(time.monotonic() - began) * speed)

    def monotonic(self) -> float:
        """Real seconds."""
        return time.monotonic()

    async def sleep(self, span: timedelta) -> None:
        """Wait `span` of this clock's time, at most as long in real time: who waits while it stands looks again."""
        until, latest = self.now() + span, time.monotonic() + max(span.total_seconds(), 0)
        while (left := until - self.now()) > timedelta() and time.monotonic() < latest:  # noqa: ASYNC110
            await asyncio.sleep(min(left.total_seconds() / max(self.speed, 1.0), LOOK_EVERY))

    def _told(self) -> tuple[datetime, float, float]:
        try:
            found = os.stat(self._path)
            stamp = found.st_ino, found.st_mtime_ns
            if stamp != self._stamp:
                start, _, rest = self._path.read_text("utf-8").partition("*")
                speed, _, began = rest.partition("@")
                self._start, self._speed, self._began = datetime.fromisoformat(start), float(speed), float(began)
                self._stamp = stamp
        except (OSError, ValueError) as error:
            if self._stamp is None:
                raise ValueError("CLOCK names no file that says TIME*SPEED@MONOTONIC") from error
        return self._start, self._speed, self._began


def tell_clock(path: Path, at: datetime, speed: float) -> None:
    """From now on it is `at` for all who follow the file, `speed` times as fast as the wall's; 0 stops it."""
    told = path.with_name(f"{path.name}.new")
    told.write_text(f"{at.isoformat()}*{speed:g}@{time.monotonic()!r}", "utf-8")
    told.replace(path)


def parse_clock(text: str) -> RunningClock | FollowedClock:
    """`2026-01-05T08:00:00Z*60` = that time at the start of this process, 60 times as fast; empty = the wall clock.

    `@FILE` = the time that the file tells, see FollowedClock.
    """
    if not text.strip():
        return RunningClock()
    if text.strip().startswith("@"):
        return FollowedClock(Path(text.strip()[1:]))
    start, _, speed = text.partition("*")
    at = datetime.fromisoformat(start.strip()) if start.strip() else None
    if at is not None and at.tzinfo is None:
        raise ValueError("CLOCK needs a zone, for example 2026-01-05T08:00:00Z*60")
    factor = float(speed) if speed else 1.0
    if not factor > 0:
        raise ValueError("CLOCK's speed must be more than 0")
    return RunningClock(at.astimezone(UTC) if at else None, factor)
