"""Updates by webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.telegram import TelegramSandbox
from tests.sandbox.conftest import Ask


class Hook:
    """A bot that takes updates by webhook; refuses so many first."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[tuple[str | None, Any]] = asyncio.Queue()
        self.refusals = 0
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=500)
        await self.got.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_are_delivered_with_the_secret(telegram: TelegramSandbox, ask: Ask, hook: Hook) -> None:
    sara = await telegram.user("Sara")
    await telegram.says(sara, "before")
    await ask("setWebhook", url=hook.url, secret_token="s3cret")
    await telegram.says(sara, "after")
    got = [await asyncio.wait_for(hook.got.get(), 2) for _ in range(2)]
    assert [(secret, update["message"]["text"]) for secret, update in got] == [
        ("s3cret", "before"),
        ("s3cret", "after"),
    ]


async def test_a_refused_update_comes_again(telegram: TelegramSandbox, ask: Ask, hook: Hook) -> None:
    hook.refusals = 1
    await ask("setWebhook", url=hook.url)
    await telegram.says(await telegram.user("Sara"), "once")
    _, update = await asyncio.wait_for(hook.got.get(), 2)
    assert update["message"]["text"] == "once"
    assert hook.got.empty()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://example.com/hook", "An HTTPS URL must be provided"),
        ("https://example.com:8080/hook", "only on ports 80, 88, 443 or 8443"),
    ],
)
async def test_a_webhook_has_its_rules(ask: Ask, url: str, complaint: str) -> None:
    assert complaint in (await ask("setWebhook", url=url))["description"]
