"""Several bots in one process, each with a life of its own: what ends one does not concern the others."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot import apart
from bot.jobs.loop import wait_for
from bot.service.ending import on_signal
from bot.service.life import OUTSIDE, Service, in_the_way
from bot.settings import Settings, SettingsError
from bot.tenants import Tenant, check_apart

log = structlog.get_logger("herald")

AGAIN_IN = (2.0, 10.0, 30.0, 60.0)
"""Real seconds after which a bot that could not go on is tried again, each time a little later."""
LONG = 300.0
"""Who went on for so many seconds is tried again at once the next time."""
GRACE = timedelta(seconds=9.3)
"""A little longer than a bot gives its own parts, so that it can close what it opened."""


class Several:
    """The bots of a process. A file is read anew whenever its bot is tried again."""

    def __init__(self, bots: Sequence[Tenant], parts: Sequence[str], again_in: Sequence[float] = AGAIN_IN) -> None:
        self._bots = bots
        self._parts = parts
        self._again_in = again_in
        self._settings: dict[Tenant, Settings] = {}
        self._alive: dict[Tenant, Service] = {}
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`. Raises SettingsError, before any of them begins, where two cannot be told apart."""
        for one in self._bots:
            self._look_at(one)
        check_apart(self._settings, self._parts)
        tasks = {one: asyncio.create_task(self._keep(one), name=one.name) for one in self._bots}
        await self._stop.wait()
        await self._end(tasks)

    def stop(self) -> None:
        """Let every bot finish what it has begun."""
        self._stop.set()

    async def _end(self, tasks: dict[Tenant, "asyncio.Task[None]"]) -> None:
        for one, task in tasks.items():
            service = self._alive.get(one)
            if service is not None and service.has_begun:
                service.stop()
            else:
                task.cancel()
        _, late = await asyncio.wait(tasks.values(), timeout=GRACE.total_seconds())
        for task in late:
            log.warning("bot_cancelled", bot=task.get_name())
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

    async def _keep(self, one: Tenant) -> None:
        """It lives, and after a fault again, as long as the process does."""
        structlog.contextvars.bind_contextvars(bot=one.name)
        loop, faults = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            reason = await self._live(one)
            if self._stop.is_set():
                return
            faults = 0 if loop.time() - began > LONG else faults
            again_in = self._again_in[min(faults, len(self._again_in) - 1)]
            log.error("bot_down", file=str(one.file), reason=reason, again_in=again_in)
            await wait_for(again_in, self._stop)
            faults += 1

    async def _live(self, one: Tenant) -> str:
        """One life, and why it ended."""
        apart.begin()
        try:
            self._alive[one] = Service(self._read(one), self._parts, name=one.name)
            await self._alive[one].run()
        except SettingsError as error:
            return str(error)
        except OUTSIDE as error:
            return in_the_way(error)
        except Exception as error:
            log.exception("bot_failed")
            return type(error).__name__
        finally:
            self._alive.pop(one, None)
        return "its parts have ended"

    def _look_at(self, one: Tenant) -> None:
        """A file that cannot be read is told of when its bot is to live, and stops no other."""
        try:
            self._settings[one] = one.read()
        except SettingsError:
            self._settings.pop(one, None)

    def _read(self, one: Tenant) -> Settings:
        """What its file says now, as long as that keeps it apart from the others."""
        self._settings.pop(one, None)
        settings = one.read()
        check_apart({**self._settings, one: settings}, self._parts)
        self._settings[one] = settings
        return settings


async def serve_several(bots: Sequence[Tenant], parts: Sequence[str]) -> int:
    """Run until SIGTERM or Ctrl-C; the exit code. Raises SettingsError where two bots cannot be told apart."""
    several = Several(bots, parts)
    on_signal(several.stop)
    await several.run()
    return 0
