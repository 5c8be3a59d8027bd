"""Copying and forwarding."""

from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.methods.bodies import captioned
from bot.sandbox.bot_api.methods.send import post
from bot.sandbox.bot_api.refusals import bad
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.views import chat_json, message_json, user_json
from bot.sandbox.bot_api.wording import MAX_CAPTION, units
from bot.sandbox.bot_api.world import Message

Json = dict[str, Any]
UNCOPIED = frozenset({"paid_media", "giveaway", "giveaway_winners", "invoice"})
"""Contents that nobody may copy, nor service messages."""


def _source(api: BotApi, params: Params, message_id: int, refusal: str) -> Message:
    return rules.standing(rules.find_chat(api.world, params["from_chat_id"]), message_id, refusal)


def _copied(message: Message, params: Params) -> Json:
    if "caption" not in params or "text" in message.content:
        return dict(message.content)
    bare = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return {**bare, **captioned(params)}


async def copyMessage(api: BotApi, params: Params) -> Json:
    source = _source(api, params, params["message_id"], "message to copy not found")
    if source.service or UNCOPIED & source.content.keys():
        raise bad("message can't be copied")
    _shortened(source, params)
    return {"message_id": post(api, params, _copied(source, params)).id}


def _shortened(source: Message, params: Params) -> None:
    """A paying person's long caption is copied only as it is: whatever changes it or its place is refused."""
    changed = params.keys() & {"reply_markup", "reply_parameters", "reply_to_message_id", "message_thread_id"}
    if changed and "caption" not in params and units(source.content.get("caption") or "") > MAX_CAPTION:
        raise bad("media caption is too long")


async def copyMessages(api: BotApi, params: Params) -> list[Json]:
    """What cannot be copied is left out without a word; albums stay together."""
    return [{"message_id": made.id} for made in _many(api, params, forward=False)]


async def forwardMessages(api: BotApi, params: Params) -> list[Json]:
    return [{"message_id": made.id} for made in _many(api, params, forward=True)]


def _many(api: BotApi, params: Params, *, forward: bool) -> list[Message]:
    usable = [one for one in _usable(api, params) if not (one.protected if forward else UNCOPIED & one.content.keys())]
    if not usable:
        raise bad("there are no messages to forward" if forward else "there are no messages to copy")
    rules.writable(api.world, params["chat_id"], params.get("message_thread_id"))
    albums = {one.album: str(api.world.next("album", 13_000_000_001)) for one in usable if one.album}
    made = []
    for one in usable:
        origin = _origin(one) if forward else None
        made.append(post(api, params, dict(one.content), album=albums.get(one.album or ""), forward=origin))
    return made


def _usable(api: BotApi, params: Params) -> list[Message]:
    ids = params["message_ids"]
    if not 1 <= len(ids) <= 100 or sorted(set(ids)) != ids:
        raise bad("message identifiers must be in a strictly increasing order")
    chat = rules.find_chat(api.world, params["from_chat_id"])
    found = [chat.messages[one] for one in ids if one in chat.messages]
    return [one for one in found if not (one.deleted or one.service)]


async def forwardMessage(api: BotApi, params: Params) -> Json:
    source = _source(api, params, params["message_id"], "message to forward not found")
    if source.service or source.protected:
        raise bad("message can't be forwarded")
    return message_json(post(api, params, dict(source.content), forward=_origin(source)))


def _origin(message: Message) -> Json:
    if message.forward:
        return message.forward
    at = int(message.at.timestamp())
    if message.sender_chat:
        return {"type": "chat", "date": at, "sender_chat": chat_json(message.sender_chat)}
    assert message.sender is not None  # noqa: S101
    return {"type": "user", "date": at, "sender_user": user_json(message.sender)}
