"""The shop hears first of what it can still mend: one message lists the parcels, in the group or to the owners."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.draft import Mode
from bot.domain.finding import FindingKind
from bot.domain.heads_up import APART, shop_first, shop_hears_at
from bot.flows import to_desk
from bot.flows.judging import Case
from bot.store import core, customers, heads_up
from bot.store.heads_up import Listed
from bot.store.ingest import ShopView

log = structlog.get_logger(__name__)
MOST_LISTED = 10
"""Parcels of one sort that a message names."""
SET_ASIDE = timedelta(minutes=15)
"""How long a message waits that we cannot say by our own fault: it must not stop those of other shops."""
_K = FindingKind


async def note(
    cases: Sequence[Case],
    ids: Mapping[tuple[int, FindingKind, int], int],
    shops: Mapping[int, ShopView],
    now: datetime,
) -> None:
    """Findings of which the shop is to hear first wait for its next message, in the caller's transaction."""
    fresh = [
        (case.shipment, ids[case.shipment.id, entry.finding.kind, entry.occurrence], entry.finding)
        for case in cases
        for entry in case.verdict.raised
        if shop_first(entry.finding) and not entry.baseline
    ]
    if not fresh:
        return
    last = await heads_up.last_told(sorted({shipment.merchant_id for shipment, _, _ in fresh}))
    rows = []
    for shipment, finding_id, finding in fresh:
        shop = shops[shipment.merchant_id].shop
        hears_at = shop_hears_at(now, shop, touches=not finding.evidence.get("inside"))
        before = last.get(shipment.merchant_id)
        due_at = hears_at if before is None else max(hears_at, before + APART)
        rows.append((shipment.merchant_id, shipment.id, finding_id, due_at))
    await heads_up.add(rows)


async def tell_due(now: datetime) -> int:
    """Tell every shop for which something is due, each in its own transaction; returns how many shops."""
    merchants = await heads_up.due(now)
    for merchant_id in merchants:
        try:
            async with core.transaction():
                await _tell(merchant_id, now)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("heads_up_not_said", merchant=merchant_id)
            await heads_up.put_off(merchant_id, now + SET_ASIDE)
    return len(merchants)


async def _tell(merchant_id: int, now: datetime) -> None:
    ids = await heads_up.take(merchant_id)
    holding = await heads_up.listed(ids) if ids else []
    if not holding:
        return
    merchant = await customers.merchant(merchant_id)
    told = _facts(holding, speaks=merchant.mode == Mode.LIVE)
    await to_desk.tell_shop(merchant, "heads_up", told, f"heads_up:{merchant_id}:{ids[-1]}", now)
    await heads_up.told(ids, now)


def _facts(holding: Sequence[Listed], *, speaks: bool) -> dict[str, Any]:
    """What waits, by what is to be done about it; how many in all. `speaks`: customers hear of it by themselves."""
    sorts: dict[str, list[Listed]] = {}
    for one in holding:
        sorts.setdefault(_sort(one), []).append(one)
    return {"count": len(holding), **{sort: _items(found, speaks) for sort, found in sorts.items()}}


def _sort(one: Listed) -> str:
    if one.kind == _K.ADDRESS_PROBLEM:
        return "address" if one.evidence.get("about") == "address" else "asks"
    if one.kind == _K.CUSTOMS_ACTION:
        return "customs"
    return "unscanned" if one.kind == _K.FIRST_SCAN_LATE else "unsent"


def _items(found: Iterable[Listed], speaks: bool) -> list[dict[str, Any]]:
    """Those whose customer is concerned come first; of many the first, and how many more there are."""
    ranked = sorted(found, key=lambda one: bool(one.evidence.get("inside")))
    items: list[dict[str, Any]] = [
        {"order": one.order, "number": one.number, "promised_on": one.promised_on, "touches": speaks and _touches(one)}
        for one in ranked[:MOST_LISTED]
    ]
    more = len(ranked) - len(items)
    return [*items, {"more": more}] if more else items


def _touches(one: Listed) -> bool:
    return not one.evidence.get("inside")
