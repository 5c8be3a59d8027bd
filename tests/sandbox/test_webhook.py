"""Updates by webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.bot_api.limits import Limits
from bot.sandbox.telegram import TelegramSandbox
from tests.sandbox.conftest import Ask


class Hook:
    """A bot that takes updates by webhook; refuses so many first."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[tuple[str | None, Any]] = asyncio.Queue()
        self.refusals = 0
        self.answer: dict[str, Any] | None = None
        self.form: dict[str, Any] | None = None
        self.raw: tuple[str, bytes] | None = None
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=500)
        await self.got.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        if self.raw is not None:
            return web.Response(headers={"Content-Type": self.raw[0]}, body=self.raw[1])
        if self.form is not None:
            with aiohttp.MultipartWriter("form-data") as parts:
                for name, value in self.form.items():
                    parts.append(value).set_content_disposition("form-data", name=name)
            return web.Response(body=parts)
        return web.json_response(self.answer) if self.answer else web.Response()


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
    info = (await ask("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert (info["max_connections"], info["pending_update_count"]) == (40, 0)


@pytest.mark.parametrize("form", [False, True])
async def test_an_answer_may_hold_a_call(telegram: TelegramSandbox, ask: Ask, hook: Hook, form: bool) -> None:
    sara = await telegram.user("Sara")
    call = {"method": "sendMessage", "chat_id": str(sara.id), "text": "at once"}
    hook.answer, hook.form = (None, call) if form else (call, None)
    await ask("setWebhook", url=hook.url)
    await telegram.says(sara, "hello")
    assert (await telegram.expects(sara, "at once")).from_bot


async def test_an_answer_that_cannot_be_obeyed_is_taken_all_the_same(
    telegram: TelegramSandbox, ask: Ask, hook: Hook
) -> None:
    hook.answer = {"method": "sendMessage", "chat_id": 4711, "text": "nobody"}
    await ask("setWebhook", url=hook.url, max_connections=1)
    await telegram.says(await telegram.user("Sara"), "hello")
    calls = await telegram.wait_for(lambda: [one for one in telegram.calls("sendMessage") if one.outcome != "pending"])
    assert calls[0].outcome == "400 Bad Request: chat not found"


PART = b'--x\r\nContent-Disposition: form-data; name="method"\r\n'


@pytest.mark.parametrize(
    ("mime", "body"),
    [
        ("application/json", b"ok"),
        ("application/json", b'{"method": "\xff"}'),
        ("application/json", b'["sendMessage"]'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"ok"),
        ("multipart/form-data; boundary=x", PART + b"\r\n\xff\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", PART + b"Content-Transfer-Encoding: odd\r\n\r\nok\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\nok\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", PART + b"\r\ncut short"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_taken_all_the_same_and_the_next_update_comes(
    telegram: TelegramSandbox, ask: Ask, hook: Hook, mime: str, body: bytes
) -> None:
    hook.raw = (mime, body)
    await ask("setWebhook", url=hook.url)
    sara = await telegram.user("Sara")
    for words in ("one", "two"):
        await telegram.says(sara, words)
    got = [await asyncio.wait_for(hook.got.get(), 2) for _ in range(2)]
    assert [update["message"]["text"] for _, update in got] == ["one", "two"]
    hook.raw = None
    await telegram.says(sara, "three")
    assert (await asyncio.wait_for(hook.got.get(), 2))[1]["message"]["text"] == "three"
    assert "last_error_message" not in (await ask("getWebhookInfo"))["result"]


class Broken(Limits):
    """A fault of ours, met by every call that is counted."""

    def counts(self, method: str) -> bool:
        raise KeyError(method)


async def test_an_answer_s_call_that_breaks_is_not_delivered_again(telegram: TelegramSandbox, hook: Hook) -> None:
    sara = await telegram.user("Sara")
    hook.answer = {"method": "sendMessage", "chat_id": sara.id, "text": "lost"}
    telegram.api.limits = Broken()
    telegram.api.webhook["url"] = hook.url
    for words in ("one", "two"):
        await telegram.says(sara, words)
    got = [await asyncio.wait_for(hook.got.get(), 2) for _ in range(2)]
    assert [update["message"]["text"] for _, update in got] == ["one", "two"]


class Unready(dict[str, Any]):
    """A webhook's settings that fail once, as a fault of ours would."""

    failures = 1

    def get(self, key: str, default: Any = None) -> Any:
        if key == "secret_token" and self.failures:
            self.failures -= 1
            raise KeyError(key)
        return super().get(key, default)


async def test_one_update_s_failure_never_ends_the_delivery(hook: Hook) -> None:
    telegram = TelegramSandbox()
    telegram.api.webhook = Unready(url=hook.url)
    await telegram.start()
    try:
        await telegram.says(await telegram.user("Sara"), "again")
        assert (await asyncio.wait_for(hook.got.get(), 2))[1]["message"]["text"] == "again"
    finally:
        await telegram.stop()


async def test_a_webhook_is_set_once_a_second_where_limits_hold(ask: Ask, telegram: TelegramSandbox) -> None:
    await telegram.enforces(True)
    assert (await ask("setWebhook", url="https://example.com/hook"))["ok"]
    again = await ask("setWebhook", url="https://example.com/hook")
    assert again["description"] == "Too Many Requests: retry after 1"
    wrong = await ask("setWebhook", url="https://example.com/hook", max_connections=101)
    assert "max_connections" in wrong["description"]


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://example.com/hook", "An HTTPS URL must be provided"),
        ("https://example.com:8080/hook", "only on ports 80, 88, 443 or 8443"),
    ],
)
async def test_a_webhook_has_its_rules(ask: Ask, url: str, complaint: str) -> None:
    assert complaint in (await ask("setWebhook", url=url))["description"]
