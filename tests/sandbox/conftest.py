"""A sandbox each test, raw calls to it, and both real clients."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ExtBot

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.telegram import TelegramSandbox
from tests.fakes.clock import StandingClock

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def telegram(clock: StandingClock) -> AsyncIterator[TelegramSandbox]:
    async with TelegramSandbox(clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ask(telegram: TelegramSandbox, http: aiohttp.ClientSession) -> Ask:
    """ask("getMe", chat_id=…): the whole answer of a JSON call."""

    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"{telegram.url}/bot{telegram.token}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert answer["ok"] or answer["error_code"] == response.status
            return answer

    return call


@pytest.fixture
async def listener(telegram: TelegramSandbox) -> AsyncIterator[Bot]:
    """aiogram."""
    bot = Bot(telegram.token, session=AiohttpSession(api=TelegramAPIServer.from_base(telegram.url)))
    yield bot
    await bot.session.close()


@pytest.fixture
async def speaker(telegram: TelegramSandbox) -> AsyncIterator[ExtBot[None]]:
    """python-telegram-bot."""
    url = telegram.url
    async with ExtBot(telegram.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        yield bot


@pytest.fixture
async def carriers(clock: StandingClock) -> AsyncIterator[CarriersSandbox]:
    async with CarriersSandbox(clock=clock) as sandbox:
        yield sandbox
