"""What is wrong with a group of a desk, and when it is well again: the owners hear each once."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.outgoing import Leaving
from bot.flows import desk_groups, owners, reach
from bot.flows.calls import Call
from bot.flows.to_desk import bring_to_desk
from bot.store import core, desks, destinations, outbox, topics

NO_FORUM, NO_RIGHTS, NO_ADMIN, MUTED = "no_forum", "no_rights", "no_admin", "muted"
FLAT = frozenset({NO_FORUM, NO_RIGHTS, NO_ADMIN})
"""Troubles in which the talk goes on in General."""
_WORSE = {NO_ADMIN: frozenset({NO_RIGHTS})}
"""What is part of a trouble that the owners know of already."""


async def fell_ill(merchant_id: int, chat_id: int, reason: str, cause: str, now: datetime) -> None:
    """A group takes no messages or no topics; of several, one that is gone is let go."""
    if reason in reach.OF_GROUPS and await desk_groups.lost(merchant_id, chat_id, cause, now):
        return
    known = await desks.trouble_of(chat_id)
    if reason in _WORSE.get(known or "", ()) or not await desks.set_trouble(merchant_id, chat_id, reason):
        return
    await _tell(merchant_id, chat_id, "desk_trouble", f"desk_trouble:{chat_id}:{reason}:{cause}", now, reason=reason)


async def is_well(merchant_id: int, chat_id: int, cause: str, now: datetime) -> None:
    """Nothing is wrong with a group any more: who was talked to in General gets his topic."""
    if await desks.set_trouble(merchant_id, chat_id, None):
        await _tell(merchant_id, chat_id, "desk_well", f"desk_well:{chat_id}:{cause}", now)
        await bring_to_desk(merchant_id, now)


async def works(merchant_id: int, chat_id: int, over: Collection[str], cause: str, now: datetime) -> None:
    """The group took something: such troubles are over."""
    if await desks.works(chat_id, over):
        await _tell(merchant_id, chat_id, "desk_well", f"desk_well:{chat_id}:{cause}", now)


async def _tell(merchant_id: int, chat_id: int, kind: str, cause: str, now: datetime, reason: str = "") -> None:
    told: dict[str, object] = {"at": now.isoformat(), "group": await desks.title_of(chat_id)}
    if reason:
        told |= {"reason": reason, "general": reason in FLAT}
    await outbox.put(await owners.rows_for(merchant_id, kind, told, cause, now))


async def refused_topic(row: Leaving, call: Call, reason: str, now: datetime) -> None:
    """A topic could not be made or opened: until the next try its group's words go to General."""
    if row.merchant_id is None or row.customer_id is None:
        return
    await desks.probed(call.chat_id, now)
    if reason == NO_FORUM:
        await topics.back_from_gone(row.customer_id, call.chat_id)
    elif call.method == "reopenForumTopic":
        await destinations.topic_closed(row.customer_id, True)
    await fell_ill(row.merchant_id, call.chat_id, reason, f"{row.id}:{row.attempts}", now)


async def seen(chat_id: int, *, is_forum: bool, cause: str, now: datetime) -> None:
    """Something was said in a group, which is a forum or is not: it shows when topics were switched off or on."""
    known = await desks.trouble_of(chat_id)
    if is_forum is (known != NO_FORUM):
        return
    async with core.transaction():
        merchant_id = await desks.shop_of(chat_id)
        if merchant_id is None:
            return
        if is_forum:
            await is_well(merchant_id, chat_id, cause, now)
        elif known not in FLAT:
            await desks.probed(chat_id, now)
            await fell_ill(merchant_id, chat_id, NO_FORUM, cause, now)
