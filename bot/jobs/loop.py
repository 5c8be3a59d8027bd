"""Running the parts of the service: until told to stop, or until one of them dies."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta

import structlog

Part = Callable[[asyncio.Event], Awaitable[None]]
"""Runs until the event it is given is set, then ends what it has begun."""

GRACE = timedelta(seconds=9)
log = structlog.get_logger(__name__)


async def supervise(parts: Mapping[str, Part], stop: asyncio.Event, *, grace: timedelta = GRACE) -> None:
    """Run all parts by name. If one dies or ends unasked, all are stopped; its error is raised once they are.

    Cancelling the supervisor is a request to stop, too. A part that takes longer than `grace` is cancelled.
    """
    tasks = {name: asyncio.create_task(_run(part, stop), name=name) for name, part in parts.items()}
    asked = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait([*tasks.values(), asked], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for name, task in tasks.items():
            if task.done() and not stop.is_set():
                log.error("part_ended", part=name)
        stop.set()
        asked.cancel()
        await _end(tasks.values(), grace)
    _raise_first(tasks)


async def _run(part: Part, stop: asyncio.Event) -> None:
    await part(stop)


async def _end(tasks: Iterable["asyncio.Task[None]"], grace: timedelta) -> None:
    listed = list(tasks)
    _, late = await asyncio.wait(listed, timeout=grace.total_seconds())
    for task in late:
        log.warning("part_cancelled", part=task.get_name())
        task.cancel()
    await asyncio.gather(*listed, return_exceptions=True)


def _raise_first(tasks: Mapping[str, "asyncio.Task[None]"]) -> None:
    for task in tasks.values():
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def wait_for(seconds: float, *events: asyncio.Event) -> bool:
    """Wait for work or a request to stop (any of `events`), or for the interval; True if an event came."""
    if any(event.is_set() for event in events):
        return True
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        done, _ = await asyncio.wait(waiting, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    return bool(done)
