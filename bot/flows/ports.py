"""What flows and handlers need from the outside, as protocols; the edges implement them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from msgspec import Struct

from carriers.kit.errors import CarrierError
from carriers.kit.model import Request, Response, TrackingResult


class Vault(Protocol):
    """Seals what must not be read in the database."""

    def seal(self, text: str) -> str: ...
    def open(self, token: str) -> str: ...
    def rotate(self, token: str) -> str: ...


class Carriers(Protocol):
    """Asks a carrier at once, outside the polling: test calls."""

    async def ask(
        self, slug: str, credentials: Mapping[str, str], numbers: Sequence[str]
    ) -> Mapping[str, TrackingResult | CarrierError]:
        """One entry a number; raises a CarrierError of the whole question."""
        ...

    async def fetch(self, request: Request) -> Response:
        """One question and its answer, unread; raises CarrierError."""
        ...


class MemberView(Struct, frozen=True):
    """Somebody's standing in a chat now."""

    status: str
    can_manage_topics: bool = False
    can_delete_messages: bool = False
    can_pin_messages: bool = False
    name: str = ""
    username: str | None = None
    is_member: bool = True

    @property
    def is_inside(self) -> bool:
        """True for whoever is in the chat now: whoever is restricted may be so from outside (`is_member`)."""
        inside = {"creator", "administrator", "member"}
        return self.status in inside or (self.status == "restricted" and self.is_member)

    @property
    def is_admin(self) -> bool:
        """True for the group's owner and its admins."""
        return self.status in {"creator", "administrator"}

    @property
    def may_manage_topics(self) -> bool:
        """True where topics can be opened and closed."""
        return self.status == "creator" or (self.status == "administrator" and self.can_manage_topics)


class ChatView(Struct, frozen=True):
    """A chat as Telegram describes it."""

    id: int
    type: str
    title: str = ""
    is_forum: bool = False


class Me(Struct, frozen=True):
    """The bot's own account."""

    id: int
    username: str
    reads_groups: bool = False


class TelegramRefused(Exception):
    """Telegram does not answer this question: the chat or person is out of reach, or Telegram is."""


class Unfit(Exception):
    """This process cannot work as it is set up, however long it tries. The message says in one line what to do."""


class TokenRefused(Unfit):
    """Telegram does not know this token: there is nobody to speak as."""


class KeysRefused(Unfit):
    """This process has not the keys that the installation seals with: it would take what it cannot read."""


class Telegram(Protocol):
    """Questions that cost no sending budget. Each raises TelegramRefused."""

    async def me(self) -> Me: ...
    async def member(self, chat_id: int, user_id: int) -> MemberView: ...
    async def chat(self, chat_id: int) -> ChatView: ...

    async def topic_icons(self) -> Mapping[str, str]:
        """Emoji to id of the icons that any forum topic may bear."""
        ...

    async def set_commands(self, scope: Mapping[str, Any], language: str, commands: Sequence[tuple[str, str]]) -> None:
        """The menu of a scope in a language (empty: for everybody else); no commands: the wider scope's."""
        ...

    async def file(self, file_id: str, most: int) -> bytes:
        """At most `most` bytes; a longer file is refused."""
        ...


class Settings(Protocol):
    """What the conversation needs of the settings; all else is the service's."""

    @property
    def public_url(self) -> str: ...
    @property
    def quiet_hours(self) -> str: ...
    @property
    def poll_every(self) -> timedelta | None: ...


Facts = dict[str, Any]
"""What a text is made of: JSON-able, never a sentence."""
