"""Takes carriers' answers in: what is new, what is wrong, who is told, when to ask again. One transaction a batch."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from bot.domain import cadence, notice, tracking
from bot.domain.detector import Verdict, detect, is_first, reconcile
from bot.domain.finding import FindingKind, OpenFinding
from bot.domain.notice import Following, Notice
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.policy import Policy, policy_for
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change
from bot.flows import cards, tickets
from bot.store import core, ingest, outbox, shipments
from bot.store.ingest import ShopView
from bot.store.ms import to_ms
from bot.store.shipments import Step
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.model import Piece, TrackingResult

NEEDS_PERSON = frozenset({FindingKind.LOST})
"""Findings that open a ticket at once."""
_NOTHING = Verdict()


class Polled(NamedTuple):
    """What a carrier said of one shipment; None: the same as before, or nobody is asked (the shop's own courier)."""

    shipment_id: int
    answer: TrackingResult | CarrierError | None


class Rules(Struct, frozen=True):
    """The operator's settings that matter here: `every` overrides the cadence, `quiet` is the default quiet hours."""

    every: timedelta | None = None
    quiet: str | None = None


class Case(NamedTuple):
    """What became of one shipment."""

    shipment: Shipment
    change: Change | None
    verdict: Verdict
    policy: Policy
    step: Step
    failed: bool = False
    pieces: tuple[Piece, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether somebody may have to hear of it."""
        return self.change is not None or self.verdict is not _NOTHING


NO_RULES = Rules()
NO_PIECES: tuple[Piece, ...] = ()


async def ingest_batch(batch: Sequence[Polled], now: datetime, rules: Rules = NO_RULES) -> int:
    """Take answers in, in one transaction (the caller's, if there is one); how many shipments read differently now.

    An error other than NotFound is no answer: the shipment is only asked again later, and silence is not read into it.
    """
    async with core.transaction():
        known = await shipments.load([one.shipment_id for one in batch])
        if not known:
            return 0
        shops = await ingest.shops(sorted({one.merchant_id for one in known}))
        cases = await _judge(known, {one.shipment_id: one.answer for one in batch}, shops, now, rules)
        await _write(cases, now)
        await _tell([case for case in cases if case.is_told], shops, now)
        return sum(case.change is not None for case in cases)


# ---- judging


Answers = Mapping[int, TrackingResult | CarrierError | None]


class _Known(NamedTuple):
    """A shipment, what is stored of it, and its answer. `keys`: of its known scans; None where nothing is new."""

    shipment: Shipment
    answer: TrackingResult | CarrierError | None
    keys: Collection[int] | None
    stored: Sequence[OpenFinding]


async def _judge(
    known: Sequence[Shipment], answers: Answers, shops: Mapping[int, ShopView], now: datetime, rules: Rules
) -> list[Case]:
    keys = await ingest.known_keys([one.id for one in known if _is_fresh(one, answers[one.id])])
    stored = await ingest.findings([one.id for one in known])
    policies: dict[tuple[int, str, str | None], Policy] = {}
    cases = []
    for one in known:
        name = (one.merchant_id, one.slug, one.service)
        policy = policies.get(name)
        if policy is None:
            policy = policies[name] = _policy(one, shops[one.merchant_id], rules)
        case = _Known(one, answers[one.id], keys.get(one.id), stored.get(one.id, ()))
        cases.append(_case(case, policy, now, rules))
    return cases


def _policy(one: Shipment, view: ShopView, rules: Rules) -> Policy:
    defaults: dict[str, Any] = {"quiet": rules.quiet} if rules.quiet else {}
    if view.shop.country:
        defaults["home"] = view.shop.country
    return policy_for(one.slug, one.service, defaults | view.overrides)


def _is_fresh(one: Shipment, answer: TrackingResult | CarrierError | None) -> bool:
    return isinstance(answer, TrackingResult) and (one.known_at is None or tracking.digest(answer) != one.scan_digest)


def _case(known: _Known, policy: Policy, now: datetime, rules: Rules) -> Case:
    before, answer = known.shipment, known.answer
    if isinstance(answer, CarrierError) and not isinstance(answer, NotFound):
        return _unanswered(before, answer, policy, now)
    change, pieces = None, NO_PIECES
    if known.keys is not None and isinstance(answer, TrackingResult):
        change, pieces = tracking.diff(before, known.keys, answer, now), answer.pieces
    after = change.shipment if change else before
    misses = before.misses + 1 if isinstance(answer, NotFound) else 0
    if after.misses != misses:
        after = replace(after, misses=misses)
    verdict = _verdict(after, change, known.stored, policy, now, is_first(before, change))
    return Case(after, change, verdict, policy, _step(after, policy, now, rules), pieces=pieces)


def _verdict(
    after: Shipment,
    change: Change | None,
    stored: Sequence[OpenFinding],
    policy: Policy,
    now: datetime,
    first: bool,
) -> Verdict:
    holding = detect(after, now, policy)
    if not holding and not stored:
        return _NOTHING
    open_ = [one for one in stored if one.closed_at is None]
    past = [one for one in stored if one.closed_at is not None]
    return reconcile(open_, past, holding, change, first)


def _step(after: Shipment, policy: Policy, now: datetime, rules: Rules) -> Step:
    at = cadence.next_poll(after, now, policy, every=rules.every, jitter=spread(after.order_id, now))
    return Step(after.id, at, after.misses, at >= cadence.NEVER)


def _unanswered(before: Shipment, error: CarrierError, policy: Policy, now: datetime) -> Case:
    misses = before.misses + 1
    wait = cadence.retry_after(error.kind, misses, now, jitter=spread(before.order_id, now))
    return Case(before, None, _NOTHING, policy, Step(before.id, now + wait, misses), failed=True)


def spread(number: int, now: datetime) -> float:
    """A fraction in [0, 1) that differs from number to number and from poll to poll, without chance."""
    return ((number * 0x9E3779B1 ^ to_ms(now) * 0x85EBCA6B) >> 7 & 0xFFFF) / 0x10000


# ---- writing


async def _write(cases: Sequence[Case], now: datetime) -> None:
    changed = [(case, case.change) for case in cases if case.change is not None]
    await shipments.save_failures([case.step for case in cases if case.failed])
    await shipments.save_steps([case.step for case in cases if case.change is None and not case.failed], now)
    await shipments.save_changed([(case.shipment, case.step) for case, _ in changed], now)
    await ingest.add_scans([(case.shipment.id, scan) for case, change in changed for scan in change.scans], now)
    await ingest.save_pieces([(case.shipment.id, piece) for case, _ in changed for piece in case.pieces])
    await ingest.close_findings([entry for case in cases for entry in case.verdict.closed], now)
    await ingest.escalate_findings([entry for case in cases for entry in case.verdict.escalated])


# ---- telling


async def _tell(cases: Sequence[Case], shops: Mapping[int, ShopView], now: datetime) -> None:
    """Findings are stored, followers told, live messages edited, tickets opened."""
    if not cases:
        return
    raised = [(case.shipment.merchant_id, case.shipment.id, entry) for case in cases for entry in case.verdict.raised]
    ids = await ingest.raise_findings(raised, now)
    readers = await ingest.followers([case.shipment.id for case in cases])
    merchants = {case.shipment.id: case.shipment.merchant_id for case in cases}
    notices = notice.merge(
        one
        for case in cases
        if case.shipment.id in readers
        for one in _plan(case, readers[case.shipment.id], shops[case.shipment.merchant_id], now)
    )
    await _remember(notices, merchants, now)
    rows = [_notice_row(one, ids, merchants[one.shipment_ids[0]]) for one in notices]
    rows += [row for case in cases for row in _live_rows(case, readers.get(case.shipment.id, ()), now)]
    await outbox.put(rows)
    await cards.refresh_cards([case.shipment.id for case in cases if case.shipment.id in readers], now)
    await _open_tickets(cases, readers, now)
    await _hand_over(notices, {case.shipment.id: case.shipment for case in cases}, now)


def _plan(case: Case, readers: Sequence[Following], view: ShopView, now: datetime) -> tuple[Notice, ...]:
    verdict = case.verdict
    return notice.plan(case.change, verdict.raised, verdict.closed, readers, case.shipment, case.policy, now, view.shop)


async def _remember(notices: Sequence[Notice], merchants: Mapping[int, int], now: datetime) -> None:
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


def _notice_row(one: Notice, ids: Mapping[tuple[int, FindingKind, int], int], merchant_id: int) -> Outgoing:
    payload: dict[str, Any] = {"kind": one.kind, "shipments": list(one.shipment_ids)}
    payload["told"] = to_builtins(one.told)
    finding = one.finding_id
    if finding is None and one.finding is not None and one.occurrence is not None:
        finding = ids[one.shipment_ids[0], one.finding, one.occurrence]
    if finding is not None:
        payload["finding"] = finding
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
        for entry in case.verdict.raised:
            if entry.finding.kind in NEEDS_PERSON and not entry.baseline:
                await tickets.open_for_finding(case.shipment, entry.finding, readers.get(case.shipment.id, ()), now)


async def _hand_over(notices: Sequence[Notice], told_of: Mapping[int, Shipment], now: datetime) -> None:
    """A notice that promises a person's word needs a person who knows of it."""
    for one in notices:
        if one.needs_person and one.finding not in NEEDS_PERSON:
            await tickets.open_for_notice(told_of[one.shipment_ids[0]], one, now)
