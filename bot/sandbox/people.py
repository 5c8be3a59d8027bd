"""What people do in Telegram, as the sandbox lets a test or the demo do it."""

import re
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.methods.bodies import FOLDERS, captioned, file_json
from bot.sandbox.bot_api.rules import speaks
from bot.sandbox.bot_api.seen import Seen, seen
from bot.sandbox.bot_api.wording import MAX_CAPTION, compose
from bot.sandbox.bot_api.world import Chat, Json, Message, Query, Topic, User

Who = User | int
Where = Chat | int
Which = Topic | int | str | None
What = Seen | Message | int
ANONYMOUS = 1087968824
LONG_CAPTION = 4096
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
MIMES = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "sticker": "image/webp",
}
ENDS = {"photo": "jpg", "voice": "oga", "video": "mp4", "audio": "mp3", "sticker": "webp"}


class People:
    """Words, media, presses, reactions of persons."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.world = api.world

    async def user(
        self,
        name: str,
        language_code: str | None = "en",
        *,
        last_name: str | None = None,
        username: str | None = None,
        phone: str | None = None,
        premium: bool = False,
        is_bot: bool = False,
    ) -> User:
        """A new person who has not met the bot yet; `is_bot`: another bot, as a group may have them."""
        number = self.world.next("user", 500_001)
        phone = phone or f"+96650{number % 10_000_000:07d}"
        person = User(number, name, language_code, last_name, username, is_bot, phone, is_premium=premium)
        self.world.users[person.id] = person
        return person

    async def says(self, user: Who, text: str, *, reply_to: What | None = None) -> Seen:
        """Words to the bot in private; the first ones start the chat, as pressing Start does."""
        return await self._writes(user, None, None, self._words(text), reply_to)

    async def opens(self, user: Who, link: str) -> Seen:
        """A deep link to the bot in private; what Telegram's apps would not pass on is left out."""
        parts = urlsplit(link)
        if parts.path.strip("/") != self.world.bot.username:
            raise LookupError(f"{link} does not lead to @{self.world.bot.username}")
        payload = next(iter(parse_qs(parts.query).get("start", [])), "")
        return await self.starts(user, payload if PAYLOAD.fullmatch(payload) else "")

    async def starts(self, user: Who, payload: str = "") -> Seen:
        """/start, or a deep link's `/start PAYLOAD`."""
        return await self.says(user, f"/start {payload}".strip())

    async def in_group(
        self,
        user: Who,
        group: Where,
        text: str,
        topic: Which = None,
        *,
        reply_to: What | None = None,
        anonymous: bool = False,
    ) -> Seen:
        """Words in a group; `anonymous`: as its anonymous admin."""
        return await self._writes(user, group, topic, self._words(text), reply_to, anonymous=anonymous)

    async def sends_photo(
        self, user: Who, caption: str = "", *, group: Where | None = None, topic: Which = None
    ) -> Seen:
        """A picture, in private or in a group's topic."""
        return await self.sends_file(user, "photo", caption, group=group, topic=topic)

    async def sends_file(
        self,
        user: Who,
        kind: str,
        caption: str = "",
        *,
        body: bytes | str | None = None,
        name: str | None = None,
        group: Where | None = None,
        topic: Which = None,
        album: str | None = None,
    ) -> Seen:
        """A file of `kind` photo, document, voice, video, sticker …; `body` as bytes or base64."""
        content = b64decode(body) if isinstance(body, str) else body
        file_name = name or f"file.{ENDS.get(kind, 'bin')}"
        mime = MIMES.get(kind, "application/octet-stream")
        stored = self.world.store(content or f"{kind} of the sandbox".encode(), mime, f"{FOLDERS[kind]}/{file_name}")
        most = LONG_CAPTION if self._user(user).is_premium else MAX_CAPTION
        held = {**file_json(kind, stored), **captioned({"caption": caption}, most)}
        if name and kind in held and isinstance(held[kind], dict):
            held[kind]["file_name"] = name
        return await self._writes(user, group, topic, held, None, album=album)

    async def sends_album(
        self, user: Who, count: int = 2, caption: str = "", *, group: Where | None = None, topic: Which = None
    ) -> list[Seen]:
        """Pictures as one album: several updates with one media_group_id."""
        album = str(self.world.next("album", 13_000_000_001))
        captions = [caption] + [""] * (count - 1)
        return [await self.sends_file(user, "photo", one, group=group, topic=topic, album=album) for one in captions]

    async def sends(self, user: Who, content: Json, *, group: Where | None = None, topic: Which = None) -> Seen:
        """Any other content as the Bot API's JSON says it: location, venue, dice, poll …"""
        return await self._writes(user, group, topic, content, None)

    async def shares_contact(self, user: Who, phone: str | None = None, *, of: Who | None = None) -> Seen:
        """His own contact, or (`of`) another's, which then does not carry the sender's id."""
        owner = self._user(of) if of is not None else self._user(user)
        contact = {"phone_number": phone or owner.phone, "first_name": owner.first_name, "user_id": owner.id}
        return await self._writes(user, None, None, {"contact": contact}, None)

    async def edits(self, user: Who, message: What, text: str, *, chat: Where | None = None) -> Seen:
        """He corrects what he said."""
        found = self.find(message, chat if chat is not None else self._user(user).id)
        found.versions.append(found.content)
        key = "text" if "text" in found.content else "caption"
        found.content = {**found.content, **(self._words(text) if key == "text" else captioned({"caption": text}))}
        found.edited_at = self.world.clock.now()
        self.world.tell("edit", found.chat, found)
        self.api.deliver_edit(found)
        return seen(found)

    async def replaces_file(self, user: Who, message: What, kind: str, caption: str = "", *, chat: Where | Who) -> Seen:
        """He puts another file in the place of the one he sent."""
        found = self.find(message, self.chat(chat))
        mime = MIMES.get(kind, "application/octet-stream")
        stored = self.world.store(f"another {kind}".encode(), mime, f"{FOLDERS[kind]}/new")
        found.versions.append(found.content)
        found.content = {**file_json(kind, stored), **captioned({"caption": caption})}
        found.edited_at = self.world.clock.now()
        self.world.tell("edit", found.chat, found)
        self.api.deliver_edit(found)
        return seen(found)

    async def deletes(self, user: Who, message: What, *, chat: Where | None = None) -> None:
        """He takes back what he said; the bot is not told."""
        found = self.find(message, chat if chat is not None else self._user(user).id)
        found.deleted = True
        self.world.tell("delete", found.chat, found)

    async def presses(self, user: Who, message: What, button: str, *, chat: Where | None = None) -> str:
        """Presses the button with this data or label: the query's id, or the address of a link button."""
        person = self._user(user)
        found = self.find(message, chat if chat is not None else person.id)
        pressed = seen(found).button(button)
        if pressed.data is None:
            return pressed.url or pressed.copy or pressed.label
        return self.press_data(person, found, pressed.data)

    def press_data(self, person: User, message: Message, payload: str) -> str:
        """A press with any payload, also one that no button shows (an old message, a forged one)."""
        second = self.world.clock.monotonic()
        query = Query(str(self.world.next("query", 70_000_001)), person, message, second)
        self.world.queries[query.id] = query
        self.world.tell("query", message.chat, message)
        self.api.deliver_press(query, payload)
        return query.id

    async def forges(self, user: Who, message: What, payload: str, *, chat: Where | None = None) -> str:
        """A press that no button offers."""
        person = self._user(user)
        return self.press_data(person, self.find(message, chat if chat is not None else person.id), payload)

    async def reacts(
        self, user: Who, message: What, emoji: str = "", *, chat: Where | None = None, anonymous: bool = False
    ) -> None:
        """Sets his reaction; empty takes it away. `anonymous`: as the group's anonymous admin."""
        person = self._user(user)
        found = self.find(message, chat if chat is not None else person.id)
        before = found.reactions.get(person.id, [])
        after = [{"type": "emoji", "emoji": emoji}] if emoji else []
        found.reactions[person.id] = after
        self.world.tell("reaction", found.chat, found)
        self.api.deliver_reaction(found, person, before, after, anonymous=anonymous)

    def find(self, message: What, chat: Where | None = None) -> Message:
        """The message itself; a bare number is looked up in `chat`."""
        if isinstance(message, Message):
            return message
        if isinstance(message, Seen):
            return self.world.chats[message.chat_id].messages[message.id]
        if chat is None:
            raise LookupError("a message's number needs its chat")
        return self.chat(chat).messages[message]

    def chat(self, where: Where | Who) -> Chat:
        """A group, or a person's chat with the bot."""
        if isinstance(where, Chat):
            return where
        if isinstance(where, User):
            return self.world.private(where)
        if where in self.world.users:
            return self.world.private(self.world.users[where])
        return self.world.chats[where]

    def topic(self, group: Where, which: Which) -> Topic | None:
        """A topic by itself, number or name; None is General."""
        if which is None or isinstance(which, Topic):
            return which
        topics = self.chat(group).topics
        if isinstance(which, int):
            return topics[which]
        found = [one for one in topics.values() if one.name == which and not one.deleted]
        if not found:
            raise LookupError(f"no topic {which!r}: {[one.name for one in topics.values()]}")
        return found[-1]

    def _user(self, who: Who) -> User:
        return who if isinstance(who, User) else self.world.users[who]

    def _words(self, text: str) -> Json:
        plain, entities = compose(text, None, None)
        return {"text": plain, "entities": entities} if entities else {"text": plain}

    async def _writes(
        self, user: Who, group: Where | None, topic: Which, content: Json, reply_to: What | None, **frame: Any
    ) -> Seen:
        person = self._user(user)
        chat = self.world.private(person) if group is None else self.chat(group)
        self._may_write(person, chat)
        within = self.topic(chat, topic)
        if within and within.closed and not chat.member(person.id).is_admin:
            raise PermissionError(f"the topic {within.name} is closed")
        reply = self.find(reply_to, chat) if reply_to is not None else None
        sender: User = person
        if frame.pop("anonymous", False):
            sender, frame["sender_chat"] = self._anonymous(), chat
        thread = within.id if within else None
        message = self.world.add(chat, sender, content, thread_id=thread, reply_to=reply, **frame)
        self.api.deliver(message)
        return seen(message)

    def _may_write(self, person: User, chat: Chat) -> None:
        if chat.person and person.blocked:
            raise PermissionError(f"{person.first_name} has blocked the bot: unblocks() comes first")
        if chat.person:
            person.started = True
        elif not chat.member(person.id).present:
            raise PermissionError(f"{person.first_name} is not in {chat.title}")
        elif not speaks(chat, person.id):
            raise PermissionError(f"{person.first_name} may not write in {chat.title}")

    def _anonymous(self) -> User:
        return self.world.users.setdefault(
            ANONYMOUS, User(ANONYMOUS, "Group", username="GroupAnonymousBot", is_bot=True)
        )
