"""The clock of the story: kept in a file that the service follows, so that both have one time at every speed."""

from datetime import datetime
from pathlib import Path

from bot.clock import FollowedClock, tell_clock


class StoryClock(FollowedClock):
    """Implements bot.clock.Clock; `go` changes its speed for all who follow its file, never its time."""

    def __init__(self, path: Path, start: datetime, speed: float) -> None:
        tell_clock(path, start, speed)
        super().__init__(path)
        self.path = path

    @property
    def setting(self) -> str:
        """The value of CLOCK that follows it."""
        return f"@{self.path}"

    def go(self, speed: float) -> None:
        """So many times as fast as the wall's from now on; 0 stands still."""
        if speed != self.speed:
            tell_clock(self.path, self.now(), speed)
