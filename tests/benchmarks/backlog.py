"""A backlog drained in order of worth: `python -m tests.benchmarks.backlog`. As sending.py, on both databases.

50,000 notices of four sorts that came in mixed are all due, for as many chats and for five groups that have more to
say than they may; every half minute an agent writes to somebody. A process drains half of them and lets go of the
token; another one, that knows nothing but the database, goes on at the very same moment. Order is read from the
outbox, how fast and how often from what the fake Telegram was asked; how fast until the last chat has its notice, as
groups are slower by Telegram's rule.
"""

import asyncio
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import uvloop

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.domain.pacing import GROUP_ACTS, GROUP_WINDOW
from bot.store import core, outbox, sql
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.sending import Sending, busiest, put
from tests.benchmarks.stores import KINDS, address, opened
from tests.fakes import database
from tests.fakes.clock import StandingClock
from tests.fakes.rows import answer, private

NOTICES = 50_000
SORTS = {Priority.WARNING: 5, Priority.NEWS: 60, Priority.LIVE: 25, Priority.BULK: 10}
GROUPS, OF_GROUPS = 5, 0.07
"""So much of it that each group has more to say than it may, from the beginning to the end."""
REPLY_EVERY = 30.0
SLOWEST = 15
"""Notices a second below which a run is given up: what is left then counts as lost."""
REPLIED = 10_000_000
"""Chats from here on are those that agents write to."""


class Leg(NamedTuple):
    """What one process did: each call's second and chat, when it ended, its processor seconds, its slowest lease."""

    called: list[tuple[float, int]]
    ended_at: datetime
    ended: float
    cpu_seconds: float


def backlog(due_at: datetime) -> list[Outgoing]:
    """Notices as they came in, a millisecond apart."""
    chance = Random(1)
    sorts = chance.choices(list(SORTS), list(SORTS.values()), k=NOTICES)
    rows = []
    for place, sort in enumerate(sorts):
        in_group = chance.random() < OF_GROUPS
        chat = -1 - place % GROUPS if in_group else place + 1
        lane = f"group:{chat}:{place}" if in_group else f"chat:{chat}"
        rows.append(answer(chat, priority=sort, lane=lane, due_at=due_at + timedelta(milliseconds=place)))
    return rows


async def fill(url: str, due_at: datetime) -> float:
    """Queue the backlog; seconds that took."""
    async with opened(url):
        began = time.monotonic()
        await put(backlog(due_at))
        return time.monotonic() - began


async def drain(sending: Sending, most: int) -> list[tuple[float, int]]:
    """Let so many leave, agents' words between them, and let go of the token."""
    stop, telegram, clock = asyncio.Event(), sending.telegram, sending.clock
    waiting = (await sql.records("SELECT count(*) FROM outbox WHERE state = 'queued'"))[0][0]
    patience = clock.monotonic() + waiting / SLOWEST
    await sending.dispatcher.round(stop)
    next_reply = clock.monotonic()
    while len(telegram.called) < min(most, waiting) and clock.monotonic() < patience:
        if clock.monotonic() >= next_reply:
            next_reply += REPLY_EVERY
            waiting += 1
            chat = REPLIED + int(clock.monotonic())
            await outbox.put([private(Act.TEXT, chat, cause=f"r{chat}", payload={"text": "Yes"}, due_at=clock.now())])
        await sending.on()
    stop.set()
    await sending.dispatcher.run(stop)
    return list(zip(telegram.called, telegram.chats, strict=True))


def leg(url: str, at: datetime, second: float, most: int) -> Leg:
    """In a process of its own: nothing but the database tells it what was said before."""
    clock = StandingClock(at)
    clock.seconds = second

    async def go() -> Leg:
        await core.connect(url)
        try:
            began = time.process_time()
            called = await drain(Sending(clock=clock), most)
            return Leg(called, clock.at, clock.seconds, time.process_time() - began)
        finally:
            await core.close()

    return uvloop.run(go())


def apart(url: str, at: datetime, second: float, most: int) -> Leg:
    """That leg, in a process that ends with it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
        return one.submit(leg, url, at, second, most).result()


class Found(NamedTuple):
    """What the outbox says: rows by state, pairs that left in the wrong order, seconds an agent's words waited."""

    states: Counter[str]
    wrong: int
    waited: float


