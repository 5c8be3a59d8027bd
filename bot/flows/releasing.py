"""Warnings that waited and wait no more: what still holds is said as if it were found now, the rest is forgotten."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.domain.detector import Verdict
from bot.domain.draft import raised_again
from bot.domain.finding import OpenFinding
from bot.domain.held_up import SILENT_ON
from bot.flows.batches import in_halves
from bot.flows.judging import Case, Rules, policy_of
from bot.flows.opening_hours import observed
from bot.flows.telling import say
from bot.store import findings, held, ingest, shipments
from bot.store.shipments import Step
from carriers.kit.model import Status

CHUNK = 250
OVER = SILENT_ON - {Status.LOST}
"""A loss is worth its word although the parcel is not asked for any more."""


async def let_go(now: datetime, quiet: str | None) -> None:
    """Everything that waits no more, in batches."""
    for allowed in (True, False):
        while ids := await held.let_go(CHUNK, allowed=allowed):
            await in_halves(ids, partial(say_of, now=now, quiet=quiet, allowed=allowed), _forget)


async def _forget(ids: Sequence[int]) -> None:
    await held.take(ids)


async def say_of(ids: Sequence[int], now: datetime, quiet: str | None, *, allowed: bool) -> None:
    """What waited of these parcels, in the caller's transaction."""
    await _say(await findings.among(await held.take(ids)), now, quiet, allowed=allowed)


async def _say(open_: Sequence[OpenFinding], now: datetime, quiet: str | None, *, allowed: bool) -> None:
    known = await shipments.load(sorted({one.shipment_id for one in open_}), ended=True)
    found = await ingest.shops(sorted({one.merchant_id for one in known}))
    shops = {shop_id: observed(view, now) for shop_id, view in found.items()}
    rules = Rules(quiet=quiet)
    cases = [
        Case(
            shipment,
            None,
            Verdict(tuple(raised_again(one) for one in open_ if one.shipment_id == shipment.id)),
            policy_of(shipment, shops[shipment.merchant_id], rules, now),
            Step(shipment.id, now),
        )
        for shipment in known
        if shipment.status not in OVER
    ]
    ids = {(one.shipment_id, one.kind, one.occurrence): one.id for one in open_}
    await say(cases, ids, shops, now, allowed=allowed)
