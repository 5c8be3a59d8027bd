"""One showing after the other, behind one address."""

import asyncio

from rich.console import Console

from bot.sandbox.page.theatre import House


class Watched(House):
    """Counts how many showings go on at a time; each takes a moment to end, as a service does."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
        self.playing = 0
        self.most = 0
        self.begun = asyncio.Event()

    async def _showing(self) -> None:
        self.playing += 1
        self.most = max(self.most, self.playing)
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            self.playing -= 1


async def test_two_who_begin_again_at_once_get_one_showing_and_none_is_left_behind() -> None:
    house = Watched()
    await house.again()
    await house.begun.wait()
    house.begun.clear()
    await asyncio.gather(house.again(), house.again())
    await house.begun.wait()
    assert (house.playing, house.most) == (1, 1)
    await house.close()
    assert house.playing == 0
