"""Who is what in a group, and who is told when that changes."""

from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.views import user_json
from bot.sandbox.bot_api.world import GONE, Chat, Member, User

STRANGER = Member("left")


def move(
    api: BotApi, chat: Chat, user: User, after: Member, actor: User | None = None, *, by_link: str | None = None
) -> None:
    """The member's new place; the bot hears of it as Telegram would tell it."""
    before = chat.members.get(user.id, STRANGER)
    chat.members[user.id] = after
    if user is api.world.bot and before.status in GONE and after.present:
        chat.hears_all = api.world.reads_all
    api.deliver_member(chat, user, before, after, actor or owner_of(api, chat, user), by_link=by_link)
    api.world.tell("member", chat)


def owner_of(api: BotApi, chat: Chat, otherwise: User) -> User:
    """The group's owner."""
    found = next((one for one, member in chat.members.items() if member.status == "creator"), otherwise.id)
    return api.world.users[found]


def enter(api: BotApi, chat: Chat, user: User, *, by_link: str | None = None, actor: User | None = None) -> None:
    """Somebody comes in, and the group is told."""
    move(api, chat, user, Member(), actor or user, by_link=by_link)
    content = {"new_chat_members": [user_json(user)]}
    api.deliver(api.world.add(chat, user, content, service=True))


def drop(api: BotApi, chat: Chat, user: User, after: Member, actor: User) -> None:
    """Somebody goes or is sent away, and the group is told."""
    was_there = chat.member(user.id).present
    move(api, chat, user, after, actor)
    if was_there and user is not api.world.bot:
        api.deliver(api.world.add(chat, actor, {"left_chat_member": user_json(user)}, service=True))


def lapse(api: BotApi, chat: Chat, user_id: int) -> Member:
    """The member's place by now: a ban or restriction ends by itself, and nobody is told."""
    place = chat.member(user_id)
    if place.until is not None and place.until <= api.world.clock.now():
        place = Member("left") if place.status == "kicked" or place.outside else Member()
        chat.members[user_id] = place
    return place
