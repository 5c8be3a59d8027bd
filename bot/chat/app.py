"""Puts the listening side together: aiogram's Bot and Dispatcher, the routers in their order, the edge to Telegram."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot import tracing
from bot.chat.middleware import NamedHandler, TurnMiddleware
from bot.flows.ports import ChatView, Me, MemberView, TelegramRefused

ROUTERS = ("draft", "agent", "reactions", "merchant", "consignee")
"""The order in which an update is offered: what none of the first wants belongs to the last."""


@cache
def dispatcher() -> Dispatcher:
    """The one dispatcher of this process; what handlers need comes with each update, so it holds no state."""
    made = Dispatcher(disable_fsm=True)
    made.update.outer_middleware(TurnMiddleware())
    for kind in made.observers:
        if kind not in ("update", "error"):
            made.observers[kind].middleware(NamedHandler())
    for name in ROUTERS:
        if find_spec(f"bot.chat.{name}") is not None:
            made.include_router(import_module(f"bot.chat.{name}").router)
    return made


def make_bot(token: str, api_url: str) -> Bot:
    """aiogram's Bot, used for questions and ephemeral answers only."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    session.middleware(ToldAsk())
    return Bot(token, session=session)


class ToldAsk(BaseRequestMiddleware):
    """What a handler waits for is told in its trace."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        with tracing.inner("telegram.ask", method=method.__api_method__):
            return await make_request(bot, method)


class AskMember(TelegramMethod[dict[str, Any]]):
    """getChatMember as plain JSON: aiogram's own model refuses an admin whose newest rights are not named."""

    __returning__ = dict[str, Any]
    __api_method__ = "getChatMember"

    chat_id: int
    user_id: int


class AskChat(TelegramMethod[dict[str, Any]]):
    """getChat as plain JSON, for the same reason."""

    __returning__ = dict[str, Any]
    __api_method__ = "getChat"

    chat_id: int


class AskIcons(TelegramMethod[list[dict[str, Any]]]):
    """getForumTopicIconStickers as plain JSON."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getForumTopicIconStickers"


class SetCommands(TelegramMethod[bool]):
    """setMyCommands; with no commands as good as deleteMyCommands."""

    __returning__ = bool
    __api_method__ = "setMyCommands"

    commands: list[dict[str, str]]
    scope: dict[str, Any]
    language_code: str | None = None


class AskTelegram:
    """Implements bot.flows.ports.Telegram by aiogram."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._me: Me | None = None

    async def me(self) -> Me:
        if self._me is None:
            try:
                user = await self._bot.get_me()
            except AiogramError as error:
                raise TelegramRefused("getMe") from error
            self._me = Me(user.id, user.username or "", bool(user.can_read_all_group_messages))
        return self._me

    async def member(self, chat_id: int, user_id: int) -> MemberView:
        found = await self._ask(AskMember(chat_id=chat_id, user_id=user_id))
        user = found.get("user") or {}
        return MemberView(
            str(found.get("status", "left")),
            can_manage_topics=found.get("can_manage_topics") is True,
            can_delete_messages=found.get("can_delete_messages") is True,
            can_pin_messages=found.get("can_pin_messages") is True,
            name=str(user.get("first_name", "")),
            username=user.get("username"),
            is_member=found.get("is_member") is not False,
        )

    async def chat(self, chat_id: int) -> ChatView:
        found = await self._ask(AskChat(chat_id=chat_id))
        return ChatView(
            int(found.get("id", chat_id)),
            str(found.get("type", "")),
            str(found.get("title", "")),
            found.get("is_forum") is True,
        )

    async def topic_icons(self) -> Mapping[str, str]:
        try:
            found = await self._bot(AskIcons())
        except AiogramError as error:
            raise TelegramRefused("getForumTopicIconStickers") from error
        ids = [(one.get("emoji"), one.get("custom_emoji_id")) for one in found]
        return {str(emoji): str(id_) for emoji, id_ in ids if emoji and id_}

    async def _ask(self, method: TelegramMethod[dict[str, Any]]) -> dict[str, Any]:
        try:
            return await self._bot(method)
        except AiogramError as error:
            raise TelegramRefused(method.__api_method__) from error

    async def set_commands(self, scope: Mapping[str, Any], language: str, commands: Sequence[tuple[str, str]]) -> None:
        listed = [{"command": name, "description": line} for name, line in commands]
        try:
            await self._bot(SetCommands(commands=listed, scope=dict(scope), language_code=language or None))
        except AiogramError as error:
            raise TelegramRefused("setMyCommands") from error

    async def file(self, file_id: str, most: int) -> bytes:
        try:
            found = await self._bot.get_file(file_id)
            if found.file_path is None or (found.file_size or 0) > most:
                raise TelegramRefused("file too long")
            body = await self._bot.download_file(found.file_path, BytesIO())
        except AiogramError as error:
            raise TelegramRefused("getFile") from error
        content = body.read() if body is not None else b""
        if len(content) > most:
            raise TelegramRefused("file too long")
        return content
