"""One account's budget, spent by ten workers at once: never more than its limits and one lot ahead."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.budget import HORIZON
from bot.store import accounts, core
from bot.store.models import Account
from carriers.kit.model import Limits

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORKERS = 10
SPAN = timedelta(seconds=30)
LIMITS = Limits(per_second=2.0, burst=5, per_day=100_000)
SCARCE = Limits(per_day=250)


async def _worker(account: int, limits: Limits, seed: int, wanted: int) -> int:
    """Asks for lots as time goes by, at moments of its own; one of them dies with what it was granted."""
    random, granted, at = Random(seed), 0, NOON
    while at < NOON + SPAN:
        async with core.transaction():
            granted += (await accounts.spend(account, limits, at, wanted)).count
        at += timedelta(seconds=random.uniform(0.05, 1.0))
        await asyncio.sleep(0)
    return granted


async def _spent(limits: Limits, wanted: int) -> int:
    account = await Account.create(merchant_id=1, slug="dhl_unified", secrets="", created_ms=0)
    return sum(await asyncio.gather(*(_worker(account.id, limits, seed, wanted) for seed in range(WORKERS))))


async def test_ten_workers_together_stay_within_the_rate_and_one_lot_ahead(store: core.Dialect) -> None:
    granted = await _spent(LIMITS, wanted=8)

    ahead = (SPAN + HORIZON).total_seconds() * 2.0 + LIMITS.burst + 1
    assert SPAN.total_seconds() * 2.0 * 0.9 <= granted <= ahead


async def test_a_days_allowance_is_never_overspent_however_many_want_it(store: core.Dialect) -> None:
    granted = await _spent(SCARCE, wanted=50)

    assert 0 < granted <= 250
