"""Notices through the real gateway: the dispatcher, python-telegram-bot and the sandbox's Bot API, in real time.

The sandbox holds Telegram's limits and answers every fiftieth call by a 429 besides. What arrived is what people read.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.clock import RunningClock
from bot.domain.outgoing import Priority
from bot.gateways.pacer import Pacer
from bot.gateways.telegram import Speaker
from bot.jobs.dispatch import Dispatch, dispatch_forever
from bot.sandbox.telegram import TelegramSandbox, User
from bot.store import outbox, sql
from tests.benchmarks.machine import Row
from tests.fakes.rows import answer
from tests.fakes.speaker import composer

NOTICES, FLOOD_EVERY = 300, 50
PATIENCE = 60.0


@asynccontextmanager
async def sending(telegram: TelegramSandbox, clock: RunningClock) -> AsyncIterator[None]:
    """While the sending side runs."""
    pacer, stop = Pacer(clock), asyncio.Event()
    speaker = Speaker(telegram.token, telegram.url, pacer)
    task = asyncio.create_task(dispatch_forever(Dispatch(speaker, pacer, composer(), clock), stop))
    try:
        yield
    finally:
        stop.set()
        await task
        await speaker.close()


async def readers(telegram: TelegramSandbox) -> list[User]:
    """People who have met the bot."""
    people = [await telegram.user(f"Customer {number}") for number in range(NOTICES)]
    for person in people:
        await telegram.starts(person)
    return people


async def settled() -> None:
    """Wait until no row waits or is in the air."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if not (await sql.records("SELECT count(*) FROM outbox WHERE state <> 'sent'"))[0][0]:
            return
        await asyncio.sleep(0.25)


async def through_gateway() -> list[Row]:
    """One notice for each of 300 people."""
    clock = RunningClock()
    async with TelegramSandbox(clock=clock, enforce=True) as telegram:
        people = await readers(telegram)
        for _ in range(NOTICES // FLOOD_EVERY):
            await telegram.fault("flood", "sendMessage", skip=FLOOD_EVERY - 1, seconds=1)
        due = clock.now()
        await outbox.put([answer(person.id, priority=Priority.NEWS, due_at=due) for person in people])
        async with sending(telegram, clock):
            await settled()
        return await figures(telegram, people)


async def figures(telegram: TelegramSandbox, people: Sequence[User]) -> list[Row]:
    """What arrived, by what people read and what the outbox says."""
    read = [sum(one.from_bot for one in telegram.messages(person)) for person in people]
    sent = (await sql.records("SELECT count(*) FROM outbox WHERE state = 'sent'"))[0][0]
    calls = telegram.calls("sendMessage")
    scripted = sum(call.outcome == "scripted flood" for call in calls)
    seconds = calls[-1].second - calls[0].second
    how = f"{len(calls)} calls in {seconds:.0f} s, {scripted} refused by a scripted 429"
    beyond = f"429 of the sandbox's own limits; {(len(calls) - 1) / seconds:.1f} calls a second"
    return [
        Row(f"{NOTICES} notices by the real gateway to the sandbox: lost", read.count(0), "", most=0, detail=how),
        Row("of them doubled", sum(read) - len(people) + read.count(0), "", most=0, detail=f"{sent} rows say sent"),
        Row("of their calls over Telegram's limits", len(telegram.violations("limit")), "", most=0, detail=beyond),
    ]
