"""A clock that stands still until a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta


class StandingClock:
    """Implements bot.clock.Clock; `advance` is the only thing that makes time pass."""

    def __init__(self, at: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)) -> None:
        self.at = at
        self.seconds = 1000.0
        self.speed = 1.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, span: timedelta) -> None:
        self.at += span
        self.seconds += span.total_seconds()

    async def sleep(self, span: timedelta) -> None:
        self.advance(span)
        await asyncio.sleep(0)
