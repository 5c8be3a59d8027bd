"""A clock that runs slowly where people talk, fast where they wait, and stands while the service starts."""

from datetime import datetime, timedelta

from bot.clock import RunningClock

STANDING = 1e-9


class TaleClock:
    """Implements bot.clock.Clock; `go` and `stand` change its speed, never its time."""

    def __init__(self, start: datetime) -> None:
        self._running = RunningClock(start, STANDING)

    @property
    def speed(self) -> float:
        return self._running.speed

    def now(self) -> datetime:
        return self._running.now()

    def monotonic(self) -> float:
        return self._running.monotonic()

    async def sleep(self, span: timedelta) -> None:
        await self._running.sleep(span)

    async def until(self, at: datetime) -> None:
        """Waits for that time."""
        await self.sleep(at - self.now())

    def go(self, speed: float) -> None:
        """Runs so many times as fast as the wall's."""
        self._running = RunningClock(self.now(), speed)

    def stand(self, ahead: timedelta = timedelta()) -> None:
        """Stops, `ahead` of where it was."""
        self._running = RunningClock(self.now() + ahead, STANDING)
