"""Learning from ended shipments: each is counted once ever, in chunks of one transaction."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain import rhythm_learnt, tails
from bot.domain.journey import Ending, Journey, journey_of, steps_of
from bot.domain.learning import Model, Watching, learn, to_bytes
from bot.domain.rhythm_learnt import Passage, aged, merged, tally
from bot.domain.shipment import Shipment
from bot.domain.tails import Passed
from bot.flows import foretelling
from bot.flows.experience import FORECAST, RHYTHM, TAILS, counted, model_or_empty, silences
from bot.store import core, ingest, learnt
from bot.store.faults import StoreUnavailable as StoreUnavailable
from bot.store.learnt import Scans
from carriers.kit.model import Status

CHUNK = 20_000
"""Ended shipments a transaction: the model is read and written whole for each, which costs as much as counting them."""
PAGE = 2000
"""Shipments a statement."""


async def left_to_learn() -> int:
    """How many ended shipments wait to be counted."""
    return await learnt.count_ended()


async def last_learnt_at() -> datetime | None:
    """When the model was last brought up to date."""
    return await learnt.learnt_at(FORECAST)


async def learn_ended(now: datetime) -> int:
    """Count the next chunk of ended shipments; how many there were."""
    async with core.transaction():
        await learnt.hold(FORECAST)
        over = await learnt.ended(CHUNK)
        if not over:
            return 0
        model = await model_or_empty(now)
        scans = await learnt.scans([one.id for one in over])
        journeys = [_cut_off(one, whole_journey(one, scans)) for one in over]
        await foretelling.score({one.id: journey for one, journey in zip(over, journeys, strict=True)})
        await learn_rhythm(over, scans, now)
        await learn_tails(over, scans, now)
        await learnt.save(FORECAST, await asyncio.to_thread(_learnt, model, journeys, now), now)
        await learnt.mark([one.id for one in over])
        return len(over)


def _learnt(model: Model, journeys: Sequence[Journey], now: datetime) -> bytes:
    return to_bytes(learn(model, journeys, None, now))


async def learn_rhythm(over: Sequence[Shipment], scans: Scans, now: datetime) -> None:
    """Count when these carriers scan, in the caller's transaction."""
    fresh = tally(_passage(one, scans[one.id], now) for one in over)
    await learnt.save(RHYTHM, rhythm_learnt.to_bytes(merged(aged(await counted(), now.date()), fresh)), now)


def _passage(one: Shipment, scans: Sequence[tuple[Status, datetime]], now: datetime) -> Passage:
    return Passage(one.slug, one.zone, one.country, one.created_at, scans, one.polled_at or now)


async def learn_tails(over: Sequence[Shipment], scans: Scans, now: datetime) -> None:
    """Count how long those were silent that came all the same, in the caller's transaction."""
    homes = await ingest.homes(sorted({one.merchant_id for one in over}))
    came = [one for one in over if one.status in tails.CAME_BACK]
    passed = (
        Passed(one.merchant_id, one.slug, one.service, one.country, homes.get(one.merchant_id), scans[one.id])
        for one in came
    )
    fresh = tails.counted(passed, now)
    await learnt.save(TAILS, tails.to_bytes(tails.merged(await silences(now), fresh)), now)


async def learn_under_way(now: datetime) -> int:
    """Count the shipments that are open now, in place of those of the last time; how many there are.

    They are read and counted in pages outside the transaction: who ends meanwhile counts as open once more, until next
    time.
    """
    watching, count = Watching(await model_or_empty(now), now), 0
    page = await learnt.under_way(0, PAGE)
    while page:
        count += len(page)
        await asyncio.to_thread(watching.see, await _journeys(page))
        page = await learnt.under_way(page[-1].id, PAGE)
    async with core.transaction():
        await learnt.hold(FORECAST)
        model = learn(await model_or_empty(now), (), None, now)
        await learnt.save(FORECAST, to_bytes(watching.into(model)), now)
    return count


async def _journeys(shipments: list[Shipment]) -> list[Journey]:
    scans = await learnt.scans([one.id for one in shipments])
    return [whole_journey(one, scans) for one in shipments]


def whole_journey(one: Shipment, scans: Scans) -> Journey:
    """A shipment's journey with every stage that its scans tell, also those before we were told of it."""
    began = min((at for _, at in scans[one.id]), default=one.created_at)
    ordered_at = min(one.created_at, began)
    journey = journey_of(one, steps_of(ordered_at, scans[one.id]), ordered_at)
    return replace(journey, told_at=one.created_at)


def _cut_off(one: Shipment, journey: Journey) -> Journey:
    """Over without an ending: we stopped watching, it may still have arrived."""
    if journey.ended_as is not None:
        return journey
    return replace(journey, ended_as=Ending.CUT_OFF, ended_at=one.polled_at or one.created_at)
