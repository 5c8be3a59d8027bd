"""Ten workers share an account that may not ask for all: urgent parcels come first, whoever asks, whenever due."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from bot.flows.ingest import Rules
from bot.flows.polling import Poller
from bot.store import core, sql
from bot.store.crypt import Vault
from bot.store.ms import to_ms
from tests.flows.test_polling import Desk, QueueClock, desk

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WORKERS = 10
PARCELS = 90
FIRST = {f"N{one}" for one in range(80, 86)}
LATER = {f"N{one}" for one in range(40, 44)}


async def _short(vault: Vault) -> tuple[Desk, QueueClock, list[Poller]]:
    """Ninety parcels whose turn has come, six of them on the van and the last to have come; one question a second."""
    clock = QueueClock()
    many = await desk(clock, vault, numbers=PARCELS, rules=Rules())
    ago = [to_ms(clock.now() - hours * HOUR) for hours in (4, 3, 2)]
    await sql.run("UPDATE shipment SET status = 'in_transit', scan_ms = ?, polled_ms = ?, next_poll_ms = ?", ago)
    await _on_the_van(FIRST, clock)
    return many, clock, [Poller(many.wire, vault, clock, Rules()) for _ in range(WORKERS)]


async def _on_the_van(numbers: set[str], clock: QueueClock) -> None:
    where, listed = sql.among("number", sorted(numbers))
    at = to_ms(clock.now() - MINUTE)
    await sql.run(f"UPDATE shipment SET status = 'out_for_delivery', next_poll_ms = ? WHERE {where}", (at, listed))


async def test_of_ten_who_ask_at_once_those_that_are_let_ask_for_what_is_urgent(
    store: core.Dialect, vault: Vault
) -> None:
    many, _, workers = await _short(vault)

    taken = await asyncio.gather(*(one.chunk(1) for one in workers))

    assert sum(taken) == len(many.wire.asked) == len(set(many.wire.asked)) < PARCELS / 4
    assert set(many.wire.asked) >= FIRST


async def test_what_becomes_urgent_meanwhile_comes_before_all_that_has_waited_longer(
    store: core.Dialect, vault: Vault
) -> None:
    many, clock, workers = await _short(vault)
    random, asked = Random(1), many.wire.asked
    while len(asked) < 25:
        await random.choice(workers).chunk(1)
        clock.advance(timedelta(seconds=2))
    before = len(asked)
    later = LATER - set(asked)
    await _on_the_van(later, clock)
    while not later <= set(asked):
        await random.choice(workers).chunk(1)
        clock.advance(timedelta(seconds=2))

    assert set(asked[: len(FIRST) + 6]) >= FIRST
    assert set(asked[before : before + len(later) + 11]) >= later
    assert len(asked) == len(set(asked)) < PARCELS


async def test_a_worker_that_died_with_what_was_urgent_keeps_it_from_nobody(store: core.Dialect, vault: Vault) -> None:
    many, clock, workers = await _short(vault)
    dead = asyncio.create_task(workers[0].chunk(1))
    while not await sql.rows("SELECT id FROM shipment WHERE lease_ms IS NOT NULL"):  # noqa: ASYNC110
        await asyncio.sleep(0)
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)
    many.wire.asked.clear()
    clock.sleepers.clear()
    clock.advance(timedelta(seconds=20))

    await workers[1].free(1)
    await workers[1].chunk(1)

    assert set(many.wire.asked) >= FIRST
