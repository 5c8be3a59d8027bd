"""The only reader of the time: real, faster (sandbox), or standing still (tests)."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits in it."""

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

    @property
    def speed(self) -> float:
        """How many of this clock's seconds pass in a real one."""
        return self._speed

    def change_speed(self, speed: float) -> None:
        """Go on from where it is, faster or slower."""
        self._start, self._began = self.now(), time.monotonic()
        self._speed = speed

    def now(self) -> datetime:
        """The time; the wall's own unless a start was given."""
        if self._start is None:
            return datetime.now(UTC)
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def monotonic(self) -> float:
        """Real seconds."""
        return time.monotonic()

    async def sleep(self, span: timedelta) -> None:
        """Wait `span` of this clock's time."""
        await asyncio.sleep(max(span.total_seconds(), 0) / self._speed)


def parse_clock(text: str) -> RunningClock:
    """`2026-01-05T08:00:00Z*60` = that time at the start of this process, 60 times as fast; empty = the wall clock."""
    if not text.strip():
        return RunningClock()
    start, _, speed = text.partition("*")
    at = datetime.fromisoformat(start.strip()) if start.strip() else None
    if at is not None and at.tzinfo is None:
        raise ValueError("CLOCK needs a zone, for example 2026-01-05T08:00:00Z*60")
    factor = float(speed) if speed else 1.0
    if not factor > 0:
        raise ValueError("CLOCK's speed must be more than 0")
    return RunningClock(at.astimezone(UTC) if at else None, factor)
