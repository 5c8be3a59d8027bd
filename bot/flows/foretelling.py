"""Forecasts held against what came of them: one of each shipment, made near its promised day, scored once it ended."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.calibration import NEAR, Calibration, Outcome, calibration, from_text, outcome_of, to_text, together
from bot.domain.journey import Journey, deadline_of
from bot.domain.shipment import Shipment
from bot.flows.experience import Experience
from bot.store import core, ingest, learnt
from bot.store.learnt import Foretold

CHUNK = 2000
DAY = timedelta(days=1)


async def foretell(experience: Experience, now: datetime, page_of: int = CHUNK) -> int:
    """Keep a forecast of every open shipment whose promised day ends within two days; of how many."""
    await experience.refresh(now)
    count, last = 0, 0
    while page := await learnt.not_foretold((now - DAY).date(), (now + NEAR + DAY).date(), last, page_of):
        async with core.transaction():
            made = await _made(page, experience, now)
            await learnt.foretell(made)
        count, last = count + len(made), page[-1].id
    return count


async def _made(page: Sequence[Shipment], experience: Experience, now: datetime) -> list[Foretold]:
    homes = await ingest.homes(sorted({one.merchant_id for one in page}))
    rows = (_one(one, experience, homes.get(one.merchant_id), now) for one in page)
    return [row for row in rows if row is not None]


def _one(one: Shipment, experience: Experience, home: str | None, now: datetime) -> Foretold | None:
    due_at = deadline_of(one)
    if due_at is None or not now < due_at <= now + NEAR:
        return None
    said = experience.forecast(one, now, home)
    if said is None or said.p_late is None:
        return None
    return Foretold(one.id, one.merchant_id, now, due_at, said.p_late, said.window)


async def score(ended: Mapping[int, Journey]) -> int:
    """Count what became of the forecasts of these shipments, in the caller's transaction; of how many."""
    outcomes: dict[tuple[int, str], list[Outcome]] = defaultdict(list)
    for said in await learnt.take_foretold(list(ended)):
        outcome = outcome_of(said.p_late, said.window, ended[said.shipment_id])
        if outcome is not None:
            outcomes[said.merchant_id, month_of(said.due_at)].append(outcome)
    if not outcomes:
        return 0
    stored = await learnt.scores(sorted({shop for shop, _ in outcomes}), min(month for _, month in outcomes))
    known = {place: from_text(text) for place, text in stored.items()}
    await learnt.save_scores(
        (*place, to_text(together([known.get(place, Calibration()), calibration(fresh)])))
        for place, fresh in outcomes.items()
    )
    return sum(len(fresh) for fresh in outcomes.values())


async def how_right(merchant_id: int | None, since: datetime) -> Calibration:
    """How right forecasts were of a shop (None: of all shops), by whole months from that of `since` on."""
    found = await learnt.scores(None if merchant_id is None else [merchant_id], month_of(since))
    return together(from_text(text) for text in found.values())


def month_of(at: datetime) -> str:
    """As scores are kept: `2026-11`, UTC."""
    return f"{at:%Y-%m}"
