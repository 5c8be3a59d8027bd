"""One run: a fleet at work, one trouble after the other, then the count."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.clock import FollowedClock, tell_clock
from bot.store.crypt import new_key
from tests.chaos.fleet import Fleet
from tests.chaos.server import Server
from tests.chaos.shop import Count, Shop
from tests.chaos.troubles import TROUBLES, Scene

START = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
SPEED = 60.0
READY_WITHIN = 90.0
RECOVERS_WITHIN = 120.0


@dataclass
class Plan:
    """How much: `seconds` of troubles, `workers`, parcels, and customers who say so many words each."""

    seconds: float = 300.0
    workers: int = 4
    parcels: int = 60
    talkers: int = 8
    talks: int = 2
    troubles: Sequence[str] = tuple(TROUBLES)
    scale: float = 1.0
    seed: int = 1
    limited: int = 60
    """Parcels at a carrier whose limits are counted."""


@dataclass
class Told:
    """What a run says."""

    count: Count
    kills: int
    deaths: int = 0
    recovered: list[tuple[str, float]] = field(default_factory=list)
    stopped: list[float] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)


async def run(plan: Plan, folder: Path | None = None) -> Told:
    """Play it. TimeoutError where the fleet does not come back."""
    home = folder or Path(tempfile.mkdtemp(prefix="herald-fleet-"))
    clock_file = home / "clock"
    tell_clock(clock_file, START, SPEED)
    clock, key = FollowedClock(clock_file), new_key()
    server, shop = Server(), Shop(clock, plan.parcels, plan.talkers, plan.talks, plan.seed, plan.limited)
    await server.start()
    try:
        return await _played(plan, home, clock_file, clock, key, server, shop)
    finally:
        await shop.close()
        await server.close()


async def _played(
    plan: Plan, home: Path, clock_file: Path, clock: FollowedClock, key: str, server: Server, shop: Shop
) -> Told:
    fleet = await _fleet(plan, home, clock_file, key, server, shop)
    scene = Scene(fleet, server, shop, clock, clock_file, Random(plan.seed), plan.scale)
    told = Told(Count(), 0, logs=[worker.log for worker in fleet.workers])
    pressing = asyncio.create_task(shop.press(server.url, plan.seconds))
    try:
        await shop.probe("first", READY_WITHIN)
        await shop.meet()
        await shop.travel(timedelta(seconds=plan.seconds * SPEED * 0.8))
        talking = asyncio.create_task(shop.talk(plan.seconds / (plan.talkers * plan.talks + 1)))
        told.recovered = await _hurt(plan, scene)
        await asyncio.wait_for(talking, RECOVERS_WITHIN)
        async with asyncio.timeout(RECOVERS_WITHIN):
            while shop.missing():  # noqa: ASYNC110  (what is waited for rings no bell)
                await asyncio.sleep(0.5)
    except TimeoutError:
        print("not all came in time:", shop.missing()[:10])
    finally:
        pressing.cancel()
        told.stopped = await fleet.stop()
    told.deaths = sum(one.deaths for one in fleet.workers)
    told.kills, told.count = scene.kills, await shop.count(server.url)
    return told


async def _fleet(plan: Plan, home: Path, clock_file: Path, key: str, server: Server, shop: Shop) -> Fleet:
    fleet = Fleet(
        home, plan.workers, DATABASE_URL=server.url, SECRET_KEYS=key, CLOCK=f"@{clock_file}", QUIET_HOURS="off",
        BOT_TOKEN=shop.telegram.token, BOT_API_URL="", CARRIER_URLS="",
    )  # fmt: skip
    await shop.telegram.start()
    await shop.carriers.start()
    fleet.environment |= {"BOT_API_URL": shop.telegram.url, "CARRIER_URLS": shop.carriers.override}
    await fleet.command("migrate")
    await shop.open(server.url, key)
    fleet.start()
    return fleet


async def _hurt(plan: Plan, scene: Scene) -> list[tuple[str, float]]:
    """The troubles in turn, spread over the time; after each how long the next question waits for its answer."""
    recovered: list[tuple[str, float]] = []
    began, pause = scene.clock.monotonic(), plan.seconds / len(plan.troubles)
    for place, name in enumerate(plan.troubles):
        until = began + place * pause
        await asyncio.sleep(max(0.0, until - scene.clock.monotonic()))
        await TROUBLES[name](scene)
        recovered.append((name, await scene.shop.probe(name, RECOVERS_WITHIN)))
    return recovered
