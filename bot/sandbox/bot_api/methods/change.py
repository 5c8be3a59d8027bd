"""Changing what stands: editing, deleting, pinning, reacting."""

from datetime import timedelta
from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.methods.bodies import captioned, filed, worded
from bot.sandbox.bot_api.reactions import REACTIONS
from bot.sandbox.bot_api.refusals import NOT_MODIFIED, bad
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.views import message_json
from bot.sandbox.bot_api.world import Chat, Message

Json = dict[str, Any]
DELETABLE = timedelta(hours=48)
FILES = frozenset({"photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"})


def _own(api: BotApi, params: Params) -> Message:
    if "chat_id" not in params or "message_id" not in params:
        raise bad("message identifier is not specified")
    chat = rules.writable(api.world, params["chat_id"])
    message = rules.standing(chat, params["message_id"], "message to edit not found")
    if message.sender is not api.world.bot or message.service or message.forward:
        raise bad("message can't be edited")
    return message


def _change(api: BotApi, message: Message, content: Json, markup: Json | None) -> Json:
    if content == message.content and markup == message.markup:
        raise bad(NOT_MODIFIED)
    if content != message.content:
        message.versions.append(message.content)
        message.edited_at = api.world.clock.now()
    message.content, message.markup = content, markup
    api.world.tell("edit", message.chat, message)
    return message_json(message)


async def editMessageText(api: BotApi, params: Params) -> Json:
    message = _own(api, params)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    content = worded(params.get("text") or "", params.get("parse_mode"), params.get("entities"))
    return _change(api, message, content, rules.check_keyboard(params.get("reply_markup")))


async def editMessageCaption(api: BotApi, params: Params) -> Json:
    message = _own(api, params)
    if not FILES & message.content.keys():
        raise bad("there is no caption in the message to edit")
    bare = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _change(api, message, {**bare, **captioned(params)}, rules.check_keyboard(params.get("reply_markup")))


async def editMessageMedia(api: BotApi, params: Params) -> Json:
    message = _own(api, params)
    media = params["media"]
    content = {**filed(api, media["type"], media["media"]), **captioned(media)}
    return _change(api, message, content, rules.check_keyboard(params.get("reply_markup")))


async def editMessageLiveLocation(api: BotApi, params: Params) -> Json:
    message = _own(api, params)
    location = _live(message)
    moved = {name: params[name] for name in ("latitude", "longitude", "heading", "live_period") if name in params}
    return _change(api, message, {"location": location | moved}, rules.check_keyboard(params.get("reply_markup")))


async def stopMessageLiveLocation(api: BotApi, params: Params) -> Json:
    message = _own(api, params)
    still = {name: value for name, value in _live(message).items() if name in ("latitude", "longitude")}
    return _change(api, message, {"location": still}, rules.check_keyboard(params.get("reply_markup")))


def _live(message: Message) -> Json:
    location: Json = message.content.get("location") or {}
    if "live_period" not in location:
        raise bad("message can't be edited")
    return location


async def editMessageReplyMarkup(api: BotApi, params: Params) -> Json:
    message = _own(api, params)
    return _change(api, message, message.content, rules.check_keyboard(params.get("reply_markup")))


async def deleteMessage(api: BotApi, params: Params) -> bool:
    chat = rules.find_chat(api.world, params["chat_id"])
    message = rules.standing(chat, params["message_id"], "message to delete not found")
    if not _deletable(api, chat, message):
        raise bad("message can't be deleted")
    _delete(api, message)
    return True


async def deleteMessages(api: BotApi, params: Params) -> bool:
    chat = rules.find_chat(api.world, params["chat_id"])
    if not 1 <= len(params["message_ids"]) <= 100:
        raise bad("message identifiers must be in range 1-100")
    for message_id in params["message_ids"]:
        message = chat.messages.get(message_id)
        if message and not message.deleted and _deletable(api, chat, message):
            _delete(api, message)
    return True


def _deletable(api: BotApi, chat: Chat, message: Message) -> bool:
    if "forum_topic_created" in message.content:
        return False
    young = api.world.clock.now() - message.at < DELETABLE
    if chat.person:
        return young
    rightful = chat.member(api.world.bot.id).may("can_delete_messages")
    return rightful or (young and message.sender is api.world.bot)


def _delete(api: BotApi, message: Message) -> None:
    message.deleted = True
    if message.id in message.chat.pinned:
        message.chat.pinned.remove(message.id)
    api.world.tell("delete", message.chat, message)


async def pinChatMessage(api: BotApi, params: Params) -> bool:
    chat = rules.writable(api.world, params["chat_id"])
    message = rules.standing(chat, params["message_id"], "message to pin not found")
    rules.allowed(api.world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        content = {"pinned_message": message_json(message, quoted=True)}
        thread = message.thread_id
        notice = api.world.add(chat, api.world.bot, content, thread_id=thread, service=True)
        api.deliver(notice)
        api.world.tell("pin", chat, message)
    return True


async def unpinChatMessage(api: BotApi, params: Params) -> bool:
    chat = rules.writable(api.world, params["chat_id"])
    rules.allowed(api.world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    message_id = params.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(message_id)
    api.world.tell("pin", chat, chat.messages[message_id])
    return True


async def unpinAllForumTopicMessages(api: BotApi, params: Params) -> bool:
    chat = rules.writable(api.world, params["chat_id"])
    rules.topic_of(chat, params["message_thread_id"])
    rules.allowed(api.world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    chat.pinned[:] = [one for one in chat.pinned if chat.messages[one].thread_id != params["message_thread_id"]]
    return True


async def unpinAllChatMessages(api: BotApi, params: Params) -> bool:
    chat = rules.writable(api.world, params["chat_id"])
    rules.allowed(api.world, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    chat.pinned.clear()
    return True


async def stopPoll(api: BotApi, params: Params) -> Json:
    message = _own(api, params)
    poll = message.content.get("poll")
    if poll is None:
        raise bad("message with poll to stop not found")
    if poll["is_closed"]:
        raise bad("poll has already been closed")
    closed = {**poll, "is_closed": True}
    _change(api, message, {"poll": closed}, rules.check_keyboard(params.get("reply_markup")))
    return closed


async def deleteMessageReaction(api: BotApi, params: Params) -> bool:
    chat = rules.find_chat(api.world, params["chat_id"])
    rules.allowed(api.world, chat, "can_delete_messages", "not enough rights to delete reactions")
    message = rules.standing(chat, params["message_id"], "message not found")
    message.reactions.pop(params.get("user_id", 0), None)
    api.world.tell("reaction", chat, message)
    return True


async def deleteAllMessageReactions(api: BotApi, params: Params) -> bool:
    chat = rules.find_chat(api.world, params["chat_id"])
    rules.allowed(api.world, chat, "can_delete_messages", "not enough rights to delete reactions")
    for message in chat.messages.values():
        if message.reactions.pop(params.get("user_id", 0), None):
            api.world.tell("reaction", chat, message)
    return True


async def setMessageReaction(api: BotApi, params: Params) -> bool:
    chat = rules.writable(api.world, params["chat_id"])
    message = rules.standing(chat, params["message_id"], "message to react not found")
    wanted = params.get("reaction") or []
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one["type"] != "emoji" or one["emoji"] not in REACTIONS for one in wanted):
        raise bad("REACTION_INVALID")
    if message.service:
        raise bad("MESSAGE_ID_INVALID")
    message.reactions[api.world.bot.id] = wanted
    api.world.tell("reaction", chat, message)
    return True
