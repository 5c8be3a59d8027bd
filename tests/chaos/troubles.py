"""What happens to an installation, one line a trouble: each takes some seconds, afterwards all is as it was."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.clock import FollowedClock, tell_clock
from tests.chaos.fleet import Fleet
from tests.chaos.server import Server
from tests.chaos.shop import SECRETS, Shop

STEP = timedelta(seconds=90)
FROZEN = 12.0
"""Real seconds, at any scale: longer than a worker may be silent before it is taken for dead."""
UNHEARD = 6
"""Messages that Telegram takes without saying so, each time."""


@dataclass
class Scene:
    """All that may be hurt. `scale`: how long troubles last, 1 for the long version."""

    fleet: Fleet
    server: Server
    shop: Shop
    clock: FollowedClock
    clock_file: Path
    random: Random
    scale: float = 1.0
    kills: int = 0

    async def while_it_lasts(self, seconds: float) -> None:
        """The trouble's own time."""
        await asyncio.sleep(seconds * self.scale)


async def kill(scene: Scene) -> None:
    """One worker dies; another starts in its place."""
    scene.random.choice(scene.fleet.workers).kill()
    scene.kills += 1


async def kill_all(scene: Scene) -> None:
    """All of them at once, as when the power fails."""
    for worker in scene.fleet.workers:
        worker.kill()
        scene.kills += 1


async def frozen(scene: Scene) -> None:
    """One worker stands still until it is taken for dead, and wakes."""
    await scene.random.choice(scene.fleet.workers).freeze(FROZEN)


async def restart(scene: Scene) -> None:
    """PostgreSQL is restarted in order."""
    await scene.server.restart("fast")


async def crash(scene: Scene) -> None:
    """PostgreSQL crashes and recovers."""
    await scene.server.restart("immediate", away=scene.scale)


async def away(scene: Scene) -> None:
    """PostgreSQL is away for a minute."""
    await scene.server.restart("fast", away=60 * scene.scale)


async def read_only(scene: Scene) -> None:
    """PostgreSQL takes no writes."""
    await scene.server.read_only(True)
    await scene.while_it_lasts(20)
    await scene.server.read_only(False)


async def cut(scene: Scene) -> None:
    """Connections break, again and again, in the middle of whatever is going on."""
    for _ in range(10):
        await scene.server.cut()
        await scene.while_it_lasts(0.5)


async def carrier_hangs(scene: Scene) -> None:
    """The carriers take questions and do not answer."""
    for slug in SECRETS:
        await scene.shop.carriers.breaks(slug, "hang", seconds=120)
    await scene.while_it_lasts(20)
    await scene.shop.carriers.mends()


async def telegram_hangs(scene: Scene) -> None:
    """Telegram accepts what is sent and does not say so."""
    await scene.shop.telegram.fault("hang", "send*", times=UNHEARD, seconds=120)
    await scene.while_it_lasts(20)
    await scene.shop.telegram.clear_faults()


async def telegram_loses(scene: Scene) -> None:
    """Telegram accepts, and the answer is lost on its way."""
    await scene.shop.telegram.fault("lose", "send*", times=UNHEARD)
    await scene.while_it_lasts(10)
    await scene.shop.telegram.clear_faults()


async def clock_steps(scene: Scene) -> None:
    """The clock is set forward, later back."""
    speed = scene.clock.speed
    tell_clock(scene.clock_file, scene.clock.now() + STEP, speed)
    await scene.while_it_lasts(5)
    tell_clock(scene.clock_file, scene.clock.now() - STEP, speed)


async def disk_full(scene: Scene) -> None:
    """PostgreSQL's disk is full."""
    if not scene.server.is_small:
        print("NOT TRIED: disk full (no disk of its own could be mounted here)")
        return
    scene.server.fill()
    await scene.while_it_lasts(15)
    scene.server.make_room()
    await scene.server.restart("immediate")  # it ends itself where its log cannot be written


Trouble = Callable[[Scene], Awaitable[None]]
TROUBLES: Mapping[str, Trouble] = {
    one.__name__: one
    for one in (
        kill,
        restart,
        frozen,
        cut,
        telegram_loses,
        carrier_hangs,
        kill_all,
        crash,
        read_only,
        telegram_hangs,
        clock_steps,
        disk_full,
        away,
    )
}
FAULTS = ("telegram_hangs", "telegram_loses")
SHORT = ("kill", "cut", "telegram_loses", "restart", "kill_all")
