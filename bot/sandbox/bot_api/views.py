"""The state as the Bot API's JSON."""

from typing import Any

from bot.sandbox.bot_api.world import (
    CHAT_RIGHTS,
    PERMISSIONS,
    Chat,
    Invite,
    Member,
    Message,
    Query,
    Topic,
    User,
    World,
)

Json = dict[str, Any]


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value not in (None, False)}


def user_json(user: User) -> Json:
    """A User."""
    optional = _given(last_name=user.last_name, username=user.username, is_premium=user.is_premium)
    language = {} if user.is_bot else _given(language_code=user.language_code)
    return {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name, **optional, **language}


def me_json(world: World) -> Json:
    """The bot's User of getMe."""
    return {
        **user_json(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
    }


def chat_json(chat: Chat) -> Json:
    """A Chat."""
    if chat.person:
        names = _given(last_name=chat.person.last_name, username=chat.person.username)
        return {"id": chat.id, "type": "private", "first_name": chat.person.first_name, **names}
    optional = _given(username=chat.username, is_forum=chat.is_forum)
    return {"id": chat.id, "type": chat.kind, "title": chat.title, **optional}


def full_chat_json(chat: Chat) -> Json:
    """A ChatFullInfo."""
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    more: Json = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if not chat.person:
        more["permissions"] = {name: name in chat.permissions for name in PERMISSIONS}
        more |= _given(description=chat.description or None, invite_link=_primary(chat))
    if pinned and not pinned.deleted:
        more["pinned_message"] = message_json(pinned, quoted=True)
    return {**chat_json(chat), **more}


def _primary(chat: Chat) -> str | None:
    return next((one.link for one in chat.invites.values() if one.primary and not one.revoked), None)


def message_json(message: Message, *, quoted: bool = False) -> Json:
    """A Message; a quoted one carries no quotation of its own."""
    body: Json = {"message_id": message.id, "date": int(message.at.timestamp()), "chat": chat_json(message.chat)}
    if message.sender:
        body["from"] = user_json(message.sender)
    if message.sender_chat:
        body["sender_chat"] = chat_json(message.sender_chat)
    body |= _thread(message)
    quotation = None if quoted else _quotation(message)
    if quotation:
        body["reply_to_message"] = message_json(quotation, quoted=True)
    if message.edited_at:
        body["edit_date"] = int(message.edited_at.timestamp())
    if message.markup and "inline_keyboard" in message.markup:
        body["reply_markup"] = message.markup
    marks = _given(
        media_group_id=message.album, forward_origin=message.forward, has_protected_content=message.protected
    )
    return body | marks | message.content


def _thread(message: Message) -> Json:
    if message.thread_id:
        return {"message_thread_id": message.thread_id, "is_topic_message": True}
    if message.reply_to and message.chat.kind == "supergroup":
        # A reply inside General carries a thread that is no topic.
        return {"message_thread_id": message.reply_to.id}
    return {}


def _quotation(message: Message) -> Message | None:
    if message.reply_to:
        return None if message.reply_to.deleted else message.reply_to
    # Whatever is said in a topic "replies" to the message that opened it.
    opener = message.chat.messages.get(message.thread_id) if message.thread_id else None
    return opener if opener is not message else None


def member_json(user: User, member: Member) -> Json:
    """A ChatMember."""
    body: Json = {"user": user_json(user), "status": member.status}
    if member.status == "creator":
        return {**body, "is_anonymous": False}
    if member.status == "administrator":
        rights = {name: name == "can_manage_chat" or name in member.rights for name in CHAT_RIGHTS}
        titled = _given(custom_title=member.title)
        return {**body, **rights, "can_be_edited": False, "is_anonymous": False, **titled}
    until = int(member.until.timestamp()) if member.until else 0
    if member.status == "restricted":
        may = {name: name in member.permissions for name in PERMISSIONS}
        return {**body, **may, "is_member": not member.outside, "until_date": until, **_given(tag=member.tag)}
    if member.status == "kicked":
        return {**body, "until_date": until}
    return body | _given(tag=member.tag)


def invite_json(invite: Invite, creator: User, waiting: int = 0) -> Json:
    """A ChatInviteLink."""
    body: Json = {
        "invite_link": invite.link,
        "creator": user_json(creator),
        "creates_join_request": invite.asks_first,
        "is_primary": invite.primary,
        "is_revoked": invite.revoked,
    }
    expires = int(invite.expires_at.timestamp()) if invite.expires_at else None
    limits = _given(name=invite.name, expire_date=expires, member_limit=invite.member_limit)
    return body | limits | _given(pending_join_request_count=waiting or None)


def topic_json(topic: Topic) -> Json:
    """A ForumTopic."""
    body = {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}
    return body | _given(icon_custom_emoji_id=topic.icon)


def query_json(query: Query, payload: str) -> Json:
    """A CallbackQuery."""
    message = query.message
    if message.deleted:
        shown: Json = {"chat": chat_json(message.chat), "message_id": message.id, "date": 0}
    else:
        shown = message_json(message)
    return {
        "id": query.id,
        "from": user_json(query.user),
        "message": shown,
        "chat_instance": str(abs(message.chat.id) * 7919),
        "data": payload,
    }
