"""The polling loop: accounts side by side, never two chunks of one, woken early, stopped gently."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.flows import polling
from bot.jobs.poll import SIDE_BY_SIDE, poll_forever, settle_memory
from bot.store.accounts import Due
from tests.fakes.clock import StandingClock


class FakePoller:
    """Stands in for bot.flows.polling.Poller: what is due, and chunks that end when told."""

    def __init__(self, clock: StandingClock, *dues: Due) -> None:
        self.clock = clock
        self.due = list(dues)
        self.gate = asyncio.Event()
        self.running: list[int | None] = []
        self.begun: list[int | None] = []
        self.fails = 0
        self.brings = 1

    async def dues(self) -> list[Due]:
        return list(self.due)

    async def chunk(self, account_id: int | None, ending: asyncio.Event) -> int:
        assert account_id not in self.running
        self.running.append(account_id)
        self.begun.append(account_id)
        try:
            if self.fails:
                self.fails -= 1
                raise LookupError
            await self.gate.wait()
        finally:
            self.running.remove(account_id)
        self.due = [one for one in self.due if one.account_id != account_id]
        return self.brings


class RealWait(StandingClock):
    """Stands still; sleeping in it takes for ever."""

    async def sleep(self, span: timedelta) -> None:
        await asyncio.Event().wait()


@asynccontextmanager
async def running(poller: FakePoller) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    loop = asyncio.create_task(poll_forever(poller, poller.clock, stop))  # type: ignore[arg-type]
    await settle()
    try:
        yield stop
    finally:
        stop.set()
        poller.gate.set()
        await asyncio.wait_for(loop, 2)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_due_accounts_are_asked_side_by_side_up_to_a_limit() -> None:
    clock = RealWait()
    poller = FakePoller(clock, *[Due(one, clock.now()) for one in range(20)])
    async with running(poller):
        assert len(poller.running) == SIDE_BY_SIDE
    assert len(set(poller.begun)) == len(poller.begun) >= SIDE_BY_SIDE


async def test_one_account_is_never_asked_twice_at_a_time() -> None:
    clock = RealWait()
    poller = FakePoller(clock, Due(1, clock.now()))
    async with running(poller):
        for _ in range(3):
            polling.wake()
            await settle()
        assert poller.begun == [1]


async def test_an_added_shipment_wakes_the_loop_at_once() -> None:
    poller = FakePoller(RealWait())
    async with running(poller):
        poller.due = [Due(7, poller.clock.now())]
        polling.wake()
        await settle()
        assert poller.running == [7]


async def test_what_is_due_later_is_waited_for() -> None:
    clock = StandingClock()
    poller = FakePoller(clock, Due(None, clock.now() + timedelta(hours=1)))
    async with running(poller):
        await settle()
        assert poller.running == [None]


async def test_an_account_whose_chunk_fails_rests_a_while_and_hinders_nobody() -> None:
    clock = RealWait()
    poller = FakePoller(clock, Due(1, clock.now()))
    poller.fails = 1
    async with running(poller):
        poller.due.append(Due(2, clock.now()))
        polling.wake()
        await settle()
        assert poller.begun == [1, 2]
        clock.advance(timedelta(minutes=1))
        polling.wake()
        await settle()
        assert poller.begun == [1, 2, 1]


async def test_what_others_hold_is_not_asked_for_in_circles() -> None:
    clock = RealWait()
    poller = FakePoller(clock, Due(1, clock.now()))
    poller.brings = 0
    poller.gate.set()
    async with running(poller):
        poller.due = [Due(1, clock.now())]
        polling.wake()
        await settle()
        assert poller.begun == [1]


async def test_stopping_lets_chunks_under_way_finish() -> None:
    clock = RealWait()
    poller = FakePoller(clock, Due(1, clock.now()))
    async with running(poller) as stop:
        stop.set()
        await settle()
        assert poller.running == [1]
    assert poller.running == []


def test_a_process_that_polls_lets_the_collector_look_seldom() -> None:
    usual = gc.get_threshold()
    try:
        settle_memory.__wrapped__()
        assert gc.get_threshold() == (50_000, *usual[1:])
        assert gc.get_freeze_count() > 0
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
