"""Takes carriers' answers in: what is new, what is wrong, who is told, when to ask again. One transaction a batch."""

from collections.abc import Sequence
from datetime import datetime

from bot import tracing
from bot.flows import arrivals, legs_of
from bot.flows.comparing import Polled
from bot.flows.judging import NO_RULES, Case, Rules, judge
from bot.flows.opening_hours import observed
from bot.flows.telling import tell
from bot.flows.usual import learn
from bot.store import core, ingest, shipments
from carriers.kit.errors import CarrierError

__all__ = ["NO_RULES", "Polled", "Rules", "ingest_batch"]


async def ingest_batch(batch: Sequence[Polled], now: datetime, rules: Rules = NO_RULES) -> int:
    """Take answers in, in one transaction (the caller's, if there is one); how many shipments read differently now.

    An error other than NotFound is no answer: the shipment is only asked again later, and silence is not read into it.
    """
    async with core.transaction():
        unanswered = [one for one in batch if one.leg_id is not None and isinstance(one.answer, CarrierError)]
        if unanswered:
            await legs_of.save_unanswered(unanswered, now)
            batch = [one for one in batch if one.leg_id is None or not isinstance(one.answer, CarrierError)]
        with tracing.span("ingest", parcels=len(batch)):
            return sum([await _take_in(part, now, rules) for part in _parts(batch)])


def _parts(batch: Sequence[Polled]) -> list[Sequence[Polled]]:
    """The batch so that each shipment is in a part at most once: of several answers each is judged by the last."""
    if len({one.shipment_id for one in batch}) == len(batch):
        return [batch]
    parts: list[dict[int, Polled]] = []
    for one in batch:
        part = next((known for known in parts if one.shipment_id not in known), None)
        if part is None:
            parts.append({one.shipment_id: one})
        else:
            part[one.shipment_id] = one
    return [list(part.values()) for part in parts]


async def _take_in(batch: Sequence[Polled], now: datetime, rules: Rules) -> int:
    known = await shipments.load_asked([one.shipment_id for one in batch])
    if not known:
        return 0
    found = await ingest.shops(sorted({one.merchant_id for one in known}))
    shops = {shop_id: observed(view, now) for shop_id, view in found.items()}
    cases = await judge(known, batch, shops, now, rules)
    await _write(cases, now)
    await legs_of.save(cases, batch, now)
    await tell([case for case in cases if not case.failed], shops, now)
    await learn(cases, now)
    changed = sum(case.change is not None for case in cases)
    _note(cases, changed)
    return changed


def _note(cases: Sequence[Case], changed: int) -> None:
    span = tracing.current()
    span.more("changed", changed)
    span.more("raised", sum(len(case.verdict.raised) for case in cases))
    span.more("closed", sum(len(case.verdict.closed) for case in cases))


async def _write(cases: Sequence[Case], now: datetime) -> None:
    changed = [(case, case.change) for case in cases if case.change is not None]
    await shipments.save_failures([case.step for case in cases if case.failed])
    await shipments.save_steps([case.step for case in cases if case.change is None and not case.failed], now)
    await shipments.save_changed([(case.shipment, case.step) for case, _ in changed], now)
    await ingest.add_scans([change for _, change in changed], now)
    await ingest.save_pieces([(case.shipment.id, piece) for case, _ in changed for piece in case.pieces])
    await arrivals.settle([change for _, change in changed], now)
    await ingest.close_findings([entry for case in cases for entry in case.verdict.closed], now)
    await ingest.escalate_findings([entry for case in cases for entry in case.verdict.escalated])