async def look(url: str) -> Found:
    """Read the outbox at the end."""
    async with opened(url):
        rows = await sql.records("SELECT priority, due_ms, id, chat_id, left_ms, state FROM outbox ORDER BY left_ms")
    told = [row for row in rows if row[3] < REPLIED]
    lines = [
        [row for row in told if row[3] > 0],
        *([row for row in told if row[3] == -1 - one] for one in range(GROUPS)),
    ]
    waited = max((row[4] - row[1] for row in rows if row[3] >= REPLIED), default=0)
    return Found(Counter(row[5] for row in rows), sum(map(_inversions, lines)), waited / 1000)


def _inversions(line: Iterable[Sequence[int]]) -> int:
    return sum(tuple(one[:3]) > tuple(other[:3]) for one, other in pairwise(line))


def fullest(calls: Sequence[tuple[float, int]]) -> int:
    """The most acts of one group within a minute, wherever it begins."""
    most = 0
    for group in range(-GROUPS, 0):
        times = [at for at, chat in calls if chat == group]
        most = max(most, *(bisect_right(times, at + GROUP_WINDOW) - place for place, at in enumerate(times)), 0)
    return most


@contextmanager
def place(kind: str) -> Iterator[str]:
    """A database that never waits for the disk: nothing is measured here that depends on it."""
    if kind == "sqlite":
        with address(kind) as url:
            yield url
        return
    with TemporaryDirectory(prefix="herald-bench-") as folder, database.server(Path(folder) / "postgres") as url:
        yield url


def drained(kind: str) -> list[Row]:
    """The figures on one database."""
    with place(kind) as url:
        clock = StandingClock()
        took = uvloop.run(fill(url, clock.now()))
        start = clock.now() + timedelta(milliseconds=NOTICES)
        first = apart(url, start, clock.seconds, NOTICES // 2)
        second = apart(url, first.ended_at, first.ended, 2 * NOTICES)
        found = uvloop.run(look(url))
    return figures(kind, first, second, found, took)


def figures(kind: str, first: Leg, second: Leg, found: Found, took: float) -> list[Row]:
    """What was done, against what was asked."""
    calls = first.called + second.called
    times, told = [at for at, _ in calls], Counter(chat for _, chat in calls if chat > 0)
    last = max(place for place, (_, chat) in enumerate(calls) if chat > 0)
    rate = last / (times[last] - times[0])
    total, sent = found.states.total(), found.states["sent"]
    how = f"{len(first.called):,} by one process, {len(second.called):,} by the next; queued in {took:.0f} s"
    cpu = 1000 * (first.cpu_seconds + second.cpu_seconds) / len(calls)
    return [
        Row(f"backlog of {NOTICES:,} on {kind} leaves, at least", rate, "a second", least=27, detail=how),
        Row(
            "the same, at most", rate, "a second", most=28, detail=f"{cpu:.1f} ms of the process's processor time each"
        ),
        Row("calls in the fullest second", busiest(times), "", most=30, detail="the hand-over with it"),
        Row(
            "acts in a group's fullest minute",
            fullest(calls),
            "",
            most=GROUP_ACTS,
            detail=f"{GROUPS} groups, the hand-over with it",
        ),
        Row("left before what is worth more or came earlier", found.wrong, "", most=0),
        Row("an agent's words in between waited at most", found.waited, "s", most=2),
        Row("notices lost", total - sent, "", most=0, detail=f"{sent:,} of {total:,} rows say sent"),
        Row("notices doubled", len(calls) - total + told.total() - len(told), "", most=0),
    ]


def measure(kinds: tuple[str, ...] = KINDS) -> list[Row]:
    """The figures on these databases, side by side: time is the standing clock's, whoever else is at work."""
    with ProcessPoolExecutor(len(kinds), mp_context=get_context("spawn")) as each:
        return [row for rows in each.map(drained, kinds) for row in rows]


def main() -> None:
    """Print the table."""
    show(f"Backlog · {machine()}", measure())


if __name__ == "__main__":
    main()
