"""From a customer's command to the first answer arriving at the Bot API: `python -m tests.benchmarks.latency`.

The real `herald run` as a process, the sandbox's Bot API in this one. Fifty customers, together ten messages a second
at random moments; `own` is what the Bot API itself takes for a sendMessage in the same run.
"""

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp

from bot.sandbox.telegram import User
from tests.benchmarks.machine import Row, machine, show
from tests.e2e.stage import Stage

CUSTOMERS = 50
A_SECOND = 10
MESSAGES = 300
COMMANDS = ("/help", "/parcels", "/privacy", "/faq")


async def customers(stage: Stage) -> list[User]:
    """People whom the bot has greeted already."""
    people = [await stage.telegram.user(f"Customer {number}", "en") for number in range(CUSTOMERS)]
    for person in people:
        await stage.telegram.starts(person)
    await stage.telegram.wait_for(lambda: len(stage.telegram.calls("sendMessage")) >= CUSTOMERS, 60)
    await asyncio.sleep(3)
    return people


async def ask(stage: Stage, people: list[User], chance: random.Random) -> list[float]:
    """Milliseconds from each command to the call that answers it."""
    asked: list[tuple[User, float]] = []
    next_at = time.monotonic()
    for _ in range(MESSAGES):
        next_at += chance.expovariate(A_SECOND)
        await asyncio.sleep(max(next_at - time.monotonic(), 0))
        person = chance.choice(people)
        asked.append((person, time.monotonic()))
        await stage.telegram.says(person, chance.choice(COMMANDS))
    await asyncio.sleep(3)
    return [1000 * (await answered(stage, person, at) - at) for person, at in asked]


async def answered(stage: Stage, person: User, after: float) -> float:
    """When the first call into his chat after that moment arrived."""
    calls = [call.second for call in stage.telegram.calls("sendMessage", chat=person)]
    return await stage.telegram.wait_for(lambda: next((second for second in calls if second >= after), 0.0), 5)


async def own(stage: Stage, person: User) -> float:
    """Milliseconds the Bot API needs by itself, as a bare client sees it."""
    url = f"{stage.telegram.url}/bot{stage.telegram.token}/sendMessage"
    taken = []
    async with aiohttp.ClientSession() as session:
        for number in range(30):
            began = time.perf_counter()
            async with session.post(url, json={"chat_id": person.id, "text": f"{number}"}) as answer:
                await answer.read()
            taken.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(0.02)
    return statistics.median(taken)


async def measure() -> list[Row]:
    """The figures of one run."""
    with tempfile.TemporaryDirectory() as folder:
        async with Stage(Path(folder), POLL_EVERY_SECONDS="60") as stage:
            await stage.start()
            people = await customers(stage)
            taken = sorted(await ask(stage, people, random.Random(1)))
            bare = await own(stage, people[0])
    middle, late = statistics.median(taken), taken[int(len(taken) * 0.95)]
    detail = f"{MESSAGES} messages of {CUSTOMERS} people, {A_SECOND}/s; the Bot API's own: {bare:.1f} ms"
    return [
        Row("command → answer, median over the Bot API's own", middle - bare, "ms", most=30, detail=detail),
        Row("command → answer, 95th of 100", late, "ms", detail="of it up to 36 ms: 28 a second without a burst"),
    ]


def main() -> None:
    """Print the table."""
    show(f"Latency · {machine()}", asyncio.run(measure()))


if __name__ == "__main__":
    main()
