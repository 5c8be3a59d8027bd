"""No shop warns more customers in an hour than its share without a human's yes: the rest waits, and one is asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain import share
from bot.domain.chance import HINT
from bot.domain.finding import FindingKind
from bot.domain.groups import spot_of
from bot.domain.incident import BOUNDED, WARNS, Incident, State, Symptom
from bot.domain.shipment import Shipment
from bot.domain.telling import Notice
from bot.flows import incident_words, opening
from bot.flows.holding import Ids, carrier_of, finding_id
from bot.store import held, incidents, shares
from bot.store.ingest import ShopView

_GRAVE = (FindingKind.LOST, FindingKind.STALLED, FindingKind.LATE)
"""These go first where there is not room for all."""


async def within(
    notices: Sequence[Notice], ids: Ids, shops: Mapping[int, ShopView], parcels: Mapping[int, Shipment], now: datetime
) -> tuple[Notice, ...]:
    """The notices without those warnings that are too many for an hour; the graver ones go first."""
    waiting: set[str] = set()
    counted: set[str] = set()
    warnings = [one for one in notices if one.finding in BOUNDED]
    shops_of = sorted({parcels[one.shipment_ids[0]].merchant_id for one in warnings})
    await shares.lock(shops_of)
    for merchant_id in shops_of:
        mine = [one for one in warnings if parcels[one.shipment_ids[0]].merchant_id == merchant_id]
        room = await _room(shops[merchant_id], mine)
        explained = await _explained(mine, ids, parcels, now) if room.over else set()
        if explained:
            room = await _room(shops[merchant_id], [one for one in mine if one.cause not in explained])
        await shares.add(merchant_id, room.fresh)
        counted |= {one.cause for one in room.counted}
        waiting |= explained
        if room.over and await _keep(merchant_id, room.over, ids, now):
            waiting |= {one.cause for one in room.over}
    left = (one for one in notices if one.cause not in waiting)
    return tuple(replace(one, counted_at=one.due_at) if one.cause in counted else one for one in left)


class _Room(NamedTuple):
    counted: list[Notice]
    over: list[Notice]
    fresh: dict[datetime, int]
    """How many are counted, by slot."""


async def _room(shop: ShopView, warnings: Sequence[Notice]) -> _Room:
    """Which find room in the hour they fall due, the gravest first."""
    room = _Room([], [], {})
    if not warnings:
        return room
    slots = await shares.warned(shop.id, shares.slot_of(min(one.due_at for one in warnings)) - share.HOUR)
    limit = await _limit(shop, sum(slots.values()) + len(warnings))
    for one in sorted(warnings, key=lambda one: _GRAVE.index(one.finding) if one.finding in _GRAVE else len(_GRAVE)):
        slot = shares.slot_of(one.due_at)
        if share.in_an_hour(slots, slot) >= limit:
            room.over.append(one)
        else:
            room.counted.append(one)
            slots[slot], room.fresh[slot] = slots.get(slot, 0) + 1, room.fresh.get(slot, 0) + 1
    return room


async def _explained(warnings: Sequence[Notice], ids: Ids, parcels: Mapping[int, Shipment], now: datetime) -> set[str]:
    """What has one cause that shows already waits with that incident: asked now as many, it would be asked twice."""
    merchant_id = parcels[warnings[0].shipment_ids[0]].merchant_id
    if await _open(merchant_id) is not None:
        return set()
    known = {one.group.slug: one for one in await incidents.open_of([merchant_id]) if one.group}
    explained: set[str] = set()
    for one in sorted(
        {carrier_of(parcels[number]) for warning in warnings for number in warning.shipment_ids}, key=str
    ):
        incident = await opening.from_troubles(one, known.get(one.slug), now, bound=HINT)
        if incident is not None:
            mine = [warning for warning in warnings if _is_of(warning, incident, parcels)]
            await held.hold(incident.id, _findings(mine, ids), now)
            explained |= {warning.cause for warning in mine}
    return explained


def _is_of(warning: Notice, incident: Incident, parcels: Mapping[int, Shipment]) -> bool:
    return warning.finding in WARNS and any(incident.covers(spot_of(parcels[one])) for one in warning.shipment_ids)


def _findings(warnings: Sequence[Notice], ids: Ids) -> list[tuple[int, int]]:
    """Findings with their shipments."""
    parts = [part for one in warnings for part in (one.parts or (one,))]
    return [(number, part.shipment_ids[0]) for part in parts if (number := finding_id(part, ids)) is not None]


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
    await held.hold(known.id, _findings(too_many, ids), now)
    if made is not None:
        await incident_words.ask(made, now)
    return True


async def _open(merchant_id: int) -> Incident | None:
    return next((one for one in await incidents.open_of([merchant_id]) if one.symptom is Symptom.MANY), None)
