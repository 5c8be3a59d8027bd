"""The polling loop of one process: chunks of several accounts side by side, never two of one account."""

import asyncio
import logging
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.flows import polling
from bot.flows.polling import Poller

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 8
LONGEST_WAIT = 1.0
"""Real seconds after which the tables are looked at again: another process may have added a shipment."""
AFTER_FAULT = timedelta(seconds=30)


class PollLoop:
    """Which accounts are being asked now: the lease of SQLite mode, gone with the process."""

    def __init__(self, poller: Poller, clock: Clock) -> None:
        self._poller = poller
        self._clock = clock
        self._running: dict[int | None, asyncio.Task[None]] = {}
        self._not_before: dict[int | None, datetime] = {}
        self._news = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop`; chunks under way are finished."""
        end = polling.listen(self._news.set)
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._news.clear()
                await self._wait(stopping, await self._start_due())
        finally:
            end()
            stopping.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _start_due(self) -> float:
        """Start chunks of what is due; real seconds until there may be more to do."""
        now = self._clock.now()
        try:
            dues = await self._poller.dues()
        except Exception:
            log.exception("the database does not say what is due")
            return LONGEST_WAIT
        for due in sorted(dues, key=lambda one: one.at):
            if due.at <= now and len(self._running) < SIDE_BY_SIDE:
                self._start(due.account_id, now)
        return LONGEST_WAIT

    def _start(self, account_id: int | None, now: datetime) -> None:
        if account_id in self._running or self._not_before.get(account_id, now) > now:
            return
        self._running[account_id] = asyncio.create_task(self._chunk(account_id))

    async def _chunk(self, account_id: int | None) -> None:
        try:
            await self._poller.chunk(account_id)
            self._not_before.pop(account_id, None)
        except Exception:
            log.exception("a chunk failed", extra={"account": account_id})
            self._not_before[account_id] = self._clock.now() + AFTER_FAULT
        finally:
            del self._running[account_id]
            self._news.set()

    async def _wait(self, stopping: "asyncio.Task[object]", seconds: float) -> None:
        news = asyncio.create_task(self._news.wait())
        try:
            await asyncio.wait({news, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()


async def poll_forever(poller: Poller, clock: Clock, stop: asyncio.Event) -> None:
    """Poll until `stop` is set."""
    await PollLoop(poller, clock).run(stop)
