"""How notices leave: `python -m tests.benchmarks.sending`. On a clock that stands until nothing may leave, then moves.

The real outbox on SQLite, the real dispatcher, pacer, wording and settling; only Telegram is a fake that implements
the dispatcher's port, so that six minutes pass in less than one and every moment is exact. What a 429 does there is
what the limiter round the Telegram library does: its chat rests, the outcome says when to try again. A smaller run
(gateway.py) goes through that library to the sandbox in real time.
"""

import asyncio
from bisect import bisect_right
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random

import uvloop

from bot.domain.outgoing import Act, Outcome, Outgoing, Priority, RetryAt, Sent
from bot.flows.calls import Call
from bot.gateways.pacer import Pacer
from bot.jobs.dispatch import Dispatch, Dispatcher
from bot.store import outbox, sql
from tests.benchmarks.gateway import through_gateway
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.stores import address, opened
from tests.fakes.clock import StandingClock
from tests.fakes.rows import answer, private
from tests.fakes.speaker import composer

NOTICES, QUEUED = 10_000, 5_000
REFUSED = 0.02
REST = timedelta(seconds=5)
AGENT = 999_999
PUT_AT_ONCE = 500


class Telegram:
    """Accepts at once, but for a share of calls drawn by chance that it answers by a 429."""

    def __init__(self, clock: StandingClock, pacer: Pacer, refused: float) -> None:
        self.called: list[float] = []
        self.chats: list[int] = []
        self.arrived: list[tuple[float, int]] = []
        self.refusals = 0
        self._clock, self._pacer, self._refused = clock, pacer, refused
        self._chance = Random(1)

    async def do(self, call: Call) -> Outcome:
        """One call."""
        at = self._clock.monotonic()
        self.called.append(at)
        self.chats.append(call.chat_id)
        if self._chance.random() < self._refused:
            self.refusals += 1
            self._pacer.pause(call.chat_id, REST)
            return RetryAt(REST)
        self.arrived.append((at, call.chat_id))
        return Sent(len(self.arrived))


class Sending:
    """A dispatcher with all that is round it, moved on step by step."""

    def __init__(self, refused: float = 0.0, clock: StandingClock | None = None) -> None:
        self.clock = clock or StandingClock()
        self.pacer = Pacer(self.clock)
        self.telegram = Telegram(self.clock, self.pacer, refused)
        self.dispatcher = Dispatcher(Dispatch(self.telegram, self.pacer, composer(), self.clock))

    async def on(self) -> None:
        """Let one row leave, or time pass until one may."""
        if await self.dispatcher.step():
            return
        if (wait := self.pacer.delay()) > 0:
            self.clock.advance(timedelta(seconds=wait + 1e-6))
            return
        self.dispatcher.called.clear()
        with suppress(TimeoutError):  # what has been said is still being written down
            await asyncio.wait_for(self.dispatcher.called.wait(), 0.05)
            return
        self.clock.advance(timedelta(seconds=max(self.pacer.soonest() or 0.0, 0.1)))


async def put(rows: list[Outgoing]) -> None:
    """Queue them in batches, as flows do."""
    for first in range(0, len(rows), PUT_AT_ONCE):
        await outbox.put(rows[first : first + PUT_AT_ONCE])


async def broadcast() -> list[Row]:
    """10,000 notices for 10,000 chats, one in fifty tries refused."""
    sending = Sending(REFUSED)
    telegram, due = sending.telegram, sending.clock.now()
    await put([answer(chat, priority=Priority.NEWS, due_at=due) for chat in range(1, NOTICES + 1)])
    while len(telegram.arrived) < NOTICES and len(telegram.called) < 2 * NOTICES:
        await sending.on()
    await asyncio.sleep(0.2)
    times = [at for at, _ in telegram.arrived]
    told = Counter(chat for _, chat in telegram.arrived)
    written = (await sql.records("SELECT count(*) FROM outbox WHERE state = 'sent'"))[0][0]
    calls, seconds = telegram.called, times[-1] - times[0]
    rate = (len(calls) - 1) / (calls[-1] - calls[0])
    how = (
        f"a fake Telegram behind the dispatcher's port; {len(calls):,} calls, the {telegram.refusals} that it refused "
        "by a 429 count, as Telegram counts them"
    )
    lost = NOTICES - len(told) + NOTICES - written
    return [
        Row(f"{NOTICES:,} notices for as many chats leave, at least", rate, "a second", least=27, detail=how),
        Row("the same, at most", rate, "a second", most=28),
        Row(
            "of them arrive",
            (len(times) - 1) / seconds,
            "a second",
            detail=f"refused calls left out; in {seconds:.0f} s, the last rest with it",
        ),
        Row("calls in the fullest second", busiest(calls), "", most=30),
        Row("notices lost", lost, "", most=0, detail=f"{written:,} rows say sent, {len(told):,} chats have it"),
        Row("notices doubled", sum(told.values()) - len(told), "", most=0),
    ]


def busiest(times: list[float]) -> int:
    """The most calls within one second, wherever it begins."""
    return max(bisect_right(times, at + 1.0) - place for place, at in enumerate(times))


async def overtaking() -> list[Row]:
    """An agent's reply is put behind 5,000 bulk notices that are on their way out."""
    sending = Sending()
    telegram, due = sending.telegram, sending.clock.now()
    await put([answer(chat, priority=Priority.BULK, due_at=due) for chat in range(1, QUEUED + 1)])
    while len(telegram.called) < 100:
        await sending.on()
    asked_at = sending.clock.monotonic()
    reply = private(Act.TEXT, AGENT, payload={"text": "I have found it"}, due_at=sending.clock.now())
    await outbox.put([reply])
    while telegram.arrived[-1][1] != AGENT and len(telegram.called) < QUEUED:
        await sending.on()
    left = (await sql.records("SELECT count(*) FROM outbox WHERE state = 'queued'"))[0][0]
    seconds = next((at for at, chat in telegram.arrived if chat == AGENT), float("inf")) - asked_at
    return [
        Row(f"an agent's reply behind {QUEUED:,} bulk notices", seconds, "s", most=2, detail=f"{left:,} still waited")
    ]


async def all_of_them(url: str) -> list[Row]:
    """One after the other in one database."""
    rows: list[Row] = []
    async with opened(url):
        for run in (overtaking, broadcast, through_gateway):
            rows += await run()
            await sql.run("DELETE FROM outbox")
    return rows


def measure() -> list[Row]:
    """The figures of one run."""
    with address("sqlite") as url:
        return uvloop.run(all_of_them(url))


def main() -> None:
    """Print the table."""
    show(f"Sending · {machine()}", measure())


if __name__ == "__main__":
    main()
