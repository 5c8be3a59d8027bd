"""Who hears of what was found: notices with the next word owed, live messages, cards, tickets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import to_builtins

from bot.domain import notice
from bot.domain.detector import Closed, ClosedAs
from bot.domain.finding import FindingKind
from bot.domain.incident import BOUNDED
from bot.domain.notice import Following, Notice
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.shipment import Shipment
from bot.flows import cards, claims, heads_up, holding, shadow, share, tickets
from bot.flows.holding import Ids, finding_id
from bot.flows.judging import Case
from bot.store import ingest, outbox, shares
from bot.store.ingest import ShopView
from bot.store.ms import to_ms

NEEDS_PERSON = frozenset({FindingKind.LOST})
"""Findings that open a ticket at once."""


async def tell(asked: Sequence[Case], shops: Mapping[int, ShopView], now: datetime) -> None:
    """Findings are stored, followers told, live messages edited, tickets opened; `asked`: whatever was answered for."""
    cases = [case for case in asked if case.is_told]
    if not cases:
        return
    raised = [(case.shipment.merchant_id, case.shipment.id, entry) for case in cases for entry in case.verdict.raised]
    await shares.lock(shop for shop, _, entry in raised if entry.finding.kind in BOUNDED and not entry.baseline)
    ids = await ingest.raise_findings(raised, now)
    await heads_up.note(cases, ids, shops, now)
    await shadow.score(cases)
    await say(await holding.hold(cases, asked, ids, now), ids, shops, now)


async def say(
    cases: Sequence[Case], ids: Ids, shops: Mapping[int, ShopView], now: datetime, *, allowed: bool = False
) -> None:
    """What does not wait is said, or drafted; `allowed`: by a person, so that it waits for nobody's yes again."""
    readers = await ingest.followers([case.shipment.id for case in cases])
    readers = await shadow.as_if_told(readers, cases, shops)
    parcels = {case.shipment.id: case.shipment for case in cases}
    merchants = {one.id: one.merchant_id for one in parcels.values()}
    notices = notice.merge(
        one
        for case in cases
        if case.shipment.id in readers
        for one in _plan(case, readers[case.shipment.id], shops[case.shipment.merchant_id], now)
    )
    if not allowed:
        notices = await shadow.apart(notices, cases, ids, shops)
        notices = await share.within(notices, ids, shops, parcels, now)
    await remember(notices, merchants, now)
    rows = [notice_row(one, ids, merchants[one.shipment_ids[0]], now) for one in notices]
    rows += [row for case in cases for row in _live_rows(case, readers.get(case.shipment.id, ()), now)]
    await outbox.put(rows)
    await cards.refresh_cards([case.shipment.id for case in cases if case.shipment.id in readers], now)
    await _open_tickets(cases, readers, now)
    await hand_over(notices, parcels, now)


def _plan(case: Case, readers: Sequence[Following], view: ShopView, now: datetime) -> tuple[Notice, ...]:
    verdict = case.verdict
    return notice.plan(case.change, verdict.raised, verdict.closed, readers, case.shipment, case.policy, now, view.shop)


async def remember(notices: Sequence[Notice], merchants: Mapping[int, int], now: datetime) -> None:
    """The next word owed with each notice; what the reader knows after it is remembered once it has left."""
    void = [
        (one.customer_id, shipment)
        for one in notices
        if one.promise or one.cancels_promises
        for shipment in one.shipment_ids
    ]
    await ingest.cancel_promises(void, now)
    owed = [
        (merchants[shipment], one.customer_id, shipment, one.promise)
        for one in notices
        if one.promise
        for shipment in one.shipment_ids
    ]
    await ingest.make_promises(owed, now)


def notice_row(one: Notice, ids: Ids, merchant_id: int, now: datetime) -> Outgoing:
    """A notice as it goes into the outbox."""
    payload: dict[str, Any] = {"kind": one.kind, "shipments": list(one.shipment_ids), "planned": to_ms(now)}
    payload["told"] = to_builtins(one.told)
    finding = finding_id(one, ids)
    if finding is not None:
        payload["finding"] = finding
    if one.parts:
        payload["findings"] = [finding_id(part, ids) for part in one.parts]
    if one.counted_at is not None:
        payload["counted"] = to_ms(one.counted_at)
    if one.expires_at is not None:
        payload["expires_at"] = one.expires_at.isoformat()
    return Outgoing(
        act=Act.NOTICE,
        cause=one.cause,
        payload=payload,
        priority=one.priority,
        lane=f"chat:{one.chat_id}",
        due_at=one.due_at,
        chat_id=one.chat_id,
        customer_id=one.customer_id,
        merchant_id=merchant_id,
        collapse=one.collapse,
    )


def _live_rows(case: Case, readers: Sequence[Following], now: datetime) -> list[Outgoing]:
    if not readers or not notice.needs_edit(case.change, case.verdict.raised, case.verdict.closed):
        return []
    return [
        Outgoing(
            act=Act.LIVE,
            cause=f"live:{one.follow_id}:{to_ms(now)}",
            payload={"follow": one.follow_id},
            priority=Priority.LIVE,
            lane=f"chat:{one.chat_id}",
            due_at=now,
            chat_id=one.chat_id,
            customer_id=one.customer_id,
            merchant_id=case.shipment.merchant_id,
            collapse=f"live:{one.follow_id}",
        )
        for one in readers
    ]


async def _open_tickets(cases: Sequence[Case], readers: Mapping[int, Sequence[Following]], now: datetime) -> None:
    for case in cases:
        followers = readers.get(case.shipment.id, ())
        for entry in case.verdict.raised:
            if entry.finding.kind in NEEDS_PERSON and not entry.baseline:
                await claims.open_claim(case.shipment, entry.occurrence, followers, now)
                await tickets.open_for_finding(case.shipment, entry.finding, followers, now)
        for lost in filter(_is_found_again, case.verdict.closed):
            await claims.turned_up(case.shipment, lost.finding, [one.customer_id for one in followers], now)


def _is_found_again(entry: Closed) -> bool:
    """A loss that no longer holds, and not because a newer one stands in its place."""
    return entry.finding.kind is FindingKind.LOST and entry.outcome is not ClosedAs.SUPERSEDED


async def hand_over(notices: Sequence[Notice], told_of: Mapping[int, Shipment], now: datetime) -> None:
    """A notice that promises a person's word needs a person who knows of it."""
    for one in notices:
        if one.needs_person and one.finding not in NEEDS_PERSON:
            await tickets.open_for_notice(told_of[one.shipment_ids[0]], one, now)
