"""What the shop's own courier did, and corrections by hand: written as scan events, taken in like any other."""

from collections.abc import Mapping, Sequence

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.flows.saying import clean
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import adding, audit, outbox
from bot.store.models import Shipment
from carriers.kit.model import ScanEvent, Status, TrackingResult
from carriers.kit.numbers import fold

DEEDS: Mapping[str, Status] = {
    "out": Status.OUT_FOR_DELIVERY,
    "delivered": Status.DELIVERED,
    "failed": Status.DELIVERY_ATTEMPTED,
}
"""Command → what it says of the parcel."""
LONGEST_REASON = 200


async def correct(turn: Turn, shop: ShopView, deed: str, said: str, rules: Rules, *, has_photo: bool = False) -> Answer:
    """`/out`, `/delivered`, `/failed` NUMBER [what happened], or the order's number if it has one open parcel.

    With a photo it is the proof, and whoever follows the parcel gets a copy.
    """
    if not said.strip():
        return Answer("correct_usage", {"command": f"/{deed}"})
    found, reason = await _meant(shop, said)
    if not found:
        return Answer("shipment_none", {"number": said.strip()[:40]})
    if len(found) > 1:
        rows = [{"command": f"/{deed} {one.number}"} for one in found]
        return Answer("correct_which", {"rows": rows})
    await _moved(turn, found[0], deed, reason, rules)
    if has_photo:
        await outbox.put([_copy(turn, shop, user_id) for user_id in await adding.readers_of(found[0].id)])
    await audit.write(shop.id, turn.user_id, f"shipment.{deed}", f"shipment:{found[0].id}", turn.now)
    followers = await adding.count_followers(found[0].id)
    return Answer("shipment_moved", {"number": found[0].number, deed: True, "followers": followers})


async def _meant(shop: ShopView, said: str) -> tuple[Sequence[Shipment], str]:
    """The parcels that are named, and what else was said: a number may be written with spaces."""
    whole = await _numbered(shop, said)
    if whole:
        return whole, ""
    number, _, rest = said.strip().partition(" ")
    return await _numbered(shop, number), clean(rest, LONGEST_REASON)


async def _numbered(shop: ShopView, said: str) -> Sequence[Shipment]:
    return await adding.numbered(shop.id, fold(said)) or await adding.numbered(shop.id, said.strip().lstrip("#"))


async def _moved(turn: Turn, parcel: Shipment, deed: str, reason: str, rules: Rules) -> None:
    status = DEEDS[deed]
    event = ScanEvent(at=turn.now, code=f"own_{deed}", description=reason, status=status)
    delivered = turn.now if status is Status.DELIVERED else None
    result = TrackingResult(number=parcel.number, status=status, events=(event,), delivered_at=delivered)
    await ingest_batch([Polled(parcel.id, result)], turn.now, rules)


def _copy(turn: Turn, shop: ShopView, user_id: int) -> Outgoing:
    """The photo without the command under it."""
    return Outgoing(
        act=Act.COPY,
        cause=f"proof:u{turn.update_id}:{user_id}",
        payload={"from_chat_id": turn.chat_id, "from_message_id": turn.message_id, "caption": ""},
        priority=Priority.NEWS,
        lane=f"chat:{user_id}",
        due_at=turn.now,
        chat_id=user_id,
        merchant_id=shop.id,
    )
