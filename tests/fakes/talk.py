"""Talks to the real dispatcher over the real inbox: what a person says goes in, what leaves is read from the outbox."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.chat.listen import Handler, Listening
from bot.clock import Clock
from bot.flows import inbox
from bot.store import sql
from bot.store.crypt import Vault
from tests.fakes.bot_session import DeafSession, deaf_bot
from tests.fakes.ports import FakeCarriers, FakeSettings, FakeTelegram

BOT_ID = 4242


@dataclass(frozen=True)
class Who:
    """A Telegram account."""

    id: int = 7001
    name: str = "Omar"
    language: str | None = "en"
    username: str | None = None

    def as_user(self) -> dict[str, Any]:
        user = {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}
        return user | ({"username": self.username} if self.username else {})


@dataclass
class Talk:
    """One service as seen from the chats. Each `say` returns the outbox rows it made, payload and all."""

    clock: Clock
    vault: Vault
    telegram: FakeTelegram = field(default_factory=FakeTelegram)
    carriers: FakeCarriers = field(default_factory=FakeCarriers)
    settings: FakeSettings = field(default_factory=FakeSettings)
    session: DeafSession = field(default_factory=DeafSession)
    update_id: int = 1000
    message_id: int = 50

    async def say(self, text: str, who: Who | None = None, *, group: int | None = None, **more: Any) -> list[Any]:
        """A message said in private, or in the forum group `group` (give message_thread_id for a topic)."""
        who = who or Who()
        chat: dict[str, Any] = {"id": who.id, "type": "private", "first_name": who.name}
        if group is not None:
            chat = {"id": group, "type": "supergroup", "title": "Desk", "is_forum": True}
        self.message_id += 1
        message = {"message_id": self.message_id, "date": 1795514400, "chat": chat, "from": who.as_user()}
        topic = {"is_topic_message": True} if "message_thread_id" in more else {}
        return await self.feed({"message": message | ({"text": text} if text else {}) | topic | more})

    async def press(
        self, data: str, who: Who | None = None, message_id: int = 40, *, group: int | None = None
    ) -> list[Any]:
        """A button under our message, in private or in the forum group `group`."""
        who = who or Who()
        chat: dict[str, Any] = {"id": who.id, "type": "private", "first_name": who.name}
        if group is not None:
            chat = {"id": group, "type": "supergroup", "title": "Desk", "is_forum": True}
        message: dict[str, Any] = {"message_id": message_id, "date": 1795514400, "chat": chat, "text": "…"}
        query = {"id": "1", "from": who.as_user(), "chat_instance": "1", "data": data, "message": message}
        return await self.feed({"callback_query": query})

    async def feed(self, update: dict[str, Any]) -> list[Any]:
        """Any update, numbered; returns the outbox rows made meanwhile, oldest first."""
        self.update_id += 1
        last = await sql.rows("SELECT coalesce(max(id), 0) AS id FROM outbox")
        await inbox.keep(BOT_ID, [{"update_id": self.update_id} | update], self.vault, self.clock.now())
        await Handler(self.listening()).drain()
        rows = await sql.rows("SELECT * FROM outbox WHERE id > ? ORDER BY id", (last[0]["id"],))
        return [row | {"payload": orjson.loads(row["payload"])} for row in rows]

    def listening(self) -> Listening:
        return Listening(
            bot=deaf_bot(self.session),
            api_url="http://127.0.0.1:1",
            clock=self.clock,
            vault=self.vault,
            telegram=self.telegram,
            carriers=self.carriers,
            settings=self.settings,
        )

    def toasts(self) -> list[str]:
        """What was said over the chat to those who pressed buttons since the last look."""
        said, self.session.toasts = self.session.toasts, []
        return said


def kinds(rows: list[Any]) -> list[str]:
    """The kinds of the answers among the rows."""
    return [row["payload"]["kind"] for row in rows if row["act"] == "answer"]
