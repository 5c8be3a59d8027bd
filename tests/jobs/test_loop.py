"""Parts run until told to stop, or until one of them dies."""

import asyncio
from datetime import timedelta

import pytest

from bot.jobs.loop import supervise, wait_for

SHORT = timedelta(seconds=0.02)


class Part:
    """Runs until stopped and remembers how it ended; may die first."""

    def __init__(self, dies: Exception | None = None, deaf: bool = False) -> None:
        self.dies, self.deaf = dies, deaf
        self.ended = ""

    async def __call__(self, stop: asyncio.Event) -> None:
        try:
            if self.dies:
                raise self.dies
            await (asyncio.Event().wait() if self.deaf else stop.wait())
            self.ended = "gracefully"
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise


async def test_parts_run_until_they_are_told_to_stop() -> None:
    stop, one, two = asyncio.Event(), Part(), Part()
    asyncio.get_running_loop().call_soon(stop.set)
    await supervise({"one": one, "two": two}, stop)
    assert (one.ended, two.ended) == ("gracefully", "gracefully")


async def test_when_one_part_dies_the_others_end_what_they_do_and_its_error_is_raised() -> None:
    stop, other = asyncio.Event(), Part()
    with pytest.raises(ValueError, match="broken"):
        await supervise({"other": other, "dying": Part(ValueError("broken"))}, stop)
    assert (other.ended, stop.is_set()) == ("gracefully", True)


async def test_a_part_that_ends_unasked_stops_the_rest() -> None:
    async def brief(stop: asyncio.Event) -> None: ...

    other = Part()
    await supervise({"brief": brief, "other": other}, asyncio.Event())
    assert other.ended == "gracefully"


async def test_a_part_that_does_not_hear_is_cancelled_after_a_while() -> None:
    stop, deaf = asyncio.Event(), Part(deaf=True)
    stop.set()
    await supervise({"deaf": deaf}, stop, grace=SHORT)
    assert deaf.ended == "cancelled"


async def test_cancelling_the_supervisor_is_a_request_to_stop() -> None:
    part = Part()
    task = asyncio.create_task(supervise({"part": part}, asyncio.Event()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert part.ended == "gracefully"


async def test_waiting_ends_with_the_first_event_or_with_the_interval() -> None:
    work, stop = asyncio.Event(), asyncio.Event()
    assert not await wait_for(0.001, work, stop)
    asyncio.get_running_loop().call_soon(work.set)
    assert await wait_for(5, work, stop)
    assert await wait_for(5, work, stop)
