"""Forum topics."""

from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.refusals import bad
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.views import topic_json
from bot.sandbox.bot_api.world import Chat, Topic, User

Json = dict[str, Any]
NO_MANAGING = "not enough rights to manage topics"
COLORS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})
LONGEST = 128
ICONS = {
    "5312536423851630001": "💡",
    "5312016608254762256": "⚡️",
    "5377544228505134960": "🎙",
    "5310139157152538829": "✅",
    "5379748062124056162": "❗️",
    "5348227245599105972": "💼",
    "5312241539987020022": "🔥",
    "5417915203100613993": "💬",
    "5433614043006903194": "📆",
}


def open_topic(api: BotApi, chat: Chat, by: User, name: str, color: int = 7322096, icon: str | None = None) -> Topic:
    """A new topic; its id is that of the service message."""
    body: Json = {"name": name, "icon_color": color}
    if icon:
        body["icon_custom_emoji_id"] = icon
    opener = api.world.add(chat, by, {"forum_topic_created": body}, quiet=True, service=True)
    opener.thread_id = opener.id
    topic = Topic(opener.id, name, color, icon)
    chat.topics[topic.id] = topic
    api.deliver(opener)
    api.world.tell("message", chat, opener)
    return topic


def note(api: BotApi, chat: Chat, by: User, topic: Topic, what: str, body: Json) -> None:
    """The service message of a change to a topic."""
    api.deliver(api.world.add(chat, by, {what: body}, thread_id=topic.id, service=True))
    api.world.tell("topic", chat, topic=topic.id)


def managed_forum(api: BotApi, params: Params, refusal: str = NO_MANAGING) -> Chat:
    """The forum, if the bot may manage its topics."""
    chat = rules.find_chat(api.world, params["chat_id"])
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    rules.allowed(api.world, chat, "can_manage_topics", refusal)
    return chat


def topic_name(api: BotApi, name: str) -> str:
    """The name as it is kept; a longer one is noted."""
    if not name.strip():
        raise bad("title must be non-empty")
    if len(name) > LONGEST:
        api.record.blame(api.record.calls[-1], "limit", f"a topic's name of {len(name)} characters, 128 are kept")
    return name.strip()[:LONGEST]


def icon_of(params: Params, standing: str | None = None) -> str | None:
    """The icon asked for, if it is one of those offered; an empty one takes it away."""
    icon = params.get("icon_custom_emoji_id", standing) or None
    if icon is not None and icon not in ICONS and icon != standing:
        raise bad("DOCUMENT_INVALID")
    return icon


async def createForumTopic(api: BotApi, params: Params) -> Json:
    chat = managed_forum(api, params, "not enough rights to create a topic")
    color = params.get("icon_color", 7322096)
    if color not in COLORS:
        raise bad("wrong icon color specified")
    name = topic_name(api, params["name"])
    return topic_json(open_topic(api, chat, api.world.bot, name, color, icon_of(params)))


async def editForumTopic(api: BotApi, params: Params) -> bool:
    chat = managed_forum(api, params)
    topic = rules.topic_of(chat, params["message_thread_id"])
    name = topic_name(api, params["name"]) if params.get("name") else topic.name
    icon = icon_of(params, topic.icon)
    if (name, icon) == (topic.name, topic.icon):
        raise bad("TOPIC_NOT_MODIFIED")
    body = {"name": name} if name != topic.name else {}
    topic.name, topic.icon = name, icon
    note(api, chat, api.world.bot, topic, "forum_topic_edited", body)
    return True


async def closeForumTopic(api: BotApi, params: Params) -> bool:
    return _turn(api, params, closed=True)


async def reopenForumTopic(api: BotApi, params: Params) -> bool:
    return _turn(api, params, closed=False)


def _turn(api: BotApi, params: Params, *, closed: bool) -> bool:
    chat = managed_forum(api, params)
    topic = rules.topic_of(chat, params["message_thread_id"])
    if topic.closed is closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    note(api, chat, api.world.bot, topic, "forum_topic_closed" if closed else "forum_topic_reopened", {})
    return True


async def deleteForumTopic(api: BotApi, params: Params) -> bool:
    chat = rules.find_chat(api.world, params["chat_id"])
    topic = rules.topic_of(chat, params["message_thread_id"])
    rules.allowed(api.world, chat, "can_delete_messages", "not enough rights to delete a topic")
    remove_topic(api, chat, topic)
    return True


def remove_topic(api: BotApi, chat: Chat, topic: Topic) -> None:
    """The topic and all that was said in it; nobody gets an update of it."""
    topic.deleted = True
    for message in chat.messages.values():
        if message.thread_id == topic.id:
            message.deleted = True
    chat.pinned[:] = [one for one in chat.pinned if not chat.messages[one].deleted]
    api.world.tell("topic", chat, topic=topic.id)


async def getForumTopicIconStickers(api: BotApi, params: Params) -> list[Json]:
    """Some of the stickers that anybody may give a topic."""
    return [_icon(number, emoji) for number, emoji in ICONS.items()]


async def getCustomEmojiStickers(api: BotApi, params: Params) -> list[Json]:
    """Those of the topics' icons; unknown ones are left out."""
    return [_icon(one, ICONS[one]) for one in params["custom_emoji_ids"] if one in ICONS]


def _icon(number: str, emoji: str) -> Json:
    size = {"width": 100, "height": 100, "is_animated": True, "is_video": False}
    ids = {"file_id": f"sandbox-icon-{number}", "file_unique_id": f"u{number}", "custom_emoji_id": number}
    return {**ids, "type": "custom_emoji", "emoji": emoji, **size}
