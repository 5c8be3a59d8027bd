"""Asking about chats, members, files; answering presses; listening."""

from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import QUERY_LIFE, BotApi
from bot.sandbox.bot_api.methods.bodies import known
from bot.sandbox.bot_api.places import lapse
from bot.sandbox.bot_api.refusals import OLD_QUERY, WEBHOOK_SET, bad, conflict
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.views import full_chat_json, me_json, member_json
from bot.sandbox.bot_api.wording import units

Json = dict[str, Any]
LARGEST = 20 * 2**20


async def getMe(api: BotApi, params: Params) -> Json:
    return me_json(api.world)


async def getChat(api: BotApi, params: Params) -> Json:
    return full_chat_json(rules.find_chat(api.world, params["chat_id"]))


async def getChatMember(api: BotApi, params: Params) -> Json:
    chat = rules.find_chat(api.world, params["chat_id"])
    user = api.world.users.get(params["user_id"])
    if user is None:
        raise bad("invalid user_id specified")
    return member_json(user, lapse(api, chat, user.id))


async def getChatAdministrators(api: BotApi, params: Params) -> list[Json]:
    chat = rules.find_chat(api.world, params["chat_id"])
    if chat.person:
        raise bad("there are no administrators in the private chat")
    admins = ((user_id, member) for user_id, member in chat.members.items() if member.is_admin)
    # Other bots are left out, the asking one too.
    return [member_json(api.world.users[one], member) for one, member in admins if not api.world.users[one].is_bot]


async def getChatMemberCount(api: BotApi, params: Params) -> int:
    chat = rules.find_chat(api.world, params["chat_id"])
    return 2 if chat.person else sum(member.present for member in chat.members.values())


async def getUserProfilePhotos(api: BotApi, params: Params) -> Json:
    """Nobody in the sandbox shows a picture."""
    if params["user_id"] not in api.world.users:
        raise bad("user not found")
    return {"total_count": 0, "photos": []}


async def getFile(api: BotApi, params: Params) -> Json:
    stored = api.world.files.get(params["file_id"])
    if stored is None:
        raise bad("invalid file_id")
    if len(stored.body) > LARGEST:
        raise bad("file is too big")
    known(api.world, stored.id)
    size = len(stored.body)
    return {"file_id": stored.id, "file_unique_id": f"u{stored.id}", "file_size": size, "file_path": stored.path}


async def answerCallbackQuery(api: BotApi, params: Params) -> bool:
    query = api.world.queries.get(params["callback_query_id"])
    if query is None or query.answer is not None or api.world.clock.monotonic() - query.pressed_at > QUERY_LIFE:
        raise bad(OLD_QUERY)
    if units(params.get("text") or "") > 200:
        raise bad("MESSAGE_TOO_LONG")
    query.answer = {name: params[name] for name in ("text", "show_alert", "url") if name in params}
    api.world.tell("answer", query.message.chat, query.message)
    return True


async def getUpdates(api: BotApi, params: Params) -> list[Json]:
    if api.webhook.get("url"):
        raise conflict(WEBHOOK_SET)
    api.updates.allow(params.get("allowed_updates"))
    return await api.updates.get(params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0))
