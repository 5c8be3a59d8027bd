"""Who may write where, and what a keyboard may hold."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.bot_api.refusals import (
    BLOCKED,
    DEACTIVATED,
    NEVER_STARTED,
    NO_CHAT,
    NO_THREAD,
    bad,
    forbidden,
)
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.world import Chat, Message, Topic, World

ACTIONS = [
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
]


def find_chat(world: World, chat_id: int | str) -> Chat:
    """The chat, if the bot can see it at all."""
    chat = _named(world, chat_id) if isinstance(chat_id, str) else world.chats.get(chat_id)
    if chat is None:
        raise _stranger(world, chat_id)
    if chat.migrated_to:
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    if chat.person and not chat.person.started:
        raise _stranger(world, chat.id)
    if not chat.person:
        _presence(world, chat)
    return chat


def _named(world: World, name: str) -> Chat | None:
    if name.lstrip("-").isdigit():
        return world.chats.get(int(name))
    return next((one for one in world.chats.values() if one.username and f"@{one.username}" == name), None)


def _stranger(world: World, chat_id: int | str) -> Exception:
    met = any(chat_id in chat.members for chat in world.chats.values() if isinstance(chat_id, int))
    return forbidden(NEVER_STARTED) if met else bad(NO_CHAT)


def _presence(world: World, chat: Chat) -> None:
    own = chat.member(world.bot.id)
    if own.present:
        return
    kind = "supergroup" if chat.kind == "supergroup" else "group"
    raise forbidden(
        f"bot was kicked from the {kind} chat" if own.status == "kicked" else f"bot is not a member of the {kind} chat"
    )


def writable(world: World, chat_id: int | str, thread_id: int | None = None) -> Chat:
    """The chat, if the bot may write there."""
    chat = find_chat(world, chat_id)
    if chat.person:
        _reachable(chat)
    else:
        _may_speak(world, chat)
    if thread_id:
        _open_topic(world, chat, thread_id)
    elif chat.is_forum and chat.general.closed and not chat.member(world.bot.id).may("can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return chat


def _may_speak(world: World, chat: Chat) -> None:
    if not speaks(chat, world.bot.id):
        raise bad("not enough rights to send text messages to the chat")


def speaks(chat: Chat, user_id: int) -> bool:
    """True where the group lets this member write."""
    place = chat.member(user_id)
    if place.is_admin:
        return True
    own = place.permissions if place.status == "restricted" else chat.permissions
    return "can_send_messages" in own


def _reachable(chat: Chat) -> None:
    person = chat.person
    assert person is not None  # noqa: S101
    if person.deactivated:
        raise forbidden(DEACTIVATED)
    if person.blocked:
        raise forbidden(BLOCKED)


def _open_topic(world: World, chat: Chat, thread_id: int) -> None:
    topic = chat.topics.get(thread_id) if chat.is_forum else None
    if topic is None or topic.deleted or topic.archived:
        # General too: it is addressed by leaving the thread out.
        raise bad(NO_THREAD)
    if topic.closed and not chat.member(world.bot.id).may("can_manage_topics"):
        raise bad("TOPIC_CLOSED")


def topic_of(chat: Chat, thread_id: int) -> Topic:
    """A forum's topic that is still there."""
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad("TOPIC_ID_INVALID")
    if topic.deleted:
        raise bad("TOPIC_DELETED")
    return topic


def allowed(world: World, chat: Chat, right: str, refusal: str) -> None:
    """The bot must have this right in a group."""
    if not chat.person and not chat.member(world.bot.id).may(right):
        raise bad(refusal)


def standing(chat: Chat, message_id: int, refusal: str) -> Message:
    """A message that is still there."""
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise bad(refusal)
    return message


def replied(chat: Chat, params: Params) -> Message | None:
    """The message that the call replies to."""
    asked = params.get("reply_parameters") or {"message_id": params.get("reply_to_message_id")}
    if not asked.get("message_id"):
        return None
    message = chat.messages.get(asked["message_id"])
    if message is not None and not message.deleted:
        return message
    if asked.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def check_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The keyboard as it will stand, None for an empty one."""
    if not markup or "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    for button in (button for row in rows for button in row):
        _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: button text must be non-empty")
    if not any(button.get(action) is not None for action in ACTIONS):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    payload = button.get("callback_data")
    if payload is not None and not 1 <= len(payload.encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if button.get("url"):
        _check_url(button["url"])
    if button.get("copy_text") and not 1 <= len(button["copy_text"]["text"]) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme in ("tg", "ton"):
        return
    if parts.scheme not in ("http", "https"):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if "." not in (parts.hostname or ""):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
