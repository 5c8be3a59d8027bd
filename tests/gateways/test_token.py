"""A token is refused by Telegram alone, not by its silence."""

import pytest

from bot.flows.ports import TokenRefused
from bot.gateways.token import check_token
from bot.sandbox.telegram import TelegramSandbox
from tests.e2e.stage import free_port


async def test_only_a_token_that_telegram_does_not_know_is_refused() -> None:
    telegram = TelegramSandbox()
    await telegram.start()
    try:
        await check_token(telegram.url, telegram.token)
        with pytest.raises(TokenRefused, match="does not know this token"):
            await check_token(telegram.url, "1:unknown")
    finally:
        await telegram.stop()


async def test_a_telegram_out_of_reach_refuses_nobody() -> None:
    await check_token(f"http://127.0.0.1:{free_port()}", "1:unknown")
