"""aiogram's session without a network: answers nothing but `true`, remembers what was called."""

from collections.abc import AsyncGenerator
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.methods.base import TelegramType

TOKEN = "4242:" + "x" * 35


class DeafSession(BaseSession):
    """Implements aiogram's BaseSession; `called` holds the names of the methods, `toasts` what pressed buttons said."""

    def __init__(self) -> None:
        super().__init__()
        self.called: list[str] = []
        self.toasts: list[str] = []

    async def close(self) -> None:
        return None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> TelegramType:
        self.called.append(type(method).__name__)
        if isinstance(method, AnswerCallbackQuery) and method.text:
            self.toasts.append(method.text)
        return True  # type: ignore[return-value]

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        yield b""


def deaf_bot(session: DeafSession | None = None) -> Bot:
    """A bot that can be handed to the dispatcher."""
    return Bot(TOKEN, session=session or DeafSession())
