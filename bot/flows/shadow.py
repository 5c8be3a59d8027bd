"""Shops whose people see each warning first: what is planned for a customer becomes a draft, and is counted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from bot.domain import draft
from bot.domain.draft import Mode, Part
from bot.domain.finding import Finding, FindingKind
from bot.domain.notice import Following, Notice
from bot.flows.holding import Ids, finding_id
from bot.flows.judging import Case
from bot.store import draft_scores, drafts
from bot.store.drafts import Wanted
from bot.store.ingest import ShopView

Readers = dict[int, list[Following]]


def _shadowed(cases: Sequence[Case], shops: Mapping[int, ShopView]) -> set[int]:
    """The shipments of shops in shadow."""
    return {case.shipment.id for case in cases if shops[case.shipment.merchant_id].mode is Mode.SHADOW}


async def as_if_told(readers: Readers, cases: Sequence[Case], shops: Mapping[int, ShopView]) -> Readers:
    """The followers; those of shops in shadow with how they would stand had the drafts been sent."""
    mine = sorted(_shadowed(cases, shops) & readers.keys())
    known = await drafts.as_if_told(mine) if mine else {}
    if not known:
        return readers
    return readers | {
        one: [draft.as_if_told(reader, known.get((reader.customer_id, one), ())) for reader in readers[one]]
        for one in mine
    }


async def apart(
    notices: Sequence[Notice], cases: Sequence[Case], ids: Ids, shops: Mapping[int, ShopView]
) -> tuple[Notice, ...]:
    """The notices that leave by themselves; the warnings of shops in shadow are kept as drafts instead."""
    shadowed = _shadowed(cases, shops)
    held = [one for one in notices if one.shipment_ids[0] in shadowed and draft.is_draft(one)]
    if not held:
        return tuple(notices)
    found = {(case.shipment.id, entry.finding.kind, entry.occurrence): entry.finding for case, entry in _raised(cases)}
    unwanted = await drafts.dropped(sorted({shipment for one in held for shipment in one.shipment_ids}))
    merchants = {case.shipment.id: case.shipment.merchant_id for case in cases}
    wanted = [_wanted(one, merchants[one.shipment_ids[0]], found, ids) for one in held]
    await drafts.add([left for one in wanted if (left := _without(one, unwanted)) is not None])
    return tuple(one for one in notices if one not in held)


def _raised(cases: Sequence[Case]) -> Iterator[tuple[Case, Any]]:
    return ((case, entry) for case in cases for entry in case.verdict.raised)


def _wanted(one: Notice, merchant_id: int, found: Mapping[tuple[int, FindingKind, int], Finding], ids: Ids) -> Wanted:
    parts = tuple(_part(part, found, ids) for part in one.parts or (one,))
    return Wanted(merchant_id, one.customer_id, one.kind, one.cause, one.collapse, one.due_at, parts)


def _part(one: Notice, found: Mapping[tuple[int, FindingKind, int], Finding], ids: Ids) -> Part:
    assert one.finding is not None  # noqa: S101 - drafts are warnings
    assert one.occurrence is not None  # noqa: S101
    finding = found[one.shipment_ids[0], one.finding, one.occurrence]
    told = one.told[0]
    return Part(told.shipment_id, finding_id(one, ids) or 0, mark_of(finding), told.told_on, told.slips)


def mark_of(finding: Finding) -> str:
    """What tells one slip of a parcel from its next."""
    return f"{finding.kind} {finding.mark}"


def _without(one: Wanted, unwanted: set[tuple[int, int, str]]) -> Wanted | None:
    """What is left of it without the slips that somebody did not want told."""
    parts = tuple(part for part in one.parts if (one.customer_id, part.shipment_id, part.mark) not in unwanted)
    return replace(one, parts=parts) if parts else None


# ---- how right they were


async def score(cases: Sequence[Case]) -> None:
    """Drafts of parcels that have ended, or are late or lost by now, are proven right or wrong."""
    outcomes = {case.shipment.id: outcome for case in cases if (outcome := _outcome(case)) is not None}
    if not outcomes:
        return
    waiting = await draft_scores.unscored(sorted(outcomes))
    await draft_scores.score((one, outcomes[one]) for one in sorted(waiting))


def _outcome(case: Case) -> draft.Came | None:
    if any(draft.proves(entry.finding.kind) and not entry.baseline for entry in case.verdict.raised):
        return draft.Came.RIGHT
    return draft.came(case.shipment) if case.change is not None else None
