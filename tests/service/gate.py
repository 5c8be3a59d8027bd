"""A way to Telegram of one process alone, by which it is known who has spoken."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

import aiohttp
from aiohttp import web

from tests.service.two import Shop


class Passed(NamedTuple):
    """A call that went through, by the loop's clock."""

    shop: str
    method: str
    at: float


class Gate:
    """Lets every call of a process through to the Telegram of the bot whose token it carries, and keeps a record."""

    def __init__(self, shops: Iterable[Shop]) -> None:
        self._shops = {one.telegram.token: one for one in shops}
        self.passed: list[Passed] = []

    async def __aenter__(self) -> "Gate":
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._through)
        self._session = aiohttp.ClientSession()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def speaking(self, shop: str) -> list[Passed]:
        """What the dispatcher of that bot has called."""
        return [one for one in self.passed if one.shop == shop and one.method.startswith("send")]

    async def _through(self, request: web.Request) -> web.Response:
        token, method = request.match_info["token"], request.match_info["method"]
        shop = self._shops[token]
        body, head = await request.read(), {"Content-Type": request.headers.get("Content-Type", "")}
        asked = self._session.post(f"{shop.telegram.url}/bot{token}/{method}", data=body, headers=head)
        self.passed.append(Passed(shop.name, method, asyncio.get_running_loop().time()))
        async with asked as answer:
            return web.Response(body=await answer.read(), status=answer.status, content_type="application/json")
