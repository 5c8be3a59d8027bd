"""`herald demo`: one address that stays, behind it one showing of the story after the other."""

import asyncio
import contextlib
import os
import signal
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from rich.console import Console
from rich.text import Text

from bot.sandbox.page.around import Around
from bot.sandbox.page.controls import Controls
from bot.sandbox.page.director import Director
from bot.sandbox.page.opening import Opening
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.stage import Stage, staged
from bot.sandbox.page.stream import Showing
from bot.sandbox.tale.service import ServiceFailed

DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY")


class House:
    """Implements server.Theatre."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.showing: Showing | None = None
        self.controls: Controls | None = None
        self.failed = asyncio.Event()
        self._play: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    async def again(self) -> None:
        """Ends what is played and begins from the start."""
        async with self._turn:  # two who ask at once get one after the other, never two at a time
            await self._end()
            self._play = asyncio.create_task(self._showing())

    async def close(self) -> None:
        """Ends what is played."""
        async with self._turn:
            await self._end()

    async def _end(self) -> None:
        self.showing = self.controls = None
        play, self._play = self._play, None
        if play is not None:
            play.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await play

    async def _showing(self) -> None:
        with tempfile.TemporaryDirectory(prefix="herald-demo-", ignore_cleanup_errors=True) as folder:
            async with staged(Path(folder)) as stage:
                director = Director(stage)
                around = Around(stage, director)
                self.showing, self.controls = Showing(stage, around), Controls(stage, director)
                await self._played(stage, director, around)

    async def _played(self, stage: Stage, director: Director, around: Around) -> None:
        try:
            await stage.start_service()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(around.run())
                await Opening(stage).play()
                tasks.create_task(director.run())
        except* (ServiceFailed, TimeoutError, LookupError) as failures:
            stage.says("The story stopped: the service did not answer")
            self.console.print(Text(f"{failures.exceptions[0]!r}\n{stage.service.tail()}", style="red"))
            self.failed.set()


@contextlib.asynccontextmanager
async def opened(console: Console, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[tuple[House, str]]:
    """The house with its doors open, and its address; the first showing has begun."""
    house = House(console)
    runner = web.AppRunner(PageServer(house).application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound: tuple[str, int] = runner.addresses[0]
        await house.again()
        yield house, f"http://{host}:{bound[1]}/"
    finally:
        await house.close()
        await runner.cleanup()


async def show(port: int, *, browser: bool) -> int:
    """Prints the address and plays until it is told to stop; 1 if the service failed."""
    console = Console(highlight=False, soft_wrap=True)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, told.set)
    async with opened(console, port=port) as (house, address):
        console.print(address)
        if browser and any(name in os.environ for name in DESKTOPS):
            webbrowser.open(address)
        await told.wait()
        return int(house.failed.is_set())
