"""An incident begins: its parcels are found, what waits to leave about them is taken back, the agents are asked."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.chance import BEYOND, FEWEST
from bot.domain.groups import Group, Scope, Spot, groups_of
from bot.domain.incident import Incident, Symptom, Tally, cause, odd_slips
from bot.flows import facts, incident_words, usual
from bot.store import held, incidents, ingest, shares, silences
from bot.store.silences import Slipped, Watched

DAY = timedelta(days=1)
TICK = timedelta(milliseconds=1)
Asked = Mapping[Spot, int]
"""How many parcels of each spot a carrier was asked for."""
RECALLED = facts.WARNINGS - {"attempt", "returning", "held_up"}
"""Texts that may wait; the others tell what has happened."""
_SILENCE = frozenset({"stalled", "lost"})


async def from_troubles(
    one: Watched, known: Incident | None, now: datetime, batch: Asked | None = None, bound: float = BEYOND
) -> Incident | None:
    """The incident that explains the fresh troubles of a carrier's parcels, if any. `known`: its open one.

    Troubles of the last day are looked at in windows, the latest ten first: what begins shows soonest in the shortest.
    `batch`: only those of this very answer, among the parcels that it was about; costs no look at all the others.
    `bound`: the chance below which they are no chance.
    """
    today = await silences.slipped(one.merchant_id, one.slug, now - DAY if batch is None else now - TICK)
    recent = [entry for entry in today if not entry.is_settled and (known is None or not known.covers(entry.spot))]
    if len(recent) < FEWEST:
        return None
    groups = {group for entry in today for group in groups_of(entry.spot)}
    odd = odd_slips(await usual.expecting(one.merchant_id, one.slug, groups, now, _fresh(today)), bound)
    windows = _windows(recent) if batch is None else [(now, recent)]
    counts = [batch] if batch is not None else await silences.asked(one, [since for since, _ in windows])
    for (_, fresh), asked in zip(windows, counts, strict=True):
        group = cause(_tallies(fresh, asked), odd)
        if group is not None:
            return await _from(one, known, group, recent, now)
    return None


def _fresh(today: Sequence[Slipped]) -> Counter[Group]:
    """Slips of a day by group that were learnt and must not pass for usual yet; those of an incident were not."""
    return Counter(group for entry in today if not entry.is_member for group in groups_of(entry.spot))


async def slipping(one: Watched, group: Group, now: datetime) -> float:
    """The share of a group's parcels that slip in a day when all is as usual there."""
    fresh = _fresh(await silences.slipped(one.merchant_id, one.slug, now - DAY))
    return (await usual.expecting(one.merchant_id, one.slug, [group], now, fresh))(group).slipping


def _windows(recent: Sequence[Slipped]) -> list[tuple[datetime, Sequence[Slipped]]]:
    """The latest ten, twenty, forty … troubles, each since the first of them."""
    windows: list[tuple[datetime, Sequence[Slipped]]] = []
    count = FEWEST
    while count <= len(recent):
        since = recent[count - 1].raised_at
        fresh = [entry for entry in recent if entry.raised_at >= since]
        windows.append((since, fresh))
        count = max(2 * count, len(fresh) + 1)
    return windows


def _tallies(fresh: Sequence[Slipped], asked: Asked) -> list[Tally]:
    """Of the parcels asked for in the meantime: how many have a trouble."""
    troubled = Counter(entry.spot for entry in fresh)
    return [Tally(spot, max(asked.get(spot, 0), troubled[spot]), (troubled[spot],)) for spot in {**asked, **troubled}]


async def _from(
    one: Watched, known: Incident | None, group: Group, recent: Sequence[Slipped], now: datetime
) -> Incident | None:
    mine = [entry for entry in recent if group.covers(entry.spot)]
    incident = await (_begin(one, group, mine, now) if known is None else widen(known, known.rung))
    if incident is not None:
        learnt = [entry for entry in mine if not entry.is_member and entry.raised_at < now]
        await usual.unlearn(one.merchant_id, _fresh(learnt), now)
        await incidents.join(incident.id, [(entry.shipment_id, entry.scan_at) for entry in mine], now)
        await recall(incident, [entry.shipment_id for entry in mine], now)
        await incident_words.ask(incident, now)
    return incident


async def _begin(one: Watched, group: Group, mine: Sequence[Slipped], now: datetime) -> Incident | None:
    silent = sum(entry.kind in _SILENCE for entry in mine)
    symptom = Symptom.SILENT if 2 * silent > len(mine) else Symptom.SLIPPED
    since = min(entry.raised_at for entry in mine)
    return await incidents.begin(one.merchant_id, one.account_id, symptom, group, since, now)


async def widen(known: Incident, rung: int) -> Incident | None:
    """It is not that group alone: the whole carrier, and a person must decide anew."""
    assert known.group is not None  # noqa: S101 - only groups widen
    await incidents.widen(known.id, Group(Scope.CARRIER, known.group.slug), rung)
    return await incidents.lock(known.id)


async def recall(incident: Incident, shipment_ids: Collection[int], now: datetime) -> None:
    """Warnings of these parcels that have not left wait with it, out of the hour's share, and owe no word."""
    listed = sorted(shipment_ids)
    await held.moves_over(incident.id, listed)
    unsent = await held.take_back(listed, RECALLED)
    counted = Counter(shares.slot_of(one.counted_at) for one in unsent if one.counted_at is not None)
    await shares.take(incident.merchant_id, counted)
    for one in unsent:
        if one.planned_ms is not None:
            await ingest.undo_promises(one.customer_id, one.shipment_ids, one.planned_ms, now)
        await ingest.cancel_unheard(one.customer_id, one.shipment_ids, now)
    pairs = [pair for one in unsent for pair in zip(one.finding_ids, one.shipment_ids, strict=False)]
    await held.hold(incident.id, pairs, now)
