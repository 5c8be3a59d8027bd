"""What a row of the outbox is to Telegram: one call to the Bot API, as a value."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.domain.outgoing import Act, Outcome
from bot.texts.bidi import cut_html
from bot.texts.messages import Button, Rendered

GENERAL, LONGEST_CAPTION = 1, 1024
"""The thread of a forum's General topic: it must be addressed by naming none."""
CONTACT = (("share_contact", "contact"),)
"""The one button of the keyboard that asks for the phone number."""
IN_DOUBT = "🤔"
FAILED = "👎"
"""Reactions to a person's words: we cannot tell whether they arrived (or came twice); they did not arrive."""
_NO_PREVIEW = {"is_disabled": True}
_TAG = re.compile(r"<[^>]+>")


METHODS = {
    Act.ANSWER: "sendMessage",
    Act.NOTICE: "sendMessage",
    Act.LIVE: "sendMessage",
    Act.PLACE: "editMessageText",
    Act.TOPIC: "createForumTopic",
    Act.CARD: "sendMessage",
    Act.DESK: "sendMessage",
    Act.DRAFT: "sendMessage",
    Act.PICTURE: "sendPhoto",
    Act.TEXT: "sendMessage",
    Act.COPY: "copyMessage",
    Act.ALBUM: "copyMessages",
    Act.PIN: "pinChatMessage",
    Act.REACT: "setMessageReaction",
    Act.DELETE: "deleteMessage",
}
"""What an act costs by: the method it is usually done with."""


class Call(Struct, frozen=True):
    """One call. `step` is the act it performs: a row may need its topic, then a card, before its own act.

    `harmless`: repeating it changes nothing. `digest`: what a live message, a card or a topic's title says.
    `messages`: the relayed words that it carries, one for each of an album's items.
    """

    method: str
    chat_id: int
    params: dict[str, Any]
    step: Act
    harmless: bool = False
    digest: int = 0
    messages: tuple[int, ...] = ()

    @property
    def cost(self) -> int:
        """How many messages Telegram counts."""
        return len(self.messages) or 1


class Drop(Struct, frozen=True):
    """Nothing is to be sent: it is no longer true, already done, or there is nobody to tell."""

    reason: str


class Later(Struct, frozen=True):
    """Nothing may be said to this reader now: it leaves at `at`."""

    at: datetime


class Unprepared(Struct, frozen=True):
    """What is to be said could not be made, by our own fault: tried again, more and more seldom, before it is lost."""


Fate = Outcome | Drop | Later | Unprepared
"""What became of a row."""


def message(
    step: Act,
    chat_id: int,
    rendered: Rendered,
    *,
    edit: int | None = None,
    thread_id: int | None = None,
    reply_to: int | None = None,
    keyboard: dict[str, Any] | None = None,
    plain: bool = False,
    digest: int = 0,
) -> Call:
    """A text of ours, new or in place of the message `edit`; `plain`: Telegram could not read our markup."""
    said = {"text": without_markup(rendered.text)} if plain else {"text": rendered.text, "parse_mode": "HTML"}
    wanted = said | {"link_preview_options": _NO_PREVIEW, "reply_markup": keyboard or inline(rendered.buttons)}
    if edit is not None:
        return Call("editMessageText", chat_id, given(wanted | {"message_id": edit}), step, True, digest)
    place = {"message_thread_id": thread(thread_id), "reply_parameters": reply(reply_to)}
    return Call("sendMessage", chat_id, given(wanted | place), step, digest=digest)


def picture(chat_id: int, png: bytes, rendered: Rendered, *, thread_id: int | None = None) -> Call:
    """A picture of ours with its words under it."""
    said = {"photo": png, "caption": cut_html(rendered.text, LONGEST_CAPTION), "parse_mode": "HTML"}
    return Call("sendPhoto", chat_id, given(said | {"message_thread_id": thread(thread_id)}), Act.PICTURE)


