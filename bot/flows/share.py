"""No shop warns more customers in an hour than its share without a human's yes: the rest waits, and one is asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain import share
from bot.domain.finding import FindingKind
from bot.domain.incident import BOUNDED, Incident, State, Symptom
from bot.domain.telling import Notice
from bot.flows import incident_words
from bot.flows.holding import Ids, finding_id
from bot.store import held, incidents, shares
from bot.store.ingest import ShopView

_GRAVE = (FindingKind.LOST, FindingKind.STALLED, FindingKind.LATE)
"""These go first where there is not room for all."""


async def within(
    notices: Sequence[Notice], ids: Ids, shops: Mapping[int, ShopView], merchants: Mapping[int, int], now: datetime
) -> tuple[Notice, ...]:
    """The notices without those warnings that are too many for an hour; the graver ones go first."""
    over: set[str] = set()
    uncounted: set[str] = set()
    warnings = [one for one in notices if one.finding in BOUNDED]
    shops_of = sorted({merchants[one.shipment_ids[0]] for one in warnings})
    await shares.lock(shops_of)
    for merchant_id in shops_of:
        mine = [one for one in warnings if merchants[one.shipment_ids[0]] == merchant_id]
        too_many = await _too_many(shops[merchant_id], mine)
        uncounted |= {one.cause for one in too_many}
        if too_many and await _keep(merchant_id, too_many, ids, now):
            over |= {one.cause for one in too_many}
    counted = {one.cause for one in warnings} - uncounted
    left = (one for one in notices if one.cause not in over)
    return tuple(replace(one, counted_at=one.due_at) if one.cause in counted else one for one in left)


async def _too_many(shop: ShopView, warnings: Sequence[Notice]) -> list[Notice]:
    """Those that find no room; the others are counted."""
    slots = await shares.warned(shop.id, shares.slot_of(min(one.due_at for one in warnings)) - share.HOUR)
    fresh: dict[datetime, int] = {}
    over: list[Notice] = []
    limit = await _limit(shop, sum(slots.values()) + len(warnings))
    for one in sorted(warnings, key=lambda one: _GRAVE.index(one.finding) if one.finding in _GRAVE else len(_GRAVE)):
        slot = shares.slot_of(one.due_at)
        if share.in_an_hour(slots, slot) >= limit:
            over.append(one)
        else:
            slots[slot], fresh[slot] = slots.get(slot, 0) + 1, fresh.get(slot, 0) + 1
    await shares.add(shop.id, fresh)
    return over


async def _limit(shop: ShopView, wanted: int) -> int:
    """The shop's share, as far as it matters for so many."""
    percent = share.percent_of(shop.overrides)
    needed = share.parcels_for(wanted, percent)
    return share.limit(await shares.under_way(shop.id, needed) if needed else 0, percent)


async def _keep(merchant_id: int, too_many: Sequence[Notice], ids: Ids, now: datetime) -> bool:
    """They wait, and the agents are asked once; False where an agent has let more go for this hour."""
    made = await incidents.begin(merchant_id, None, Symptom.MANY, None, now, now)
    known = made or await _open(merchant_id)
    if known is None or known.state is State.WARNED:
        return False
    parts = [part for one in too_many for part in (one.parts or (one,))]
    findings = [(number, part.shipment_ids[0]) for part in parts if (number := finding_id(part, ids)) is not None]
    await held.hold(known.id, findings, now)
    if made is not None:
        await incident_words.ask(made, now)
    return True


async def _open(merchant_id: int) -> Incident | None:
    return next((one for one in await incidents.open_of([merchant_id]) if one.symptom is Symptom.MANY), None)
