"""What the engine's workers do on PostgreSQL: the same chunks, and the same loops, that run by themselves on SQLite.

Polling is cut into jobs, one account each. What one process at a time must do (speak with the bot's token, sweep,
learn) is a watch: a loop that runs as long as its worker lives; a second worker's waits until the first is gone.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bot.clock import Clock
from bot.flows.polling import CHUNK, Poller
from bot.jobs.connections import Connections
from bot.jobs.engine import USUAL, Engine, Pulse
from bot.jobs.loop import Part
from bot.jobs.poll import SIDE_BY_SIDE, settle_memory

TICK_EVERY = 1
WATCH_EVERY = 2
"""Seconds."""
ASKED_AT_ONCE = 200
"""Accounts asked for by one tick, the longest due first: the queue stays short, the tables are the list. Those that
did not get on when they were asked last come behind all others."""
PATIENCE = 5.0
"""Seconds after which an account that has still more due lets others come first."""


class Crew(NamedTuple):
    """A part of the process, and what keeps it from its work now."""

    run: Part
    trouble: Callable[[], str | None]


def polling(
    to: str | Connections,
    poller: Poller,
    clock: Clock,
    pulse: Pulse = USUAL,
    *,
    side_by_side: int = SIDE_BY_SIDE,
    asked_at_once: int = ASKED_AT_ONCE,
) -> Crew:
    """Chunks of accounts as jobs, so many at a time, and the tick that asks for those that are due."""
    engine = Engine(to, "poll", side_by_side + 1, pulse)  # one for the tick
    crew = _Polling(engine, poller, clock, asked_at_once)
    engine.repeat(TICK_EVERY, "poll_tick", crew.tick)

    async def run(stop: asyncio.Event) -> None:
        settle_memory()
        await engine.run(stop)

    return Crew(run, engine.trouble)


def watches(to: str | Connections, part: str, watched: Mapping[str, Part], pulse: Pulse = USUAL) -> Crew:
    """Loops by name, each run by one worker of the whole installation."""
    engine = Engine(to, part, len(watched), pulse, hears=False)  # its jobs end with their worker
    for name, forever in watched.items():
        engine.repeat(WATCH_EVERY, name, forever)
    return Crew(engine.run, engine.trouble)


class _Polling:
    def __init__(self, engine: Engine, poller: Poller, clock: Clock, asked_at_once: int) -> None:
        self._poller = poller
        self._clock = clock
        self._asked_at_once = asked_at_once
        self._in_vain: set[int | None] = set()
        self._job = engine.job("poll_chunk", self.chunks)

    async def tick(self, ending: asyncio.Event) -> None:
        """Ask for the accounts that have something due and may be asked."""
        now = self._clock.now()
        due = [one for one in await self._poller.dues() if one.at <= now]
        due.sort(key=lambda one: (one.account_id in self._in_vain, one.at))
        self._in_vain &= {one.account_id for one in due}
        asked = due[: self._asked_at_once]
        await self._job.ask((str(one.account_id), {"account": one.account_id}) for one in asked)

    async def chunks(self, ending: asyncio.Event, account: int | None) -> None:
        """Full chunks of an account one after the other, as long as nobody else is kept waiting for it."""
        began = self._clock.monotonic()
        self._in_vain.add(account)
        await self._poller.free(account)
        while many := await self._poller.chunk(account, ending):
            self._in_vain.discard(account)
            if many < CHUNK or ending.is_set() or self._clock.monotonic() - began > PATIENCE:
                return