def words(chat_id: int, thread_id: int | None, payload: Mapping[str, Any]) -> Call:
    """A person's words, as they were said; edited where they stand if `message_id` is given."""
    entities = None if payload.get("plain") else payload.get("entities")
    said = {"text": payload["text"], "entities": entities, "link_preview_options": _NO_PREVIEW}
    edit = payload.get("message_id")
    if edit is not None:
        return Call("editMessageText", chat_id, given(said | {"message_id": edit}), Act.TEXT, True)
    place = {"message_thread_id": thread(thread_id), "reply_parameters": reply(payload.get("reply_to"))}
    return Call("sendMessage", chat_id, given(said | place), Act.TEXT)


class Named(Struct, frozen=True):
    """What a topic is to be called; `digest`: the title (bot/domain/topic_title.py) that its name and icon show."""

    name: str
    icon: str | None = None
    digest: int = 0

    def params(self) -> dict[str, Any]:
        """As the Bot API wants it."""
        return given({"name": self.name, "icon_custom_emoji_id": self.icon})


def new_topic(chat_id: int, named: Named) -> Call:
    """A topic of the customer's own."""
    return Call("createForumTopic", chat_id, named.params(), Act.TOPIC, digest=named.digest)


def rename_topic(chat_id: int, thread_id: int, named: Named) -> Call:
    """Another name and icon for a topic."""
    params = {"message_thread_id": thread_id} | named.params()
    return Call("editForumTopic", chat_id, params, Act.TOPIC, True, named.digest)


def turn_topic(chat_id: int, thread_id: int, change: str) -> Call:
    """`reopen` or `close` a topic."""
    method = {"reopen": "reopenForumTopic", "close": "closeForumTopic"}[change]
    return Call(method, chat_id, {"message_thread_id": thread_id}, Act.TOPIC, True)


def pin(chat_id: int, payload: Mapping[str, Any]) -> Call:
    """Pin a message without a sound."""
    params = {"message_id": payload["message_id"], "disable_notification": True}
    return Call("pinChatMessage", chat_id, params, Act.PIN, True)


def react(chat_id: int, payload: Mapping[str, Any]) -> Call:
    """React to a message; an empty emoji takes the reaction away."""
    emoji = payload.get("emoji")
    params = {"message_id": payload["message_id"], "reaction": [emoji] if emoji else []}
    return Call("setMessageReaction", chat_id, params, Act.REACT, True)


def thread(thread_id: int | None) -> int | None:
    """The thread to name; none for General."""
    return None if thread_id == GENERAL else thread_id


def reply(message_id: int | None) -> dict[str, Any] | None:
    """A quote that does not stand in the way when the quoted message is gone."""
    return None if message_id is None else {"message_id": message_id, "allow_sending_without_reply": True}


def inline(rows: Sequence[Sequence[Button]]) -> dict[str, Any] | None:
    """Buttons under the message."""
    if not rows:
        return None
    return {"inline_keyboard": [[_button(one) for one in row] for row in rows]}


def _button(button: Button) -> dict[str, Any]:
    if button.copy is not None:
        return {"text": button.label, "copy_text": {"text": button.copy}}
    target = {"url": button.url} if button.url is not None else {"callback_data": button.data or ""}
    return {"text": button.label, **target}


def keyboard(name: str | None, rendered: Rendered) -> dict[str, Any] | None:
    """Telegram's own keyboard: `contact` asks for the phone number, `gone` takes it away."""
    if name == "gone":
        return {"remove_keyboard": True}
    if name != "contact":
        return None
    rows = [[{"text": one.label, "request_contact": True} for one in row] for row in rendered.buttons]
    return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}


def without_markup(text: str) -> str:
    """Our HTML as plain text."""
    return html.unescape(_TAG.sub("", text))


def given(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that have a value."""
    return {name: value for name, value in params.items() if value is not None}
