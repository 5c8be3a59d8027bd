"""Stopping every notice of a shop at once, and letting them go."""

from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit, merchants, outbox
from bot.store.ms import from_ms

RESUME = (("resume_all", "pa:off"),)


async def show_pause(turn: Turn, shop: ShopView) -> Answer:
    """Whether notices are held back, and how to change it."""
    row = await merchants.find(shop.id)
    if row["paused_ms"] is None:
        return Answer("pause_off", {"hint": True})
    held = await merchants.held_back(shop.id)
    return Answer("pause_on", held | {"since_at": from_ms(row["paused_ms"]).isoformat()}, (RESUME,))


async def pause_all(turn: Turn, shop: ShopView) -> Answer:
    """Hold back every notice of the shop from now on. Said again, it tells what is held back."""
    row = await merchants.find(shop.id)
    if row["paused_ms"] is None:
        await merchants.pause(shop.id, turn.now)
        await audit.write(shop.id, turn.user_id, "pause.all", str(shop.id), turn.now)
    return await show_pause(turn, shop)


async def resume_all(turn: Turn, shop: ShopView) -> Answer:
    """Let them go: what is no longer true by then is not said."""
    row = await merchants.find(shop.id)
    if row["paused_ms"] is None:
        return Answer("pause_off", {"hint": True})
    held = await merchants.held_back(shop.id)
    await merchants.pause(shop.id, None)
    await audit.write(shop.id, turn.user_id, "pause.off", str(shop.id), turn.now)
    outbox.wake()
    return Answer("pause_off", held)
