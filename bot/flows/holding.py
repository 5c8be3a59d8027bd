"""Warnings that wait for a human's word: those of an incident's parcels, and those beyond a shop's share of an hour."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain.detector import Raised
from bot.domain.finding import FindingKind
from bot.domain.groups import spot_of
from bot.domain.incident import WARNS, Incident, is_word, waits
from bot.domain.shipment import Shipment
from bot.domain.telling import Notice
from bot.flows import opening
from bot.flows.judging import Case
from bot.store import held, incidents, silences
from bot.store.silences import Watched

EACH_TIME = 20_000
"""Open parcels of a carrier up to which all are looked at whenever one has a new trouble; of more only now and then."""
Ids = Mapping[tuple[int, FindingKind, int], int]


def finding_id(one: Notice, ids: Ids) -> int | None:
    """The stored finding that a notice is about, its first shipment's."""
    if one.finding_id is not None or one.finding is None or one.occurrence is None:
        return one.finding_id
    return ids[one.shipment_ids[0], one.finding, one.occurrence]


async def hold(cases: Sequence[Case], asked: Sequence[Case], ids: Ids, now: datetime) -> list[Case]:
    """The cases without what waits. Too many new troubles of a carrier's parcels begin an incident first.

    `asked`: all that the same answer was about.
    """
    fresh = [case for case in cases if any(_may_wait(entry) for entry in case.verdict.raised)]
    if not fresh:
        return list(cases)
    open_ = [one for one in await incidents.open_of({case.shipment.merchant_id for case in fresh}) if one.group]
    open_ = await _with_new(fresh, asked, open_, now)
    kept = {case.shipment.id: incident for case in fresh if (incident := _incident_of(case, open_)) is not None}
    if not kept:
        return list(cases)
    await _keep(fresh, kept, ids, now)
    return [_without(case, kept.get(case.shipment.id)) for case in cases]


def _may_wait(entry: Raised) -> bool:
    return not entry.baseline and entry.finding.kind in WARNS and not is_word(entry.finding)


async def _with_new(
    fresh: Sequence[Case], asked: Sequence[Case], open_: Sequence[Incident], now: datetime
) -> list[Incident]:
    """The open incidents after the carriers with new troubles outside of them were looked at."""
    by_id = {one.id: one for one in open_}
    loose = {carrier_of(case.shipment) for case in fresh if _incident_of(case, open_) is None}
    for one in sorted(loose, key=lambda watched: (watched.merchant_id, watched.slug)):
        known = next((incident for incident in open_ if _is_of(incident, one)), None)
        few = await silences.is_small(one, EACH_TIME)
        batch = None if few else Counter(spot_of(case.shipment) for case in asked if carrier_of(case.shipment) == one)
        found = await opening.from_troubles(one, known, now, batch)
        if found is not None:
            by_id[found.id] = found
    return list(by_id.values())


def carrier_of(shipment: Shipment) -> Watched:
    """The carrier that it goes by, as its shop knows it."""
    return Watched(shipment.merchant_id, shipment.slug, shipment.account_id)


def _is_of(incident: Incident, one: Watched) -> bool:
    return incident.merchant_id == one.merchant_id and incident.group is not None and incident.group.slug == one.slug


def _incident_of(case: Case, open_: Sequence[Incident]) -> Incident | None:
    spot, merchant_id = spot_of(case.shipment), case.shipment.merchant_id
    return next((one for one in open_ if one.merchant_id == merchant_id and one.covers(spot)), None)


async def _keep(fresh: Sequence[Case], kept: Mapping[int, Incident], ids: Ids, now: datetime) -> None:
    for incident in {one.id: one for one in kept.values()}.values():
        mine = [case for case in fresh if kept.get(case.shipment.id) is incident]
        await incidents.join(incident.id, [(case.shipment.id, case.shipment.scan_at) for case in mine], now)
        findings = [
            (ids[case.shipment.id, entry.finding.kind, entry.occurrence], case.shipment.id)
            for case in mine
            for entry in case.verdict.raised
            if _may_wait(entry) and waits(incident, entry.finding)
        ]
        await held.hold(incident.id, findings, now)


def _without(case: Case, incident: Incident | None) -> Case:
    if incident is None:
        return case
    told = tuple(one for one in case.verdict.raised if not (_may_wait(one) and waits(incident, one.finding)))
    return case._replace(verdict=replace(case.verdict, raised=told))
