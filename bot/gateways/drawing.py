"""Draws charts in a process of its own, one after the other: what a picture needs in memory is gone with it."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import msgspec
import structlog

from bot.texts.charts import Chart

PATIENCE = 120.0
"""Real seconds: the first picture on a machine reads all its fonts."""
log = structlog.get_logger(__name__)


class Drawing:
    """What is being drawn, by its key. `command` is what draws: JSON in, PNG out."""

    def __init__(self, command: tuple[str, ...] = (sys.executable, "-m", "bot.gateways.plot")) -> None:
        self._command = command
        self._making: dict[int, asyncio.Task[bytes]] = {}
        self._one = asyncio.Lock()

    def drawn(self, key: int, chart: Chart) -> bytes | None:
        """The PNG, handed out once; None while it is being drawn, empty where it cannot be."""
        making = self._making.get(key)
        if making is None:
            self._making[key] = asyncio.create_task(self._draw(chart))
            return None
        if not making.done():
            return None
        return self._making.pop(key).result()

    async def close(self) -> None:
        """Draw no more."""
        for making in self._making.values():
            making.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        self._making.clear()

    async def _draw(self, chart: Chart) -> bytes:
        async with self._one:
            child = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
            try:
                async with asyncio.timeout(PATIENCE):
                    png, told = await child.communicate(msgspec.json.encode(chart))
            except BaseException as error:
                child.kill()
                await child.wait()
                if not isinstance(error, TimeoutError):
                    raise
                log.error("not_drawn", reason="timeout")
                return b""
        if child.returncode:
            log.error("not_drawn", reason=told.decode(errors="replace")[-300:])
            return b""
        return png
