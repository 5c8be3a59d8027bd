"""Somebody left a desk: what he had is nobody's from now on, and those who are there see it."""

from bot.flows import cards, place
from bot.flows.turn import Answer, Answers, Turn
from bot.store import audit, customers, desk_tickets, leavers
from bot.store.desk_numbers import LET_GO


async def free(turn: Turn, merchant_id: int, user_id: int, chat_id: int | None = None) -> int:
    """What he had, of one group or of all, is nobody's; card and customer name him no more. Returns how many."""
    found = await desk_tickets.let_go(merchant_id, user_id, chat_id)
    for customer_id in found:
        await audit.write(merchant_id, turn.user_id, LET_GO, f"customer:{customer_id}", turn.now, f"user:{user_id}")
        await cards.refresh_card(customer_id, turn.now, f"u{turn.update_id}")
        await place.refresh(customer_id, turn.now, f"u{turn.update_id}")
    return len(found)


async def came(turn: Turn, merchant_id: int, user_id: int) -> None:
    """He is in one of the shop's groups (again)."""
    await leavers.come(merchant_id, user_id)


async def left(turn: Turn, merchant_id: int, user_id: int, name: str, *, elsewhere: bool) -> Answers:
    """He is in this group no more: of its tickets none is his. Who is in none of them hears of no customer."""
    if not elsewhere:
        await leavers.leave(merchant_id, user_id)
    count = await free(turn, merchant_id, user_id, turn.chat_id)
    if not count:
        return None
    shop = await customers.merchant(merchant_id)
    reader = {"locale": shop.locale, "zone": shop.zone, "country": shop.country}
    told = {"count": count} | ({"agent": name} if name else {})
    return Answer("desk_left", told, reader=reader, merchant_id=merchant_id)
