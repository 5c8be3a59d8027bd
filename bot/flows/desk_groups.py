"""The groups that share a shop's desk: listed with what they carry, let go, lost."""

from datetime import datetime
from typing import Any

from bot.domain import desk_load
from bot.flows import owners
from bot.flows.to_desk import Opened, desk_opened
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit, customers, desks, outbox, placing, tickets
from bot.store.desks import Group


async def described(merchant_id: int) -> list[dict[str, Any]]:
    """The groups of a shop as facts, in the order in which they were bound; `place` is what `/desk remove` names."""
    return [_facts(place, group) for place, group in enumerate(await desks.loads(merchant_id), 1)]


def _facts(place: int, group: Group) -> dict[str, Any]:
    load = group.load
    counts = {"place": place, "open": load.open, "topics": load.topics, "waiting": load.waiting}
    wait = -(-desk_load.behind(load.waiting).total_seconds() // 60)
    return counts | {"group": group.title, "minutes": int(wait), "trouble": group.trouble or ""}


async def remove(turn: Turn, shop: ShopView, said: str) -> Answer:
    """`/desk remove PLACE` (or the group's name): it is no desk any more, its customers go on in the others."""
    bound = await desks.loads(shop.id)
    meant = [group for place, group in enumerate(bound, 1) if said.strip() in (str(place), group.title)]
    if len(meant) != 1 or not said.strip():
        return Answer("desk_remove_usage", {"groups": await described(shop.id)})
    chat_id = meant[0].load.chat_id
    moved = await _let_go(shop.id, chat_id, turn.now)
    await audit.write(shop.id, turn.user_id, "desk.remove", str(chat_id), turn.now)
    left = len(bound) - 1
    return Answer("desk_removed", {"group": meant[0].title, "moved": moved, "is_last": not left})


async def lost(merchant_id: int, chat_id: int, cause: str, now: datetime) -> bool:
    """A group is gone for good: the owners hear where its customers go on. False where the shop has no other."""
    if not await desks.groups_of(merchant_id) - {chat_id}:
        return False
    title = await desks.title_of(chat_id)
    moved = await _let_go(merchant_id, chat_id, now)
    told = {"group": title, "moved": moved, "at": now.isoformat()}
    await outbox.put(await owners.rows_for(merchant_id, "desk_group_gone", told, f"desk_gone:{chat_id}:{cause}", now))
    return True


async def _let_go(merchant_id: int, chat_id: int, now: datetime) -> int:
    """Release a group; who has an open ticket there gets his topic elsewhere. Returns how many those are."""
    waiting = await desks.with_tickets(chat_id)
    await desks.release(merchant_id, chat_id)
    await placing.address()
    merchant = await customers.merchant(merchant_id)
    for customer_id in waiting if merchant.desk_chat_id is not None else ():
        customer = await tickets.lock(customer_id)
        ticket = await tickets.open_of(customer_id)
        if ticket is not None:
            await outbox.put(await desk_opened(Opened(ticket, customer, merchant, True), now))
    return len(waiting)
