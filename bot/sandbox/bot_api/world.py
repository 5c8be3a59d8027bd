"""Telegram's state around one bot: who is there, what was said where. Mutable; nothing here speaks to anybody."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import Clock

Json = dict[str, Any]
ALL_RIGHTS = frozenset({"can_manage_topics", "can_delete_messages", "can_pin_messages", "can_invite_users"})
CHAT_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
]
PERMISSIONS = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
]
USUAL = frozenset(PERMISSIONS) - {"can_change_info", "can_manage_topics"}
GONE = frozenset({"left", "kicked"})
ARCHIVED_FROM = 1_000_000
"""Messages of a forum after which Telegram archives its oldest topics."""


@dataclass
class User:
    """A person, or the bot itself. `started`: has written to the bot, so that the bot may write."""

    id: int
    first_name: str
    language_code: str | None = "en"
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    phone: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    is_premium: bool = False


@dataclass
class Member:
    """Somebody's place in a group. `permissions`: what a restricted one may; `until`: end of a ban or restriction.

    `outside`: restricted, but not in the group.
    """

    status: str = "member"
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = USUAL
    until: datetime | None = None
    title: str | None = None
    tag: str | None = None
    outside: bool = False

    @property
    def present(self) -> bool:
        return self.status not in GONE and not self.outside

    @property
    def is_admin(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)


@dataclass
class Topic:
    """A forum's topic; its id is that of the message that opened it."""

    id: int
    name: str
    icon_color: int = 0x6FB9F0
    icon: str | None = None
    closed: bool = False
    deleted: bool = False
    # Shown to people still, but whoever writes there is told that it does not exist.
    archived: bool = False


@dataclass
class Invite:
    """A link into a group; `primary` is the asking admin's own lasting one."""

    link: str
    name: str | None = None
    expires_at: datetime | None = None
    member_limit: int | None = None
    asks_first: bool = False
    primary: bool = False
    revoked: bool = False
    used: int = 0


@dataclass(eq=False)
class Message:
    """One message. `content` is what Telegram's JSON says beside the frame: text, entities, photo, service marks …"""

    chat: "Chat"
    id: int
    at: datetime
    sender: User | None
    content: Json
    thread_id: int | None = None
    reply_to: "Message | None" = None
    markup: Json | None = None
    sender_chat: "Chat | None" = None
    forward: Json | None = None
    album: str | None = None
    service: bool = False
    edited_at: datetime | None = None
    deleted: bool = False
    protected: bool = False
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    versions: list[Json] = field(default_factory=list)


@dataclass(eq=False)
class Chat:
    """A private chat (its id is the person's) or a group."""

    id: int
    kind: str
    title: str = ""
    person: User | None = None
    username: str | None = None
    is_forum: bool = False
    description: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    permissions: frozenset[str] = USUAL
    invites: dict[str, Invite] = field(default_factory=dict)
    # Who asked to join, by which link.
    asking: dict[int, str] = field(default_factory=dict)
    general: Topic = field(default_factory=lambda: Topic(1, "General"))
    general_hidden: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    migrated_from: int | None = None
    deleted: bool = False
    # Privacy mode as it was when the bot came in: it changes for a group only when the bot is added again.
    hears_all: bool | None = None
    archives_from: int = ARCHIVED_FROM
    # In a forum, 1 is General.
    last_id: int = 1

    def member(self, user_id: int) -> Member:
        return self.members.get(user_id) or Member("left")


@dataclass(frozen=True)
class Stored:
    """A file's bytes."""

    id: str
    path: str
    body: bytes
    mime: str
    name: str = ""


@dataclass
class Query:
    """A pressed button, until it is answered."""

    id: str
    user: User
    message: Message
    pressed_at: float
    answer: Json | None = None


@dataclass(frozen=True)
class Happening:
    """A change that somebody could see on a screen: what the event stream tells."""

    number: int
    at: datetime
    what: str
    chat_id: int
    message_id: int | None = None
    topic: int | None = None


class World:
    """Everything there is, and a bell that rings at each change."""

    def __init__(self, clock: Clock, bot: User) -> None:
        self.clock = clock
        self.bot = bot
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], Any] = {}
        self.happenings: deque[Happening] = deque(maxlen=10_000)
        self.reads_all = False
        self.changed = asyncio.Event()
        self.listeners: list[Callable[[Happening], None]] = []
        self._ids: dict[str, int] = {}

    def next(self, name: str, first: int = 1) -> int:
        """A running number of its own for each name."""
        self._ids[name] = self._ids.get(name, first - 1) + 1
        return self._ids[name]

    def private(self, user: User) -> Chat:
        """The person's chat with the bot."""
        if user.id not in self.chats:
            self.chats[user.id] = Chat(user.id, "private", person=user)
        return self.chats[user.id]

    def add(self, chat: Chat, sender: User | None, content: Json, *, quiet: bool = False, **frame: Any) -> Message:
        """A new message stands in the chat; `quiet`: whoever adds it tells of it."""
        message = Message(chat, self._message_id(chat), self.clock.now(), sender, content, **frame)
        chat.messages[message.id] = message
        if chat.topics and len(chat.messages) > chat.archives_from:
            _archive(chat)
        if not quiet:
            self.tell("message", chat, message)
        return message

    def _message_id(self, chat: Chat) -> int:
        # A supergroup numbers its own messages, all other chats share the account's numbers.
        if chat.kind == "supergroup":
            chat.last_id += 1
            return chat.last_id
        return self.next("message")

    def tell(self, what: str, chat: Chat, message: Message | None = None, topic: int | None = None) -> None:
        """Rings the bell; `what` is message, edit, delete, pin, reaction, topic, member, query …"""
        thread = message.thread_id if message else topic
        happening = Happening(
            self.next("happening"), self.clock.now(), what, chat.id, message.id if message else None, thread
        )
        self.happenings.append(happening)
        self.ring()
        for listener in self.listeners:
            listener(happening)

    def ring(self) -> None:
        """Wakes whoever waits for a change."""
        self.changed.set()
        self.changed = asyncio.Event()

    def store(self, body: bytes, mime: str, path: str) -> Stored:
        """Keeps a file's bytes under a new id."""
        number = self.next("file")
        folder, _, name = path.partition("/")
        stored = Stored(f"sandbox-file-{number}", f"{folder}/file_{number}{_suffix(path)}", body, mime, name)
        self.files[stored.id] = stored
        return stored


def _archive(chat: Chat) -> None:
    """The oldest topic goes out of reach."""
    live = (one for one in chat.topics.values() if not (one.archived or one.deleted))
    oldest = next(live, None)
    if oldest is not None and next(live, None) is not None:
        oldest.archived = True


def _suffix(path: str) -> str:
    return f".{path.rsplit('.', 1)[1]}" if "." in path else ""
