"""A sandbox each test, raw calls to it, and both real clients."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ExtBot

from bot.gateways.carrier_http import CarrierHttp
from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.telegram import TelegramSandbox
from carriers.kit.conversation import Answers
from carriers.kit.discovery import find
from carriers.kit.drive import Session
from carriers.kit.errors import CarrierError
from carriers.kit.model import Request, Response
from tests.fakes.clock import StandingClock

ACCOUNT = {
    "account_country": "AE",
    "account_number": "12345678",
    "client_url": "https://shop.example",
}
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


class Wire:
    """Any carrier's adapter against the sandbox by the real gateway; `bodies` are the answers as they came."""

    def __init__(self, gateway: CarrierHttp, clock: StandingClock) -> None:
        self.gateway, self.clock = gateway, clock
        self.bodies: list[bytes] = []

    async def __call__(self, slug: str, numbers: Sequence[str] = ("20260000001",), **changed: str) -> Answers:
        """What the adapter makes of it; `field=value` changes the account."""
        carrier = find(slug)
        account = {one.name: ACCOUNT.get(one.name, f"my-{one.name}") for one in carrier.fields if one.required}
        session = Session(carrier, account | changed, self._send, self.clock.now)
        try:
            return await session.track(numbers)
        except CarrierError as error:
            return dict.fromkeys(numbers, error)

    async def _send(self, request: Request) -> Response:
        response = await self.gateway.send(request)
        self.bodies.append(response.body)
        return response


@pytest.fixture
async def track(carriers: CarriersSandbox, clock: StandingClock) -> AsyncIterator[Wire]:
    """Asks any carrier of the sandbox as the service does, by CARRIER_URLS."""
    overrides = dict(pair.split("=", 1) for pair in carriers.override.split())
    async with CarrierHttp(overrides) as gateway:
        yield Wire(gateway, clock)
