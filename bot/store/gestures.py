"""What was given for parcels that did not go as promised."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from tortoise.expressions import Q

from bot.domain.gesture import WENT_WRONG
from bot.store import sql
from bot.store.models import FindingRow, Gesture, TicketMessage
from bot.store.ms import to_ms

ASKED, MADE, REFUSED, DROPPED = "asked", "made", "refused", "dropped"
"""DROPPED: it was given, but the words that gave it did not arrive."""
_SPENT = "SELECT coalesce(sum(cost), 0) AS spent FROM gesture WHERE merchant_id = ? AND month = ? AND state = 'made'"


class Wanted(Struct, frozen=True):
    """A gesture as an agent wants it; `cost` in hundredths."""

    merchant_id: int
    customer_id: int
    shipment_id: int
    slip: int
    kind: str
    cost: int
    month: str
    by: int
    amount: str | None = None
    currency: str | None = None
    code: str | None = None


async def lock(merchant_id: int) -> None:
    """Held until the transaction ends: whoever spends of the budget does it alone."""
    if sql.dialect() == "postgres":
        await sql.rows("SELECT id FROM merchant WHERE id = ? FOR UPDATE", (merchant_id,))


async def spent(merchant_id: int, month: str) -> int:
    """What was given in a month; the caller holds the lock."""
    return int((await sql.rows(_SPENT, (merchant_id, month)))[0]["spent"])


async def slip_of(shipment_id: int) -> int:
    """What a gesture is for: the newest that was found of the parcel; 0: nothing was."""
    found = await sql.rows("SELECT coalesce(max(id), 0) AS id FROM finding WHERE shipment_id = ?", (shipment_id,))
    return int(found[0]["id"])


async def before(shipment_id: int, slip: int) -> Gesture | None:
    """What was given, or waits for a yes, for the same slip."""
    same = Gesture.filter(shipment_id=shipment_id, slip=slip, state__in=(ASKED, MADE))
    return await same.order_by("-id").first()


async def given_for(shipment_id: int, slip: int) -> int:
    """What was given for the same slip in all; the caller holds the lock."""
    made = await Gesture.filter(shipment_id=shipment_id, slip=slip, state=MADE)
    return sum(int(one.cost) for one in made)


async def went_wrong(shipment_id: int) -> bool:
    """Whether it is written down that the parcel did not go as promised, and was not taken back."""
    kinds = [kind.value for kind in WENT_WRONG]
    found = FindingRow.filter(shipment_id=shipment_id, kind__in=kinds)
    return await found.filter(Q(outcome=None) | ~Q(outcome="withdrawn")).exists()


async def make(wanted: Wanted, state: str, why: str | None, now: datetime) -> Gesture:
    """Write it down."""
    return await Gesture.create(
        merchant_id=wanted.merchant_id,
        customer_id=wanted.customer_id,
        shipment_id=wanted.shipment_id,
        slip=wanted.slip,
        kind=wanted.kind,
        amount=wanted.amount,
        currency=wanted.currency,
        code=wanted.code,
        cost=wanted.cost,
        month=wanted.month,
        state=state,
        why=why,
        made_by=wanted.by,
        made_ms=to_ms(now),
    )


async def find(gesture_id: int) -> Gesture | None:
    """One of them."""
    return await Gesture.get_or_none(id=gesture_id)


async def decide(gesture_id: int, state: str, month: str, user_id: int, now: datetime) -> bool:
    """Give it after all (it counts in that month), or don't; False where somebody was faster."""
    waiting = Gesture.filter(id=gesture_id, state=ASKED)
    return await waiting.update(state=state, month=month, decided_by=user_id, decided_ms=to_ms(now)) > 0


async def of_customer(customer_id: int, limit: int = 5) -> list[Gesture]:
    """What he was given, the newest first."""
    return await Gesture.filter(customer_id=customer_id, state=MADE).order_by("-id").limit(limit)


async def carry(gesture_id: int, message_id: int) -> None:
    """These are the words that give it."""
    await Gesture.filter(id=gesture_id).update(message_id=message_id)


async def not_given(messages: Sequence[int]) -> set[int]:
    """Their words did not arrive: they count no more. Returns whose they were."""
    return await _turned(messages, MADE, DROPPED)


async def given_again(message_id: int) -> set[int]:
    """Its words leave once more: it counts. Returns whose it is."""
    return await _turned([message_id], DROPPED, MADE)


async def _turned(messages: Sequence[int], before: str, after: str) -> set[int]:
    words = await TicketMessage.filter(id__in=list(messages), direction="out") if messages else []
    whose = [one.customer_id for one in words]
    found = await Gesture.filter(customer_id__in=whose, message_id__in=list(messages), state=before) if whose else []
    for one in found:
        await Gesture.filter(id=one.id, state=before).update(state=after)
    return {one.customer_id for one in found}
