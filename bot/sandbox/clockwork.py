"""Clocks that can be set going, stopped and pushed forward, never put back."""

from datetime import datetime, timedelta

from bot.clock import RunningClock

STANDING = 1e-9


class AdjustableClock:
    """Implements bot.clock.Clock; its speed changes, its time only runs on."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self._running = RunningClock(start, speed)

    @property
    def speed(self) -> float:
        return self._running.speed

    def now(self) -> datetime:
        return self._running.now()

    def monotonic(self) -> float:
        return self._running.monotonic()

    async def sleep(self, span: timedelta) -> None:
        await self._running.sleep(span)

    def _goes(self, speed: float, ahead: timedelta = timedelta()) -> None:
        """On from now, or from `ahead` of it, at that speed."""
        self._running = RunningClock(self.now() + ahead, speed)


class Clockwork(AdjustableClock):
    """For whoever tries a bot; over HTTP as POST /_sandbox/clock/NAME: now, advances, runs, stands."""

    async def advances(self, seconds: float) -> datetime:
        """Pushed forward; the new time."""
        if seconds < 0:
            raise ValueError("a clock is never put back")
        self._goes(self.speed, timedelta(seconds=seconds))
        return self.now()

    async def runs(self, speed: float = 1.0) -> datetime:
        """So many times as fast as the wall's from now on."""
        if not speed > 0:
            raise ValueError("a clock's speed must be more than 0: stands() stops it")
        self._goes(speed)
        return self.now()

    async def stands(self) -> datetime:
        """Stopped, until it is set going: time passes only by `advances`."""
        self._goes(STANDING)
        return self.now()
