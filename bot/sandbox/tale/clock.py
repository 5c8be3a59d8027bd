"""A clock that runs slowly where people talk, fast where they wait, and stands while the service starts."""

from datetime import datetime, timedelta

from bot.sandbox.clockwork import STANDING, AdjustableClock


class TaleClock(AdjustableClock):
    """`go` and `stand` change its speed, never its time."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start, STANDING)

    async def until(self, at: datetime) -> None:
        """Waits for that time."""
        await self.sleep(at - self.now())

    def go(self, speed: float) -> None:
        """Runs so many times as fast as the wall's."""
        self._goes(speed)

    def stand(self, ahead: timedelta = timedelta()) -> None:
        """Stops, `ahead` of where it was."""
        self._goes(STANDING, ahead)
