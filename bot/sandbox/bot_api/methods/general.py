"""The General topic of a forum: it is never deleted, but closed, hidden and renamed."""

from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.methods.topics import managed_forum, topic_name
from bot.sandbox.bot_api.refusals import bad
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.world import Chat

Json = dict[str, Any]


def _note(api: BotApi, chat: Chat, what: str, body: Json) -> None:
    """General's service messages carry no thread."""
    api.deliver(api.world.add(chat, api.world.bot, {what: body}, service=True))
    api.world.tell("topic", chat)


def _turn(api: BotApi, chat: Chat, *, closed: bool) -> None:
    if chat.general.closed is not closed:
        chat.general.closed = closed
        _note(api, chat, "forum_topic_closed" if closed else "forum_topic_reopened", {})


async def editGeneralForumTopic(api: BotApi, params: Params) -> bool:
    chat = managed_forum(api, params)
    name = topic_name(api, params["name"])
    if name == chat.general.name:
        raise bad("TOPIC_NOT_MODIFIED")
    chat.general.name = name
    _note(api, chat, "forum_topic_edited", {"name": name})
    return True


async def closeGeneralForumTopic(api: BotApi, params: Params) -> bool:
    chat = managed_forum(api, params)
    if chat.general.closed:
        raise bad("TOPIC_NOT_MODIFIED")
    _turn(api, chat, closed=True)
    return True


async def reopenGeneralForumTopic(api: BotApi, params: Params) -> bool:
    """A hidden General is shown again by it."""
    chat = managed_forum(api, params)
    if not chat.general.closed:
        raise bad("TOPIC_NOT_MODIFIED")
    _show(api, chat)
    _turn(api, chat, closed=False)
    return True


async def hideGeneralForumTopic(api: BotApi, params: Params) -> bool:
    """An open General is closed by it."""
    chat = managed_forum(api, params)
    if chat.general_hidden:
        raise bad("TOPIC_NOT_MODIFIED")
    _turn(api, chat, closed=True)
    chat.general_hidden = True
    _note(api, chat, "general_forum_topic_hidden", {})
    return True


async def unhideGeneralForumTopic(api: BotApi, params: Params) -> bool:
    chat = managed_forum(api, params)
    if not chat.general_hidden:
        raise bad("TOPIC_NOT_MODIFIED")
    _show(api, chat)
    return True


def _show(api: BotApi, chat: Chat) -> None:
    if chat.general_hidden:
        chat.general_hidden = False
        _note(api, chat, "general_forum_topic_unhidden", {})


async def unpinAllGeneralForumTopicMessages(api: BotApi, params: Params) -> bool:
    chat = rules.find_chat(api.world, params["chat_id"])
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    rules.allowed(api.world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    chat.pinned[:] = [one for one in chat.pinned if chat.messages[one].thread_id]
    return True
