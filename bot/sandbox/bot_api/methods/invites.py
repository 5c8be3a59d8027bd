"""Links into a group, and who asks to come in."""

from datetime import UTC, datetime
from typing import Any

from bot.sandbox.bot_api import rules
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.places import enter
from bot.sandbox.bot_api.refusals import bad
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.views import invite_json
from bot.sandbox.bot_api.world import Chat, Invite, User

Json = dict[str, Any]
NO_INVITING = "not enough rights to manage chat invite link"


def _inviting(api: BotApi, params: Params) -> Chat:
    chat = rules.find_chat(api.world, params["chat_id"])
    if chat.person:
        raise bad("can't invite members to a private chat")
    rules.allowed(api.world, chat, "can_invite_users", NO_INVITING)
    return chat


def _new(api: BotApi, chat: Chat, **fields: Any) -> Invite:
    invite = Invite(f"https://t.me/+sandbox{api.world.next('invite', 100_001)}", **fields)
    chat.invites[invite.link] = invite
    return invite


def _fields(params: Params) -> dict[str, Any]:
    if params.get("creates_join_request") and params.get("member_limit"):
        raise bad("member limit can't be specified for links requiring administrator approval")
    if len(params.get("name") or "") > 32:
        raise bad("chat invite link name is too long")
    return {
        "name": params.get("name"),
        "expires_at": _expiry(params.get("expire_date")),
        "member_limit": params.get("member_limit") or None,
        "asks_first": bool(params.get("creates_join_request")),
    }


def _expiry(seconds: int | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        raise bad("EXPIRE_DATE_INVALID") from None


def _told(api: BotApi, chat: Chat, invite: Invite) -> Json:
    return invite_json(invite, api.world.bot, sum(link == invite.link for link in chat.asking.values()))


def _found(chat: Chat, params: Params) -> Invite:
    invite = chat.invites.get(params["invite_link"])
    if invite is None:
        raise bad("INVITE_HASH_EXPIRED")
    return invite


async def exportChatInviteLink(api: BotApi, params: Params) -> str:
    """The bot's own lasting link; the one before is no longer good."""
    chat = _inviting(api, params)
    for one in chat.invites.values():
        one.revoked = one.revoked or one.primary
    return _new(api, chat, primary=True).link


async def createChatInviteLink(api: BotApi, params: Params) -> Json:
    chat = _inviting(api, params)
    return _told(api, chat, _new(api, chat, **_fields(params)))


async def editChatInviteLink(api: BotApi, params: Params) -> Json:
    chat = _inviting(api, params)
    invite = _found(chat, params)
    if invite.primary or invite.revoked:
        raise bad("CHAT_INVITE_PERMANENT" if invite.primary else "INVITE_HASH_EXPIRED")
    for name, value in _fields(params).items():
        setattr(invite, name, value)
    return _told(api, chat, invite)


async def revokeChatInviteLink(api: BotApi, params: Params) -> Json:
    chat = _inviting(api, params)
    invite = _found(chat, params)
    invite.revoked = True
    if invite.primary:
        _new(api, chat, primary=True)
    return _told(api, chat, invite)


async def approveChatJoinRequest(api: BotApi, params: Params) -> bool:
    chat, user, link = _asking(api, params)
    chat.invites[link].used += 1
    enter(api, chat, user, by_link=link, actor=api.world.bot)
    return True


async def declineChatJoinRequest(api: BotApi, params: Params) -> bool:
    _asking(api, params)
    return True


def _asking(api: BotApi, params: Params) -> tuple[Chat, User, str]:
    """Takes the request out of those that wait."""
    chat = _inviting(api, params)
    user = api.world.users.get(params["user_id"])
    if user is not None and chat.member(user.id).present:
        raise bad("USER_ALREADY_PARTICIPANT")
    link = chat.asking.pop(params["user_id"], None)
    if user is None or link is None:
        raise bad("HIDE_REQUESTER_MISSING")
    return chat, user, link
