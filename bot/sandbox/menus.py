"""The bot's commands as a person's menu shows them: the narrowest scope that has any, in his language first."""

from typing import Any

import orjson

from bot.sandbox.bot_api.world import Chat, User, World

Json = dict[str, Any]


def scope_key(scope: Json) -> str:
    """How a scope is kept."""
    return orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode()


def menu(world: World, person: User, chat: Chat) -> list[Json]:
    """What the person sees there (core.telegram.org/bots/api#botcommandscope)."""
    for scope in _scopes(person, chat):
        for language in (person.language_code or "", ""):
            found = world.commands.get((scope_key(scope), language))
            if found:
                return found
    return []


def _scopes(person: User, chat: Chat) -> list[Json]:
    here = {"type": "chat", "chat_id": chat.id}
    if chat.person:
        return [here, {"type": "all_private_chats"}, {"type": "default"}]
    admin = chat.member(person.id).is_admin
    own = {"type": "chat_member", "chat_id": chat.id, "user_id": person.id}
    admins = [{"type": "chat_administrators", "chat_id": chat.id}] if admin else []
    all_admins = [{"type": "all_chat_administrators"}] if admin else []
    return [own, *admins, here, *all_admins, {"type": "all_group_chats"}, {"type": "default"}]
