"""What relaying a message costs, from the update to the settled call: `python -m tests.benchmarks relaying`.

A customer with an open ticket and an agent write in turns; handled by the real handlers and flows, leased, prepared
and settled as the dispatcher does, Telegram's answer at once. Statements are counted by SQLite itself.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import uvloop

from bot.domain.outgoing import Sent
from bot.flows import card, facts, outgoing, settling
from bot.flows.calls import Call
from bot.flows.outgoing import Composer
from bot.store import core
from bot.store.crypt import Vault, new_key
from tests.benchmarks.machine import Row, machine, show
from tests.benchmarks.stores import address, opened
from tests.fakes.clock import StandingClock
from tests.fakes.desk import Desk, open_desk
from tests.fakes.talk import Talk, Who

LAYLA = Who(5, "Layla", "en")
WARM, TIMES = 20, 200
MOST_TURNING, MOST_FURTHER = 110, 45
LOOKED = 2
"""Statements of the harness: it looks at the outbox before and after."""
COMPOSER = Composer(facts.notice, facts.live, card.card)
Says = Callable[[], Awaitable[list[Any]]]


async def carried(says: Says, clock: StandingClock, numbers: "count[int]") -> None:
    """One message said, and all that it makes leave."""
    clock.advance(timedelta(seconds=7))
    await says()
    while rows := await outgoing.lease(1, clock.now()):
        [row] = rows
        call = await outgoing.prepare(row, COMPOSER, clock.now())
        outcome = Sent(next(numbers)) if isinstance(call, Call) else call
        await settling.settle(row, call if isinstance(call, Call) else None, outcome, clock.now())


async def trace(callback: Callable[[str], None] | None) -> None:
    """Have SQLite tell whatever it is asked."""
    async with core.client().acquire_connection() as connection:
        await connection.set_trace_callback(callback)


async def measured(url: str) -> list[Row]:
    """Both directions: statements a message, processor time a message."""
    clock = StandingClock()
    async with opened(url):
        desk = await open_desk(Talk(clock, Vault([new_key()])))
        numbers = count(5000)
        ways = {
            "a customer's": lambda: desk.talk.say("And the second box?", LAYLA),
            "an agent's": lambda: _answers(desk),
        }
        for says in ways.values():
            for _ in range(WARM):
                await carried(says, clock, numbers)
        rows = [row for name, says in ways.items() for row in await _statements(name, says, clock, numbers)]
        return rows + [await _processor(name, says, clock, numbers) for name, says in ways.items()]


async def _answers(desk: Desk) -> list[Any]:
    return await desk.says("It leaves today.")


async def _statements(name: str, says: Says, clock: StandingClock, numbers: "count[int]") -> list[Row]:
    """Of the first words of a turn, which move ticket, card and title, and of further ones."""
    counts = []
    for _ in range(2):
        said: list[str] = []
        await trace(said.append)
        await carried(says, clock, numbers)
        await trace(None)
        counts.append(len([one for one in said if not one.startswith(("BEGIN", "COMMIT"))]) - LOOKED)
    return [
        Row(f"relaying {name} first message of a turn, statements", counts[0], "", most=MOST_TURNING),
        Row(f"relaying {name} further message, statements", counts[1], "", most=MOST_FURTHER),
    ]


async def _processor(name: str, says: Says, clock: StandingClock, numbers: "count[int]") -> Row:
    began = time.process_time()
    for _ in range(TIMES):
        await carried(says, clock, numbers)
    return Row(f"relaying {name} message, processor", (time.process_time() - began) / TIMES * 1e3, "ms", most=60.0)


def measure() -> list[Row]:
    """On SQLite."""
    with address("sqlite") as url:
        return uvloop.run(measured(url))


def main() -> None:
    show(machine(), measure())


if __name__ == "__main__":
    main()
