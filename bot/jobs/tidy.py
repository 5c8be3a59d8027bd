"""Tidying beside the sweeps: all day, in bites, as much as a sweep may be kept waiting for; no night is waited for.

Where it was is known only here: who takes over begins anew, and finds what is left.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.flows import tidying
from bot.flows.tidying import CHORES, Chore, Key
from bot.jobs.loop import wait_for

log = structlog.get_logger("herald.tidy")

EVERY = timedelta(hours=6)
"""From the end of one walk through all tables to the next."""
PATIENCE = 2.0
"""Real seconds of tidying between two sweeps."""
BREATH = 0.02
"""Real seconds between two bites: which took something: whoever waits comes first."""


class Tidying:
    """Walks through all tables, then rests."""

    def __init__(
        self, clock: Clock, chores: Sequence[Chore] = CHORES, *, patience: float = PATIENCE, breath: float = BREATH
    ) -> None:
        self._clock = clock
        self._chores = chores
        self._patience, self._breath = patience, breath
        self._left: list[Chore] = []
        self._after: Key | None = None
        self._done_at: datetime | None = None
        self._gone = 0

    async def some(self, stop: asyncio.Event) -> int:
        """Go on with the walk for a while; how many rows went. Raises StoreUnavailable."""
        began, gone = self._clock.monotonic(), 0
        while self._is_under_way() and not stop.is_set():
            took = await self._bite()
            gone += took
            if self._clock.monotonic() - began >= self._patience:
                break
            await wait_for(self._breath if took else 0, stop)
        return gone

    def _is_under_way(self) -> bool:
        """Whether something is left of the walk, or it is time for the next."""
        if self._left:
            return True
        now = self._clock.now()
        if self._done_at is not None and timedelta() <= now - self._done_at < EVERY:
            return False
        self._left, self._after, self._gone = list(self._chores), None, 0
        return bool(self._left)

    async def _bite(self) -> int:
        done = await tidying.bite(self._left[0], self._after, self._clock.now())
        self._after = done.after
        self._gone += done.gone
        if done.after is None:
            self._left.pop(0)
        if not self._left:
            self._done_at = self._clock.now()
            log.info("tidied", rows=self._gone)
        return done.gone
