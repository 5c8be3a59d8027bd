"""Learns from what comes in what is usual in each group of parcels, and says what chance brings there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType

from bot.domain.carriage import kind_of
from bot.domain.detector import Raised
from bot.domain.groups import Group, Scope, groups_of, spot_of
from bot.domain.incident import WARNS
from bot.domain.shipment import Shipment
from bot.domain.usual import NOTHING, Expected, Usual, counted, expected, gap
from bot.flows.judging import Case
from bot.store import incidents, usual
from bot.store.silences import MOVING

_SLIP = Usual(slips=1.0)
NONE_FRESH: Mapping[Group, int] = MappingProxyType({})


async def learn(cases: Sequence[Case], now: datetime) -> None:
    """The gaps that new scans ended, and the parcels that slipped; not those of an incident, which is not usual."""
    gaps = [(case, one) for case in cases if (one := _gap(case)) is not None]
    slips = [case for case in cases if any(_is_slip(entry) for entry in case.verdict.raised)]
    odd = [case.shipment.id for case, one in gaps if one.beyond[0] > 0] + [case.shipment.id for case in slips]
    apart = await incidents.members_among(odd) if odd else set()
    sums: dict[int, dict[Group, Usual]] = {}
    for case, one in [*gaps, *((case, _SLIP) for case in slips)]:
        if case.shipment.id not in apart:
            _add(sums.setdefault(case.shipment.merchant_id, {}), case, one)
    for merchant_id, more in sums.items():
        await usual.add(merchant_id, more, now)


def _gap(case: Case) -> Usual | None:
    """What new movements tell of the time between scans, on the way."""
    change = case.change
    if change is None or not change.moved or change.first:
        return None
    before = change.before
    if before.scan_at is None or before.status not in MOVING:
        return None
    times = sorted({one.at for one in change.scans if one.status and one.at and one.at > before.scan_at})
    spans = [_counted(before, start, end) for start, end in pairwise([before.scan_at, *times])]
    if not spans:
        return None
    # a carrier that tells of its scans late lets parcels look silent for longer than they are
    looked = _counted(before, before.scan_at, before.polled_at or before.scan_at)
    return sum(map(gap, spans[1:]), gap(spans[0], max(spans[0], looked)))


def _counted(shipment: Shipment, start: datetime, end: datetime) -> timedelta:
    return counted(start, end, shipment.zone, shipment.country)


def _is_slip(entry: Raised) -> bool:
    return not entry.baseline and entry.finding.kind in WARNS


def _add(sums: dict[Group, Usual], case: Case, one: Usual) -> None:
    before = case.change.before if case.change is not None else case.shipment
    for group in groups_of(spot_of(before)):
        sums[group] = sums.get(group, NOTHING) + one


async def unlearn(merchant_id: int, slips: Mapping[Group, int], now: datetime) -> None:
    """Slips that were learnt one by one, before it showed that they are an incident's: not usual after all."""
    if not slips:
        return
    known = await usual.of_groups(merchant_id, slips, now)
    await usual.put(merchant_id, {group: one.without(slips[group]) for group, one in known.items()}, now)


async def expecting(
    merchant_id: int, slug: str, groups: Iterable[Group], now: datetime, fresh: Mapping[Group, int] = NONE_FRESH
) -> Callable[[Group], Expected]:
    """What chance brings in these groups of a carrier's parcels: their own figures held against the carrier's.

    `fresh`: slips of today, which must not pass for usual.
    """
    whole = Group(Scope.CARRIER, slug)
    known = await usual.of_groups(merchant_id, {whole, *groups}, now)
    kind = kind_of(slug, None)

    def of_group(group: Group) -> Expected:
        chain = [whole] if group == whole else [whole, group]
        return expected([known[one].without(fresh.get(one, 0)) for one in chain if one in known], kind)

    return of_group
