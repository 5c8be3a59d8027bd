"""Sending: words, files, places, people."""

from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.methods.bodies import captioned, filed, worded
from bot.sandbox.bot_api.refusals import Refused, bad
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.views import message_json
from bot.sandbox.bot_api.wording import units
from bot.sandbox.bot_api.world import Chat, Message

Json = dict[str, Any]
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def place(api: BotApi, params: Params) -> tuple[Chat, Message | None]:
    """Where the call writes, and what it replies to."""
    chat = rules.writable(api.world, params["chat_id"], params.get("message_thread_id"))
    return chat, rules.replied(chat, params)


def post(api: BotApi, params: Params, content: Json, **frame: Any) -> Message:
    """The bot's new message; a keyboard that cannot be is refused before."""
    chat, reply = place(api, params)
    thread = params.get("message_thread_id")
    if reply and thread and reply.thread_id not in (thread, None):
        reply = None
    frame["protected"] = bool(params.get("protect_content"))
    frame = {"markup": rules.check_keyboard(params.get("reply_markup")), **frame}
    return api.world.add(chat, api.world.bot, content, thread_id=thread, reply_to=reply, **frame)


async def sendMessage(api: BotApi, params: Params) -> Json:
    content = worded(params["text"], params.get("parse_mode"), params.get("entities"))
    return message_json(post(api, params, content))


async def _file(api: BotApi, params: Params, kind: str) -> Json:
    return message_json(post(api, params, {**filed(api, kind, params[kind]), **captioned(params)}))


async def sendPhoto(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "photo")


async def sendDocument(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "document")


async def sendVoice(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "voice")


async def sendVideo(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "video")


async def sendAudio(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "audio")


async def sendAnimation(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "animation")


async def sendVideoNote(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "video_note")


async def sendSticker(api: BotApi, params: Params) -> Json:
    return await _file(api, params, "sticker")


async def sendLocation(api: BotApi, params: Params) -> Json:
    names = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    return message_json(post(api, params, {"location": {name: params[name] for name in names if name in params}}))


async def sendContact(api: BotApi, params: Params) -> Json:
    names = ("phone_number", "first_name", "last_name", "vcard")
    return message_json(post(api, params, {"contact": {name: params[name] for name in names if name in params}}))


async def sendMediaGroup(api: BotApi, params: Params) -> list[Json]:
    media = params["media"]
    if not 2 <= len(media) <= 10:
        raise bad("wrong number of messages in a media group: 2-10 are allowed")
    _alike({one["type"] for one in media})
    contents = [_item(api, number, one) for number, one in enumerate(media, 1)]
    album = str(api.world.next("album", 13_000_000_001))
    return [message_json(post(api, params, content, album=album)) for content in contents]


def _alike(kinds: set[str]) -> None:
    for kind in ("document", "audio"):
        if kind in kinds and len(kinds) > 1:
            raise bad(f"{kind} can't be mixed with other media types")


def _item(api: BotApi, number: int, one: Json) -> Json:
    """A part of an album; one that cannot be sent keeps all the others back."""
    try:
        return {**filed(api, one["type"], one["media"]), **captioned(one)}
    except Refused as refused:
        said = refused.description.removeprefix("Bad Request: ")
        if said.startswith(("wrong file identifier", "file")):
            said = f'failed to send message #{number} with the error message "{said[:1].upper()}{said[1:]}"'
        raise bad(said) from refused


async def sendVenue(api: BotApi, params: Params) -> Json:
    spot = {"latitude": params["latitude"], "longitude": params["longitude"]}
    venue = {"location": spot, "title": params["title"], "address": params["address"]}
    return message_json(post(api, params, {"venue": venue, "location": spot}))


async def sendDice(api: BotApi, params: Params) -> Json:
    """Always the same face: a sandbox is no game of chance."""
    return message_json(post(api, params, {"dice": {"emoji": params.get("emoji") or "🎲", "value": 4}}))


async def sendPoll(api: BotApi, params: Params) -> Json:
    options = [one["text"] if isinstance(one, dict) else str(one) for one in params["options"]]
    if not 1 <= len(options) <= 12:
        raise bad("poll must have at least 1 option" if not options else "poll can't have more than 12 options")
    if not 1 <= units(params["question"].strip()) <= 300:
        raise bad("poll question must be non-empty" if not params["question"].strip() else "poll question is too long")
    return message_json(post(api, params, {"poll": _poll(api, params, options)}))


def _poll(api: BotApi, params: Params, options: list[str]) -> Json:
    flags = ("allows_multiple_answers", "allows_revoting", "members_only")
    return {
        "id": str(api.world.next("poll", 5_000_001)),
        "question": params["question"].strip(),
        "options": [
            {"persistent_id": str(number), "text": one, "voter_count": 0} for number, one in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": bool(params.get("is_closed")),
        "is_anonymous": params.get("is_anonymous", True),
        "type": params.get("type") or "regular",
        **{name: bool(params.get(name)) for name in flags},
    }


async def sendMessageDraft(api: BotApi, params: Params) -> bool:
    """Words that come while they are thought of: shown, never kept."""
    chat = rules.writable(api.world, params["chat_id"], params.get("message_thread_id"))
    if not chat.person:
        raise bad("drafts can be sent to private chats only")
    if not params["draft_id"]:
        raise bad("draft identifier must be non-zero")
    return True


async def sendChatAction(api: BotApi, params: Params) -> bool:
    rules.writable(api.world, params["chat_id"], params.get("message_thread_id"))
    if params["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    return True
