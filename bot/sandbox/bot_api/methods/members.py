"""Changing who may do what in a group, and the group itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.methods.bodies import filed
from bot.sandbox.bot_api.places import drop, lapse, move
from bot.sandbox.bot_api.refusals import bad
from bot.sandbox.bot_api.schema import Params, Upload
from bot.sandbox.bot_api.world import CHAT_RIGHTS, PERMISSIONS, Chat, Member, User

Json = dict[str, Any]
NO_RESTRICTING = "not enough rights to restrict/unrestrict chat member"
SHORTEST, LONGEST_BAN = timedelta(seconds=30), timedelta(days=366)
MEDIA = ["can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes"]
# What the one permission implied, before there was one for each kind.
IMPLIED = {
    "can_send_other_messages": [*MEDIA, "can_send_voice_notes", "can_send_messages"],
    "can_add_web_page_previews": [*MEDIA, "can_send_voice_notes", "can_send_messages"],
    "can_send_polls": ["can_send_messages"],
}


def _group(api: BotApi, params: Params, right: str, refusal: str, *, supergroup: bool = False) -> Chat:
    chat = rules.find_chat(api.world, params["chat_id"])
    if chat.person or (supergroup and chat.kind != "supergroup"):
        raise bad("method is available only for supergroups" if supergroup else "chat member status can't be changed")
    rules.allowed(api.world, chat, right, refusal)
    return chat


def _person(api: BotApi, params: Params) -> User:
    user = api.world.users.get(params["user_id"])
    if user is None:
        raise bad("invalid user_id specified")
    return user


def _lesser(api: BotApi, chat: Chat, user: User) -> Member:
    """The place of somebody whom the bot may restrict."""
    place = lapse(api, chat, user.id)
    if place.status == "creator":
        raise bad("can't remove chat owner")
    if user is api.world.bot:
        raise bad("can't restrict self")
    if place.is_admin:
        raise bad("user is an administrator of the chat")
    return place


def _until(api: BotApi, params: Params) -> datetime | None:
    """Less than 30 seconds or more than 366 days from now is for ever."""
    given = params.get("until_date")
    if not given:
        return None
    try:
        at = datetime.fromtimestamp(given, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if SHORTEST <= at - api.world.clock.now() <= LONGEST_BAN else None


async def banChatMember(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_restrict_members", NO_RESTRICTING)
    user = _person(api, params)
    _lesser(api, chat, user)
    drop(api, chat, user, Member("kicked", until=_until(api, params)), api.world.bot)
    if params.get("revoke_messages"):
        for message in chat.messages.values():
            message.deleted = message.deleted or message.sender is user
    return True


async def unbanChatMember(api: BotApi, params: Params) -> bool:
    """Without only_if_banned whoever is there is thrown out by it."""
    chat = _group(api, params, "can_restrict_members", NO_RESTRICTING, supergroup=True)
    user = _person(api, params)
    place = _lesser(api, chat, user)
    if place.status != "kicked" and params.get("only_if_banned"):
        return True
    if place.status != "left":
        drop(api, chat, user, Member("left"), api.world.bot)
    return True


async def restrictChatMember(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_restrict_members", NO_RESTRICTING, supergroup=True)
    user = _person(api, params)
    place = _lesser(api, chat, user)
    may = _permissions(params)
    if may >= frozenset(PERMISSIONS) - {"can_change_info", "can_manage_topics", "can_pin_messages"}:
        after = Member() if place.present else Member("left")
    else:
        after = Member("restricted", permissions=may, until=_until(api, params), outside=not place.present)
    move(api, chat, user, after, api.world.bot)
    return True


def _permissions(params: Params) -> frozenset[str]:
    given = {name for name, value in params["permissions"].items() if value}
    if not params.get("use_independent_chat_permissions"):
        for name in [one for one in given if one in IMPLIED]:
            given.update(IMPLIED[name])
    return frozenset(given)


async def promoteChatMember(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_promote_members", "not enough rights")
    user = _person(api, params)
    place = lapse(api, chat, user.id)
    if place.status == "creator":
        raise bad("can't remove chat owner")
    if user is api.world.bot:
        raise bad("can't promote self")
    if not place.present:
        raise bad("USER_NOT_PARTICIPANT")
    rights = frozenset(name for name in CHAT_RIGHTS if params.get(name))
    if not all(chat.member(api.world.bot.id).may(one) for one in rights - {"can_manage_chat"}):
        raise bad("RIGHT_FORBIDDEN")
    move(api, chat, user, Member("administrator", rights) if rights else Member(), api.world.bot)
    return True


async def setChatAdministratorCustomTitle(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_promote_members", "not enough rights", supergroup=True)
    place = chat.member(_person(api, params).id)
    if place.status != "administrator":
        raise bad("user is not an administrator")
    if len(params["custom_title"]) > 16:
        raise bad("ADMIN_RANK_INVALID")
    place.title = params["custom_title"] or None
    return True


async def setChatPermissions(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_restrict_members", "not enough rights to change chat permissions")
    given = _permissions(params)
    if given == chat.permissions:
        raise bad("CHAT_NOT_MODIFIED")
    chat.permissions = given
    return True


async def leaveChat(api: BotApi, params: Params) -> bool:
    chat = rules.find_chat(api.world, params["chat_id"])
    if chat.person:
        raise bad("chat member status can't be changed in private chats")
    drop(api, chat, api.world.bot, Member("left"), api.world.bot)
    return True


async def setChatTitle(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_change_info", "not enough rights to change chat title")
    title = params["title"].strip()
    if not 1 <= len(title) <= 128:
        raise bad("CHAT_TITLE_EMPTY" if not title else "CHAT_TITLE_TOO_LONG")
    if title != chat.title:
        chat.title = title
        api.deliver(api.world.add(chat, api.world.bot, {"new_chat_title": title}, service=True))
    return True


async def setChatDescription(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_change_info", "not enough rights to set chat description")
    description = params.get("description", "").strip()
    if description == chat.description:
        raise bad("chat description is not modified")
    chat.description = description[:255]
    return True


async def setChatMemberTag(api: BotApi, params: Params) -> bool:
    """A label beside a plain member's name; empty takes it away."""
    chat = _group(api, params, "can_manage_tags", "not enough rights to change tags", supergroup=True)
    place = chat.member(_person(api, params).id)
    if not place.present:
        raise bad("USER_NOT_PARTICIPANT")
    if len(params.get("tag") or "") > 16:
        raise bad("TAG_INVALID")
    place.tag = params.get("tag") or None
    return True


async def setChatPhoto(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_change_info", "not enough rights to change chat photo")
    if not isinstance(params["photo"], Upload):
        raise bad("photo must be uploaded as an InputFile")
    sizes = filed(api, "photo", params["photo"])["photo"]
    api.deliver(api.world.add(chat, api.world.bot, {"new_chat_photo": sizes}, service=True))
    return True


async def deleteChatPhoto(api: BotApi, params: Params) -> bool:
    chat = _group(api, params, "can_change_info", "not enough rights to change chat photo")
    api.deliver(api.world.add(chat, api.world.bot, {"delete_chat_photo": True}, service=True))
    return True
