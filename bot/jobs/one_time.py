"""Keeps the clock of a process right by the database's, and says once when the machine's own is far off."""

import asyncio
from datetime import timedelta

import structlog

from bot.clock import RunningClock
from bot.flows import one_time
from bot.flows.one_time import StoreUnavailable
from bot.jobs.loop import wait_for

log = structlog.get_logger("herald.clock")

EVERY = 60.0
"""Real seconds between two looks: a machine's clock may be set anew while we run."""
FAR = timedelta(seconds=5)


class KeptRight:
    """A process's clock, held against the database's."""

    def __init__(self, clock: RunningClock) -> None:
        self._clock = clock
        self._is_far = False
        self.off = timedelta()

    async def look(self) -> None:
        """Set it right. Raises StoreUnavailable."""
        self.off += await one_time.off(self._clock.now, self._clock.monotonic)
        self._clock.set_right(self.off)
        is_far = abs(self.off) > FAR
        if is_far and not self._is_far:
            seconds = round(self.off.total_seconds())
            log.warning(
                "clock_is_off",
                machine_behind_seconds=seconds,
                what="set this machine's clock (NTP); until then we go by the database's",
            )
        self._is_far = is_far

    async def forever(self, stop: asyncio.Event) -> None:
        """Look again and again until `stop`."""
        while not await wait_for(EVERY, stop):
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("store_unavailable", reason=error.reason)
