"""Who works for a shop: as what, and by which name customers know him."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.access import Deed, Role, may
from bot.domain.alias import LONGEST, unfit
from bot.flows import departing, hidden, menus, team_log
from bot.flows.rules import set_rules, settings_of
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit, people

ROLES = tuple(role.value for role in Role if role is not Role.GUEST)
SWITCH: Mapping[str, bool] = {"on": True, "allow": True, "off": False, "refuse": False}
LOG = ((("team_log", f"{team_log.VERB}:0"),),)


async def show_team(turn: Turn, shop: ShopView, said: str = "") -> Answer:
    """Everybody with a role or a name of his own; all others in the group are agents."""
    found = await people.members(shop.id)
    listed = [{"name": _called(one), "role": one["role"], one["role"]: True} for one in found]
    anonymous = hidden.lets_anonymous(await settings_of(shop.id))
    return Answer("team_shown", {"people": listed, "anonymous": anonymous}, LOG)


def _called(one: Mapping[str, object]) -> str:
    username = f" @{one['username']}" if one["username"] else ""
    return f"{one['alias'] or one['name'] or one['user_id']}{username}"


# ---- what becomes of him


async def appoint(turn: Turn, shop: ShopView, user_id: int, role: str) -> Answer:
    """Give somebody a role; the last owner stays one."""
    wanted = role.lower()
    if wanted not in ROLES:
        return Answer("team_role_unknown", {"roles": ", ".join(ROLES)})
    if wanted != Role.OWNER and await _is_last_owner(shop, user_id):
        return Answer("team_last_owner")
    turn.afterwards.append(menus.wake)
    await people.appoint(shop.id, user_id, wanted, turn.now)
    await audit.write(shop.id, turn.user_id, "team.appoint", f"user:{user_id}", turn.now, wanted)
    if not may(Role(wanted), Deed.CARD):
        await departing.free(turn, shop.id, user_id)
    return await show_team(turn, shop)


async def _is_last_owner(shop: ShopView, user_id: int) -> bool:
    return {one["user_id"] for one in await people.owners(shop.id)} == {user_id}


async def alias(turn: Turn, shop: ShopView, user_id: int, said: str) -> Answer:
    """The name that customers read at his first message; without one his first name stands there again."""
    name = said.strip()
    if name and (why := unfit(name)) is not None:
        return Answer("team_alias_unfit", {why.value: True, "most": LONGEST})
    others = [one for one in await people.members(shop.id) if one["user_id"] != user_id]
    if name and any((one["alias"] or "").casefold() == name.casefold() for one in others):
        return Answer("team_alias_taken", {"name": name})
    await people.call(shop.id, user_id, name or None, turn.now)
    await audit.write(shop.id, turn.user_id, "team.alias", f"user:{user_id}", turn.now, name)
    return await show_team(turn, shop)


async def remove(turn: Turn, shop: ShopView, user_id: int, said: str = "") -> Answer:
    """His role and his name here are gone: in the group he is an agent like everybody else."""
    if await _is_last_owner(shop, user_id):
        return Answer("team_last_owner")
    if not await people.dismiss(shop.id, user_id):
        return Answer("team_no_role")
    await audit.write(shop.id, turn.user_id, "team.remove", f"user:{user_id}", turn.now)
    shown = await show_team(turn, shop)
    return Answer(shown.kind, {**shown.facts, "removed": True}, LOG)


async def anonymous(turn: Turn, shop: ShopView, said: str) -> Answer:
    """Whether words of an admin who does not show himself reach customers, under his title or the shop's name."""
    wanted = SWITCH.get(said.strip().lower())
    if wanted is None:
        return Answer("team_anonymous_usage")
    await set_rules(shop.id, {hidden.SETTING: {hidden.LETS_ANONYMOUS: wanted or None}})
    await audit.write(shop.id, turn.user_id, "team.anonymous", str(shop.id), turn.now, "on" if wanted else "off")
    return await show_team(turn, shop)


async def log(turn: Turn, shop: ShopView, said: str) -> Answer:
    """`/team log`: what was done, newest first."""
    return await team_log.show(turn, shop)


ALONE: Mapping[str, Callable[[Turn, ShopView, str], Awaitable[Answer]]] = {"log": log, "anonymous": anonymous}
"""What /team does without naming a person."""
OF_SOMEBODY: Mapping[str, Callable[[Turn, ShopView, int, str], Awaitable[Answer]]] = {"alias": alias, "remove": remove}
"""What it does with a person; else it gives him a role."""
