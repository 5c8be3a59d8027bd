"""Who works for a shop, and as what."""

from bot.domain.access import Role
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit, people

ROLES = tuple(role.value for role in Role if role is not Role.GUEST)


async def show_team(turn: Turn, shop: ShopView) -> Answer:
    """Everybody with a role of his own; all others in the group are agents."""
    found = await people.members(shop.id)
    listed = [{"name": _called(one), "role": one["role"], one["role"]: True} for one in found]
    return Answer("team_shown", {"people": listed})


def _called(one: dict[str, object]) -> str:
    username = f" @{one['username']}" if one["username"] else ""
    return f"{one['alias'] or one['name'] or one['user_id']}{username}"


async def appoint(turn: Turn, shop: ShopView, who: str, role: str) -> Answer:
    """Give somebody a role; the last owner stays one."""
    if role not in ROLES:
        return Answer("team_role_unknown", {"roles": ", ".join(ROLES)})
    user_id = int(who) if who.isdecimal() and len(who) <= 15 else await _by_name(who)
    if user_id is None:
        return Answer("team_unknown", {"who": who})
    owners = {one["user_id"] for one in await people.owners(shop.id)}
    if role != Role.OWNER and owners == {user_id}:
        return Answer("team_last_owner")
    await people.appoint(shop.id, user_id, role, turn.now)
    await audit.write(shop.id, turn.user_id, "team.appoint", f"user:{user_id}", turn.now, role)
    return await show_team(turn, shop)


async def _by_name(who: str) -> int | None:
    found = await people.find(who.removeprefix("@"))
    return int(found["user_id"]) if found else None
