"""The Bot API of one bot: takes a call, changes the world, hands updates to the bot."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

from bot.sandbox.bot_api import methods, schema
from bot.sandbox.bot_api.faults import Faults
from bot.sandbox.bot_api.limits import Limits
from bot.sandbox.bot_api.record import Call, Record
from bot.sandbox.bot_api.refusals import Refused, bad, too_many
from bot.sandbox.bot_api.updates import Updates
from bot.sandbox.bot_api.views import chat_json, invite_json, member_json, message_json, query_json, user_json
from bot.sandbox.bot_api.world import Chat, Member, Message, Query, User, World

QUERY_LIFE = 60.0
Method = Callable[["BotApi", schema.Params], Awaitable[Any]]


@cache
def implemented() -> Mapping[str, Method]:
    """The methods found in the package `methods`, by name."""
    found: dict[str, Method] = {}
    known = schema.description()["methods"]
    for module in pkgutil.iter_modules(methods.__path__, f"{methods.__name__}."):
        names = vars(importlib.import_module(module.name))
        found |= {name: value for name, value in names.items() if name in known and callable(value)}
    return found


class BotApi:
    """State, rules and record of one bot. `enforce`: calls over the limits are answered 429, else only recorded."""

    def __init__(self, world: World, *, enforce: bool = False) -> None:
        self.world = world
        self.updates = Updates(first_id=100_001, now=world.clock.now)
        self.record = Record()
        self.faults = Faults()
        self.limits = Limits()
        self.enforce = enforce
        self.webhook: dict[str, Any] = {}

    def begin(self, method: str, given: Mapping[str, Any]) -> Call:
        """Notes the call."""
        call = self.record.begin(method, dict(given), self.world.clock.now(), self.world.clock.monotonic())
        self.world.ring()
        return call

    async def answer(self, call: Call, given: Mapping[str, Any]) -> Any:
        """The result; raises Refused. Whatever it says is in the record."""
        try:
            params = self._read(call, given)
            self._count(call, params)
            call.result = await self._method(call)(self, params)
        except Refused as refused:
            call.outcome = f"{refused.code} {refused.description}"
            self.world.ring()
            raise
        call.outcome, call.accepted = "ok", True
        self.world.ring()
        return call.result

    def _read(self, call: Call, given: Mapping[str, Any]) -> schema.Params:
        try:
            params = schema.read(call.method, given)
        except schema.Mismatch as mismatch:
            self.record.blame(call, "schema", str(mismatch))
            raise bad(str(mismatch)) from mismatch
        call.params.update((name, value) for name, value in params.items() if not isinstance(value, schema.Upload))
        return params

    def _method(self, call: Call) -> Method:
        found = implemented().get(call.method)
        if found is None:
            self.record.blame(call, "unsupported", f"the sandbox has no {call.method}")
            raise bad(f"the sandbox has no {call.method}")
        return found

    def _count(self, call: Call, params: schema.Params) -> None:
        chat_id = params.get("chat_id")
        if not self.limits.counts(call.method) or not isinstance(chat_id, int):
            return
        count = len(params.get("message_ids") or params.get("media") or (1,))
        broken = self.limits.ask(chat_id, call.method, call.second, count)
        if broken:
            self.record.blame(call, "limit", broken[0])
            if self.enforce:
                raise too_many(broken[1])
        self.limits.take(chat_id, call.method, call.second, count)

    # What the bot hears

    def deliver(self, message: Message) -> None:
        """A new message, if the bot is told of it."""
        if self._hears(message):
            self.updates.put("message", message_json(message))

    def deliver_edit(self, message: Message) -> None:
        """An edited one."""
        if self._hears(message):
            self.updates.put("edited_message", message_json(message))

    def deliver_press(self, query: Query, payload: str) -> None:
        """A pressed button."""
        self.updates.put("callback_query", query_json(query, payload))

    def deliver_member(
        self, chat: Chat, user: User, before: Member, after: Member, actor: User, *, by_link: str | None = None
    ) -> None:
        """A changed place in a chat: the bot's own, or another's where the bot is an admin."""
        own = user is self.world.bot
        if not own and not chat.member(self.world.bot.id).is_admin:
            return
        body = {
            "chat": chat_json(chat),
            "from": user_json(actor),
            "date": int(self.world.clock.now().timestamp()),
            "old_chat_member": member_json(user, before),
            "new_chat_member": member_json(user, after),
        }
        if by_link in chat.invites:
            body["invite_link"] = invite_json(chat.invites[by_link], self.world.bot)
            body["via_join_request"] = actor is not user
        self.updates.put("my_chat_member" if own else "chat_member", body)

    def deliver_join_request(self, chat: Chat, user: User, link: str) -> None:
        """Somebody asks to come in by a link that asks first; told to an admin who may invite."""
        if not chat.member(self.world.bot.id).may("can_invite_users"):
            return
        body = {
            "chat": chat_json(chat),
            "from": user_json(user),
            "user_chat_id": user.id,
            "date": int(self.world.clock.now().timestamp()),
            "invite_link": invite_json(chat.invites[link], self.world.bot),
        }
        self.updates.put("chat_join_request", body)

    def deliver_reaction(
        self, message: Message, user: User, before: list[Any], after: list[Any], *, anonymous: bool = False
    ) -> None:
        """A person's reaction, or one of the group's anonymous admins; in a group only to an admin."""
        if not message.chat.person and not message.chat.member(self.world.bot.id).is_admin:
            return
        body = {
            "chat": chat_json(message.chat),
            "message_id": message.id,
            **({"actor_chat": chat_json(message.chat)} if anonymous else {"user": user_json(user)}),
            "date": int(self.world.clock.now().timestamp()),
            "old_reaction": before,
            "new_reaction": after,
        }
        self.updates.put("message_reaction", body)

    def _hears(self, message: Message) -> bool:
        sender = message.sender
        if sender and sender.is_bot and not (message.service or message.sender_chat):
            # Bots do not hear each other, nor themselves.
            return False
        if message.chat.person:
            return not message.chat.person.blocked
        place = message.chat.member(self.world.bot.id)
        if not place.present:
            return False
        hears_all = self.world.reads_all if message.chat.hears_all is None else message.chat.hears_all
        return message.service or place.is_admin or hears_all or self._addressed(message)

    def _addressed(self, message: Message) -> bool:
        """With privacy mode on: commands that name no other bot, replies to the bot, its name."""
        text = str(message.content.get("text") or message.content.get("caption") or "")
        replied = message.reply_to is not None and message.reply_to.sender is self.world.bot
        command, _, addressee = text.partition(" ")[0].partition("@")
        called = command.startswith("/") and addressee.lower() in ("", str(self.world.bot.username).lower())
        return called or replied or f"@{self.world.bot.username}" in text
