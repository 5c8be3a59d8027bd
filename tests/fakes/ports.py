"""The outside world of the conversation, as values that a test sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.flows.ports import ChatView, Me, MemberView, TelegramRefused
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.model import Request, Response, TrackingResult

BOT_NAME = "herald_bot"


@dataclass
class FakeTelegram:
    """Implements bot.flows.ports.Telegram; who is not in `members` has left, a chat not in `chats` is refused."""

    members: dict[tuple[int, int], MemberView] = field(default_factory=dict)
    chats: dict[int, ChatView] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    bot: Me = field(default_factory=lambda: Me(4242, BOT_NAME))
    silent: bool = False
    menus: dict[tuple[tuple[Any, ...], str], list[str]] = field(default_factory=dict)
    menu_calls: int = 0
    deaf: set[int] = field(default_factory=set)
    icons: dict[str, str] = field(default_factory=lambda: {"❗️": "1", "✅": "2"})

    async def me(self) -> Me:
        return self.bot

    async def member(self, chat_id: int, user_id: int) -> MemberView:
        if self.silent:
            raise TelegramRefused("getChatMember")
        return self.members.get((chat_id, user_id), MemberView("left"))

    async def chat(self, chat_id: int) -> ChatView:
        if chat_id not in self.chats:
            raise TelegramRefused("getChat")
        return self.chats[chat_id]

    async def topic_icons(self) -> Mapping[str, str]:
        if self.silent:
            raise TelegramRefused("getForumTopicIconStickers")
        return self.icons

    async def set_commands(self, scope: Mapping[str, Any], language: str, commands: Sequence[tuple[str, str]]) -> None:
        if self.silent or scope.get("chat_id") in self.deaf:
            raise TelegramRefused("setMyCommands")
        self.menus[tuple(scope.values()), language] = [name for name, _ in commands]
        self.menu_calls += 1

    async def file(self, file_id: str, most: int) -> bytes:
        if len(self.files.get(file_id, b"")) > most:
            raise TelegramRefused("too long")
        return self.files[file_id]


@dataclass
class FakeCarriers:
    """Implements bot.flows.ports.Carriers: `trouble` (an error of the whole question) or `answers`, else NotFound."""

    trouble: CarrierError | None = None
    answers: dict[str, TrackingResult | CarrierError] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], tuple[str, ...]]] = field(default_factory=list)
    fetches: Response = field(default_factory=lambda: Response(200, b"{}"))
    fetched: list[Request] = field(default_factory=list)

    async def ask(
        self, slug: str, credentials: Mapping[str, str], numbers: Sequence[str]
    ) -> Mapping[str, TrackingResult | CarrierError]:
        self.asked.append((slug, dict(credentials), tuple(numbers)))
        if self.trouble is not None:
            raise self.trouble
        return {number: self.answers.get(number, NotFound(number=number)) for number in numbers}

    async def fetch(self, request: Request) -> Response:
        self.fetched.append(request)
        if self.trouble is not None:
            raise self.trouble
        return self.fetches


@dataclass(frozen=True)
class FakeSettings:
    """Implements bot.flows.ports.Settings."""

    public_url: str = ""
    quiet_hours: str = "22-8"
    poll_every: timedelta | None = None
