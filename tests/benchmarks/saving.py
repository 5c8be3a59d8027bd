"""Saving what polls changed, in a batch and by the ORM: `python -m tests.benchmarks.saving`.

The same columns of the same rows in one transaction: `shipments.save_steps` for 4,000 of them in chunks of 250, as the
poller does, and one `save()` a row. In one run, in turns; medians.
"""

import statistics
import time
from datetime import UTC, datetime, timedelta

import uvloop

from bot.flows.polling import CHUNK
from bot.store import core, shipments
from bot.store.crypt import Vault, new_key
from bot.store.models import Shipment
from bot.store.ms import to_ms
from bot.store.shipments import Step
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.polled_shop import SHIPMENTS, seed
from tests.benchmarks.stores import KINDS, address, opened

TIMES = 3
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
SAVED = ("next_poll_ms", "polled_ms", "misses", "open", "lease_ms")


async def batched(at: datetime) -> float:
    """Rows a second of the product's own way."""
    began = time.perf_counter()
    for first in range(1, SHIPMENTS + 1, CHUNK):
        async with core.transaction():
            await shipments.save_steps([Step(one, at) for one in range(first, first + CHUNK)], NOW)
    return SHIPMENTS / (time.perf_counter() - began)


async def one_by_one(rows: list[Shipment], at: datetime) -> float:
    """Rows a second of `save()`; reading them is not counted."""
    began = time.perf_counter()
    for first in range(0, SHIPMENTS, CHUNK):
        async with core.transaction():
            for row in rows[first : first + CHUNK]:
                row.next_poll_ms, row.polled_ms, row.misses, row.lease_ms = to_ms(at), to_ms(NOW), 0, None
                await row.save(update_fields=SAVED)
    return SHIPMENTS / (time.perf_counter() - began)


async def compared(url: str) -> tuple[float, float]:
    """Rows a second: in batches, one by one."""
    async with opened(url):
        await seed(Vault([new_key()]), NOW)
        rows = await Shipment.all()
        runs = [
            (await batched(NOW + turn * timedelta(hours=1)), await one_by_one(rows, NOW + turn * timedelta(minutes=90)))
            for turn in range(1, TIMES + 1)
        ]
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def measure(kinds: tuple[str, ...] = KINDS) -> list[Row]:
    """The figures on these databases."""
    found = []
    for kind in kinds:
        with address(kind) as url:
            batch, single = uvloop.run(compared(url))
        detail = f"{batch:,.0f} rows a second in batches of {CHUNK}, {single:,.0f} one by one"
        found.append(Row(f"batch path, {kind}", batch / single, "× one save() a row", least=4, detail=detail))
    return found


def main() -> None:
    """Print the table."""
    show(f"Saving · {machine()}", measure())


if __name__ == "__main__":
    main()
