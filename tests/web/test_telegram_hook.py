"""Telegram brings updates: stored before they are acknowledged, taken from Telegram alone."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.store.faults import StoreUnavailable
from bot.web.health import Health, application
from bot.web.telegram_hook import HEAD, PATH, TelegramHook, secret_of

TOKEN = "12345:" + "x" * 35
SECRET = secret_of(TOKEN)


class Inbox:
    """Keeps what is brought; away so many times first."""

    def __init__(self, away: int = 0) -> None:
        self.kept: list[Mapping[str, Any]] = []
        self.away = away

    async def take(self, update: Mapping[str, Any]) -> None:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("unreachable")
        self.kept.append(update)


async def brought(inbox: Inbox, *bodies: bytes, secret: str = SECRET) -> list[int]:
    app = application(Health({}), telegram=TelegramHook(SECRET, inbox.take))
    async with TestClient(TestServer(app)) as client:
        return [(await client.post(PATH, data=body, headers={HEAD: secret})).status for body in bodies]


def update(number: int) -> bytes:
    return json.dumps({"update_id": number, "message": {"text": "\ud83d half"}}).encode()


async def test_what_telegram_brings_is_stored_as_it_came_half_a_surrogate_too() -> None:
    inbox = Inbox()
    assert await brought(inbox, update(1)) == [200]
    assert inbox.kept == [json.loads(update(1))]


async def test_while_the_database_is_away_it_is_to_be_brought_again() -> None:
    inbox = Inbox(away=1)
    assert await brought(inbox, update(1), update(1)) == [503, 200]
    assert len(inbox.kept) == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], "é"])
async def test_a_stranger_is_sent_away_unread(secret: str) -> None:
    inbox = Inbox()
    assert await brought(inbox, update(1), secret=secret) == [401]
    assert inbox.kept == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe"])
async def test_what_is_no_update_is_acknowledged_and_forgotten(body: bytes) -> None:
    inbox = Inbox()
    assert await brought(inbox, body) == [200]
    assert inbox.kept == []


def test_the_secret_is_one_that_telegram_takes_and_tells_nothing_of_the_token() -> None:
    assert SECRET.isalnum()
    assert len(SECRET) <= 256
    assert SECRET == secret_of(TOKEN) != secret_of(TOKEN + "y")
    assert TOKEN not in SECRET
