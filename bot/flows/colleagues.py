"""Whom a shop means by a name, and whom it may know of."""

from bot.flows.ports import MemberView
from bot.flows.turn import ShopView
from bot.store import customers, desks, people, topics


async def named(shop: ShopView, said: str) -> int | None:
    """Whose number, @name or name at this desk it is; None where nobody has it."""
    if said.isdecimal() and len(said) <= 15:
        return int(said)
    if said.startswith("@"):
        found = await people.find(said[1:])
        return int(found["user_id"]) if found else None
    return await topics.named(shop.id, said)


async def is_known(shop: ShopView, user_id: int) -> bool:
    """Whether the shop may know of him: whom only other shops know does not exist for it."""
    return await people.is_known_to(shop.id, user_id)


async def groups(shop: ShopView) -> set[int]:
    """The groups in which he may be found."""
    return await desks.groups_of(shop.id)


async def met(user_id: int, seen: MemberView) -> None:
    """Telegram says that he is in the group: from now on he has a name here."""
    if await customers.person(user_id) is None:
        await people.meet(user_id, seen.name, seen.username, None)
