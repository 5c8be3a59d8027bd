"""Puts the listening side together: aiogram's Bot and Dispatcher, the routers in their order, the edge to Telegram."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.types import ChatMemberAdministrator, User

from bot.chat.middleware import TurnMiddleware
from bot.flows.ports import ChatView, Me, MemberView, TelegramRefused

ROUTERS = ("agent", "merchant", "consignee")
"""The order in which an update is offered: what none of the first wants belongs to the last."""


@cache
def dispatcher() -> Dispatcher:
    """The one dispatcher of this process; what handlers need comes with each update, so it holds no state."""
    made = Dispatcher(disable_fsm=True)
    made.update.outer_middleware(TurnMiddleware())
    for name in ROUTERS:
        if find_spec(f"bot.chat.{name}") is not None:
            made.include_router(import_module(f"bot.chat.{name}").router)
    return made


def make_bot(token: str, api_url: str) -> Bot:
    """aiogram's Bot, used for questions and ephemeral answers only."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api_url)))


class AskTelegram:
    """Implements bot.flows.ports.Telegram by aiogram."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._me: Me | None = None

    async def me(self) -> Me:
        if self._me is None:
            try:
                user = await self._bot.get_me()
            except TelegramAPIError as error:
                raise TelegramRefused("getMe") from error
            self._me = Me(user.id, user.username or "", bool(user.can_read_all_group_messages))
        return self._me

    async def member(self, chat_id: int, user_id: int) -> MemberView:
        try:
            found = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramAPIError as error:
            raise TelegramRefused("getChatMember") from error
        user: User = found.user
        if not isinstance(found, ChatMemberAdministrator):
            return MemberView(found.status, name=user.first_name, username=user.username)
        return MemberView(
            found.status,
            can_manage_topics=bool(found.can_manage_topics),
            can_delete_messages=found.can_delete_messages,
            can_pin_messages=bool(found.can_pin_messages),
            name=user.first_name,
            username=user.username,
        )

    async def chat(self, chat_id: int) -> ChatView:
        try:
            found = await self._bot.get_chat(chat_id)
        except TelegramAPIError as error:
            raise TelegramRefused("getChat") from error
        return ChatView(found.id, found.type, found.title or "", bool(found.is_forum))

    async def file(self, file_id: str, most: int) -> bytes:
        try:
            found = await self._bot.get_file(file_id)
            if found.file_path is None or (found.file_size or 0) > most:
                raise TelegramRefused("file too long")
            body = await self._bot.download_file(found.file_path, BytesIO())
        except TelegramAPIError as error:
            raise TelegramRefused("getFile") from error
        content = body.read() if body is not None else b""
        if len(content) > most:
            raise TelegramRefused("file too long")
        return content
