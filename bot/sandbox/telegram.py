"""A Bot API server on loopback with state, and people who use it.

    async with TelegramSandbox() as telegram:          # telegram.url, telegram.token, telegram.username
        sara = await telegram.user("Sara", "ar")        # nobody has met the bot yet
        await telegram.starts(sara, "TOKEN")            # /start TOKEN; `says` for any text
        answer = await telegram.expects(sara, "مرحب")   # waits until she reads it; `messages` = all she sees now
        await telegram.presses(sara, answer, "h:")      # by callback data, its beginning, or label
        shop = await telegram.group("Desk", owner=sam, members=[amy])       # a forum with the bot as admin
        await telegram.in_group(amy, shop, "Hello", topic="Sara")
        telegram.messages(shop, "Sara"), telegram.topics(shop), telegram.calls("sendMessage"), telegram.violations()
        await telegram.fault("flood", "send*", chat=sara, seconds=7)         # kinds: see bot_api.faults.Fault

People act by awaiting (people.py, groups.py); looking (`messages`, `topics`, `calls`, …) returns at once and fits
into `wait_for(lambda: …)`. The same names answer over HTTP: POST /_sandbox/telegram/NAME with the arguments as a
JSON object (persons, chats, messages by number): {"result": …}. GET /_sandbox/events streams what happens,
GET /_sandbox/record questions the record of calls, POST /_sandbox/clock/NAME moves a Clockwork.
The sandbox outlives the bot: updates that were not acknowledged are given out again.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web

from bot.clock import Clock, RunningClock
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.faults import Fault, Script
from bot.sandbox.bot_api.record import Call, Violation
from bot.sandbox.bot_api.seen import Seen, seen
from bot.sandbox.bot_api.server import MOST, BotApiServer
from bot.sandbox.bot_api.webhook import WebhookSender
from bot.sandbox.bot_api.world import Chat, Happening, Message, Topic, User, World
from bot.sandbox.control import Control
from bot.sandbox.events import Events
from bot.sandbox.groups import Groups
from bot.sandbox.menus import menu
from bot.sandbox.people import Where, Which, Who
from bot.sandbox.recorded import Recorded

__all__ = ["Call", "Chat", "Seen", "TelegramSandbox", "Topic", "User", "Violation"]
T = TypeVar("T")
TOKEN = "1000001:sandbox-token-that-opens-nothing"  # noqa: S105
USERNAME = "herald_sandbox_bot"


class TelegramSandbox(Groups):
    """See the module. `enforce`: Telegram's rate limits are answered with 429, else breaches are only recorded."""

    def __init__(
        self, *, token: str = TOKEN, username: str = USERNAME, clock: Clock | None = None, enforce: bool = False
    ) -> None:
        bot = User(int(token.split(":")[0]), "Parcel Herald", username=username, is_bot=True)
        super().__init__(BotApi(World(clock or RunningClock(), bot), enforce=enforce))
        self.token = token
        self.username = username
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._webhook = WebhookSender(self.api)

    # Serving

    def application(self) -> web.Application:
        """The routes, to be served beside others."""
        app = web.Application(client_max_size=MOST)
        app.add_routes(BotApiServer(self.api, self.token).routes())
        app.add_routes(Control("telegram", self).routes())
        app.add_routes(Control("clock", self.world.clock).routes())
        app.add_routes(Recorded(self.api.record).routes())
        app.add_routes(Events(self.world).routes())
        return app

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serves; the address, with a free port where none is given."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound: tuple[str, int] = self._runner.addresses[0]
        self.url = f"http://{host}:{bound[1]}"
        self._webhook.start()
        return self.url

    async def stop(self) -> None:
        """Stops serving; the state stays."""
        if self._runner:
            await self._webhook.stop()
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "TelegramSandbox":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # Looking

    def messages(self, chat: Where | Who, topic: Which = None, *, service: bool = False) -> list[Seen]:
        """What a reader of the chat (or of one topic) sees now, oldest first; `service`: their notices too."""
        found = self.chat(chat)
        thread = self.topic(found, topic) if topic is not None else None
        return [
            seen(message)
            for message in found.messages.values()
            if self._visible(message, thread) and (service or not message.service)
        ]

    def _visible(self, message: Message, thread: Topic | None) -> bool:
        return not message.deleted and (thread is None or message.thread_id == thread.id)

    def message(self, chat: Where | Who, message_id: int) -> Seen | None:
        """One message as it stands, None if it is gone."""
        found = self.chat(chat).messages.get(message_id)
        return seen(found) if found and not found.deleted else None

    def topics(self, group: Where) -> list[Topic]:
        """The topics that are there."""
        return [topic for topic in self.chat(group).topics.values() if not topic.deleted]

    def pinned(self, chat: Where | Who, topic: Which = None) -> list[Seen]:
        """The pinned messages."""
        return [message for message in self.messages(chat, topic) if message.pinned]

    def answer_of(self, query_id: str) -> dict[str, Any] | None:
        """What the bot answered to a press, None if it has not."""
        return self.world.queries[query_id].answer

    def menu(self, user: Who, chat: Where | None = None) -> list[dict[str, Any]]:
        """The commands that the person's menu offers, in private or in a group."""
        person = self._user(user)
        return menu(self.world, person, self.chat(chat if chat is not None else person))

    def calls(self, *methods: str, chat: Where | Who | None = None) -> list[Call]:
        """The record of these methods (none: all), to this chat."""
        return self.api.record.of(methods, self.chat(chat).id if chat is not None else None)

    def violations(self, rule: str | None = None) -> list[Violation]:
        """What was against the schema (`schema`, `unsupported`) or the limits (`limit`)."""
        return [one for one in self.api.record.violations if rule in (None, one.rule)]

    def happenings(self, after: int = 0) -> list[Happening]:
        """What happened since that number."""
        return [one for one in self.world.happenings if one.number > after]

    async def wait_for(self, predicate: Callable[[], T], within: float = 5.0) -> T:
        """The predicate's value as soon as it is true; asked at every change, TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while not (value := predicate()):
                await self.world.changed.wait()
        return value

    async def expects(
        self, chat: Where | Who, text: str, topic: Which = None, *, within: float = 5.0, after: int = 0
    ) -> Seen:
        """Waits for a message of the bot that contains `text` (newer than message `after`)."""
        try:
            return (await self.wait_for(lambda: self._said(chat, text, topic, after), within))[-1]
        except TimeoutError:
            shown = [message.text for message in self._of_bot(chat, None)][-5:]
            raise TimeoutError(f"nobody said {text!r} within {within} s; the last words: {shown}") from None

    def _said(self, chat: Where | Who, text: str, topic: Which, after: int) -> list[Seen]:
        return [one for one in self._of_bot(chat, topic) if text in one.text and one.id > after]

    def _of_bot(self, chat: Where | Who, topic: Which) -> list[Seen]:
        try:
            return [message for message in self.messages(chat, topic) if message.from_bot]
        except LookupError:  # the topic is still to come
            return []

    # Interfering

    async def fault(
        self,
        kind: str,
        method: str = "*",
        *,
        chat: Where | Who | None = None,
        times: int = 1,
        skip: int = 0,
        seconds: float = 1,
        text: str | None = None,
    ) -> None:
        """Scripts a fault (see bot_api.faults) for the next calls that fit."""
        chat_id = self.chat(chat).id if chat is not None else None
        self.api.faults.add(Script(Fault(kind), method, chat_id, times, skip, seconds, text))

    async def clear_faults(self) -> None:
        """No more faults."""
        self.api.faults.clear()

    async def enforces(self, on: bool) -> None:
        """Answers 429 to calls over the limits, or only records them."""
        self.api.enforce = on

    async def update(self, body: dict[str, Any]) -> int:
        """A raw update: of an unknown kind, or with an `update_id` of its own, once more or out of order."""
        number: int = body.get("update_id") or self.api.updates.take_id()
        self.api.updates.push({**body, "update_id": number})
        return number
