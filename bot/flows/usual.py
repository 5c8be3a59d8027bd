"""Learns from what comes in what is usual in each group of parcels, and says what chance brings there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.domain.carriage import kind_of
from bot.domain.detector import Raised
from bot.domain.groups import Group, Scope, groups_of, spot_of
from bot.domain.incident import WARNS
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
    """Between the scan known before and a newer one, on the way."""
    change = case.change
    if change is None or not change.moved or change.first:
        return None
    before, at = change.before, case.shipment.scan_at
    if before.scan_at is None or at is None or before.status not in MOVING or at <= before.scan_at:
        return None
    return gap(counted(before.scan_at, at, before.zone, before.country))


def _is_slip(entry: Raised) -> bool:
    return not entry.baseline and entry.finding.kind in WARNS


def _add(sums: dict[Group, Usual], case: Case, one: Usual) -> None:
    before = case.change.before if case.change is not None else case.shipment
    for group in groups_of(spot_of(before)):
        sums[group] = sums.get(group, NOTHING) + one


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
