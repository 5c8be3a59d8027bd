"""Binds a forum group to a shop as its desk, and notices when the bot loses its rights there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct

from bot.flows import desk_groups, desk_health, menus
from bot.flows.owners import rows_for
from bot.flows.ports import ChatView, MemberView, Telegram, TelegramRefused
from bot.flows.to_desk import bring_to_desk
from bot.flows.tokens import desk_code, folded_code, hashed
from bot.flows.turn import Answer, Answers, ShopView, Turn
from bot.store import audit, desks, destinations, merchants, outbox, placing
from bot.store.ms import to_ms

CODE_HOLDS = timedelta(hours=1)
ANONYMOUS_ADMIN = 1087968824
"""Telegram's @GroupAnonymousBot: an admin of this very group who does not show himself."""


class GroupView(Struct, frozen=True):
    """A group as Telegram describes it now; None = Telegram did not say."""

    chat: ChatView | None
    speaker: MemberView | None
    bot: MemberView | None


async def look_at_group(turn: Turn, telegram: Telegram) -> GroupView:
    """Ask Telegram about the group, who speaks, and ourselves."""
    return GroupView(
        chat=await _chat(telegram, turn.chat_id),
        speaker=await _member(telegram, turn.chat_id, turn.user_id),
        bot=await _member(telegram, turn.chat_id, (await telegram.me()).id),
    )


async def _chat(telegram: Telegram, chat_id: int) -> ChatView | None:
    try:
        return await telegram.chat(chat_id)
    except TelegramRefused:
        return None


async def _member(telegram: Telegram, chat_id: int, user_id: int) -> MemberView | None:
    if user_id == ANONYMOUS_ADMIN:
        return MemberView("administrator")
    try:
        return await telegram.member(chat_id, user_id)
    except TelegramRefused:
        return None


async def offer_code(turn: Turn, shop: ShopView, *, another: bool = False) -> Answer:
    """A code to be said in the group; says which desk there is already."""
    code = desk_code()
    await merchants.add_desk_code(_kept(code, another), shop.id, turn.user_id, turn.now + CODE_HOLDS)
    groups = await desk_groups.described(shop.id)
    until = (turn.now + CODE_HOLDS).isoformat()
    facts = {"command": f"/desk {code}", "until_at": until, "bound": len(groups) == 1 and not another}
    several = {"several": len(groups) > 1 and not another, "another": another, "groups": groups}
    return Answer("desk_code", facts | several)


def _kept(code: str, another: bool) -> str:
    """What is stored of a code; it also tells whether the group comes beside the others or in their place."""
    return hashed(f"another {code}" if another else code)


async def _find(code: str) -> tuple[dict[str, Any] | None, bool]:
    """What is known of a code, and whether it is for a further group."""
    if not code:
        return None, False
    found = await merchants.desk_code(_kept(code, False))
    return (found, False) if found else (await merchants.desk_code(_kept(code, True)), True)


async def bind(turn: Turn, said: str, group: GroupView) -> Answers:
    """`/desk CODE` in a group: nobody but its admins is heard; each refusal says what to do."""
    if group.speaker is None or not group.speaker.is_admin:
        return None
    code = folded_code(said)
    found, beside = await _find(code)
    refused = _unfit(group, code or "CODE") or await _refused_code(turn, found)
    if refused is not None or found is None:
        return refused
    before = await desks.shop_of(turn.chat_id)
    if before is not None and before != found["merchant_id"]:
        return Answer("desk_taken")
    if found["used_ms"] is None:
        await _take(turn, found, group.chat.title if group.chat else "", beside)
    shop = await merchants.find(found["merchant_id"])
    rights = {"no_delete": group.bot is not None and not group.bot.can_delete_messages}
    return Answer("desk_bound", {"shop": shop["name"], **rights}, merchant_id=shop["id"])


async def _take(turn: Turn, code: Mapping[str, Any], title: str, beside: bool) -> None:
    await merchants.use_desk_code(code["code_hash"], turn.now)
    turn.afterwards.append(menus.wake)
    await desks.bind(code["merchant_id"], turn.chat_id, title, turn.now, beside=beside)
    await placing.address()
    await bring_to_desk(code["merchant_id"], turn.now)
    await audit.write(code["merchant_id"], turn.user_id, "desk.bind", str(turn.chat_id), turn.now)
    await _tell(turn, code["merchant_id"], "desk_bound_owner", title)


def _unfit(group: GroupView, code: str) -> Answer | None:
    command = {"command": f"/desk {code}"}
    if group.chat is None or group.bot is None:
        return Answer("desk_unseen", command)
    if not group.chat.is_forum:
        return Answer("desk_not_forum", command)
    if not group.bot.may_manage_topics:
        return Answer("desk_no_rights", command)
    return None


async def _refused_code(turn: Turn, found: Mapping[str, Any] | None) -> Answer | None:
    if found is None:
        return Answer("desk_code_unknown")
    if found["used_ms"] is not None:
        mine = await desks.shop_of(turn.chat_id) == found["merchant_id"]
        return None if mine else Answer("desk_code_used")
    return Answer("desk_code_expired") if found["expires_ms"] <= to_ms(turn.now) else None


async def _tell(turn: Turn, merchant_id: int, kind: str, title: str, **facts: object) -> None:
    told = {"group": title, **facts}
    await outbox.put(await rows_for(merchant_id, kind, told, f"u{turn.update_id}:{kind}", turn.now))


# ---- what happens to the bot in a group


async def standing_changed(turn: Turn, title: str, standing: MemberView) -> Answers:
    """The bot was removed from a desk, lost its rights there, or got them back: the owners hear it once."""
    merchant_id = await desks.shop_of(turn.chat_id)
    if merchant_id is None:
        return None
    trouble = _trouble(standing)
    cause = f"u{turn.update_id}"
    await desks.entitle(turn.chat_id, title)
    if trouble is None:
        await desk_health.is_well(merchant_id, turn.chat_id, cause, turn.now)
    else:
        await desk_health.fell_ill(merchant_id, turn.chat_id, trouble, cause, turn.now)
    return None


def _trouble(standing: MemberView) -> str | None:
    if not standing.is_inside:
        return "kicked"
    if standing.status == "restricted":
        return desk_health.MUTED
    if not standing.is_admin:
        return desk_health.NO_ADMIN
    return None if standing.may_manage_topics else desk_health.NO_RIGHTS


async def group_moved(turn: Turn, new_chat_id: int) -> Answers:
    """The group was upgraded to a supergroup: its desk goes with it."""
    await destinations.move_chat(turn.chat_id, new_chat_id)
    return None
