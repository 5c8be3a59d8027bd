"""A stage with three people on it and no service beside it, and the page that shows it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.page.around import Around
from bot.sandbox.page.controls import Controls
from bot.sandbox.page.director import Director
from bot.sandbox.page.server import PageServer
from bot.sandbox.page.stage import Stage, staged
from bot.sandbox.page.stream import Showing


class House:
    """Implements server.Theatre with one stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.begun = 0
        self.showing: Showing | None = None
        self.controls: Controls | None = None
        self.shows(stage)

    def shows(self, stage: Stage) -> None:
        """A new showing, of the same stage."""
        director = Director(stage)
        self.showing = Showing(stage, Around(stage, director))
        self.controls = Controls(stage, director)

    async def again(self) -> None:
        self.begun += 1


async def served(house: House, port: int = 0) -> tuple[web.AppRunner, str]:
    """The page on a port of its own, to be cleaned up."""
    runner = web.AppRunner(PageServer(house).application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    bound: tuple[str, int] = runner.addresses[0]
    return runner, f"http://127.0.0.1:{bound[1]}"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Sara with her first message, Huda's desk, Maryam's shop; the clock stands."""
    async with staged(tmp_path) as made:
        made.clock.go(0)
        telegram = made.telegram
        made.owner = await telegram.user("Maryam", "en")
        made.agent = await telegram.user("Huda", "en")
        made.desk = await telegram.group("Noor desk", made.owner, [made.agent])
        sara = made.customers[made.parcels[0].order] = await telegram.user("Sara", "ar")
        await telegram.says(sara, "أين طلبي؟")
        yield made


@pytest.fixture
def house(stage: Stage) -> House:
    return House(stage)


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    """The page's."""
    runner, found = await served(house)
    yield found
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
