"""What the shop's own courier did, and corrections by hand: written as scan events, taken in like any other."""

from collections.abc import Mapping

from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import adding, merchants
from carriers.kit.model import ScanEvent, Status, TrackingResult
from carriers.kit.numbers import fold

DEEDS: Mapping[str, Status] = {
    "out": Status.OUT_FOR_DELIVERY,
    "delivered": Status.DELIVERED,
    "failed": Status.DELIVERY_ATTEMPTED,
}
"""Command → what it says of the parcel."""


async def correct(turn: Turn, shop: ShopView, deed: str, said: str, rules: Rules) -> Answer:
    """`/out`, `/delivered`, `/failed` NUMBER: by tracking number, or by the order's if it has one open parcel."""
    if not said.strip():
        return Answer("correct_usage", {"command": f"/{deed}"})
    found = await adding.numbered(shop.id, fold(said)) or await adding.numbered(shop.id, said.strip().lstrip("#"))
    if not found:
        return Answer("shipment_none", {"number": said.strip()[:40]})
    if len(found) > 1:
        rows = [{"command": f"/{deed} {one.number}"} for one in found]
        return Answer("correct_which", {"rows": rows})
    status = DEEDS[deed]
    event = ScanEvent(at=turn.now, code=f"own_{deed}", status=status)
    delivered = turn.now if status is Status.DELIVERED else None
    result = TrackingResult(number=found[0].number, status=status, events=(event,), delivered_at=delivered)
    await ingest_batch([Polled(found[0].id, result)], turn.now, rules)
    await merchants.audit(shop.id, turn.user_id, f"shipment.{deed}", found[0].number, turn.now)
    followers = await adding.count_followers(found[0].id)
    return Answer("shipment_moved", {"number": found[0].number, deed: True, "followers": followers})
