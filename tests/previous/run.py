"""One run: the last release's workers at work, the tables changed under them, both side by side, then ours alone."""

import asyncio
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import FollowedClock, tell_clock
from bot.store.crypt import new_key
from tests.chaos.fleet import ROOT, Fleet
from tests.chaos.server import Server
from tests.chaos.shop import Count, Shop

START = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
SPEED = 60.0
READY_WITHIN = 120.0
ANSWERS_WITHIN = 60.0
COMES_WITHIN = 120.0


@dataclass
class Plan:
    """Which program came before, and how much: `seconds` that each of the three spans lasts."""

    program: str
    seconds: float = 40.0
    workers: int = 4
    parcels: int = 40
    talkers: int = 6
    talks: int = 3


@dataclass
class Told:
    """What a run says. `answered`: seconds that a question took, by when it was asked; `errors`: lines of logs."""

    count: Count = field(default_factory=Count)
    changes: str = ""
    answered: dict[str, float] = field(default_factory=dict)
    stopped: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)


async def run(plan: Plan, folder: Path | None = None) -> Told:
    """Play it. TimeoutError where nobody answers any more."""
    home = folder or Path(tempfile.mkdtemp(prefix="herald-previous-"))
    clock_file = home / "clock"
    tell_clock(clock_file, START, SPEED)
    clock = FollowedClock(clock_file)
    server, shop = Server(), Shop(clock, plan.parcels, plan.talkers, plan.talks, seed=1)
    await server.start()
    try:
        return await _Scene(plan, home, server, shop, clock).play()
    finally:
        await shop.close()
        await server.close()


class _Scene:
    def __init__(self, plan: Plan, home: Path, server: Server, shop: Shop, clock: FollowedClock) -> None:
        self._plan, self._server, self._shop, self._clock = plan, server, shop, clock
        self._told = Told()
        self._key = new_key()
        self._home = home
        self._fleets: list[Fleet] = []

    async def play(self) -> Told:
        plan, shop, told = self._plan, self._shop, self._told
        await shop.telegram.start()
        await shop.carriers.start()
        before = self._fleet("before", checked_out(plan.program, self._home / "program"))
        try:
            await before.command("migrate")
            await shop.open(self._server.url, self._key)
            before.start()
            await self._answers("the last release", READY_WITHIN)
            await shop.meet()
            await shop.travel(timedelta(seconds=3 * plan.seconds * SPEED * 0.8))
            talking = asyncio.create_task(shop.talk(3 * plan.seconds / (plan.talkers * plan.talks + 1)))
            await self._while("the last release")
            now = self._fleet("now", ROOT)
            told.changes = await now.command("migrate")
            await self._while("the last release on the tables of today")
            now.start()
            await now.ready(READY_WITHIN)
            await self._while("both")
            self._fleets.remove(before)
            told.stopped += await before.stop()
            await self._while("this release")
            await asyncio.wait_for(talking, COMES_WITHIN)
            await self._all_comes()
        finally:
            for fleet in self._fleets:
                told.stopped += await fleet.stop()
        told.count = await shop.count(self._server.url)
        told.logs = sorted(self._home.glob("*.log"))
        told.errors = [f"{log.stem}: {line}" for log in told.logs for line in errors_of(log.read_text())]
        return told

    def _fleet(self, name: str, root: Path) -> Fleet:
        shop = self._shop
        fleet = Fleet(
            self._home, self._plan.workers, root, name, DATABASE_URL=self._server.url, SECRET_KEYS=self._key,
            CLOCK=f"@{self._home / 'clock'}", QUIET_HOURS="off", POLL_EVERY_SECONDS="60",
            BOT_TOKEN=shop.telegram.token, BOT_API_URL=shop.telegram.url, CARRIER_URLS=shop.carriers.override,
        )  # fmt: skip
        self._fleets.append(fleet)
        return fleet

    async def _while(self, name: str) -> None:
        """Some of the time passes, and a question is answered in it."""
        began = self._clock.monotonic()
        await asyncio.sleep(self._plan.seconds / 4)
        await self._answers(name, ANSWERS_WITHIN)
        await asyncio.sleep(max(0.0, self._plan.seconds - (self._clock.monotonic() - began)))

    async def _answers(self, name: str, within: float) -> None:
        self._told.answered[name] = await self._shop.probe(name.replace(" ", ""), within)

    async def _all_comes(self) -> None:
        try:
            async with asyncio.timeout(COMES_WITHIN):
                while self._shop.missing():  # noqa: ASYNC110  (what is waited for rings no bell)
                    await asyncio.sleep(0.5)
        except TimeoutError:
            print("not all came in time:", self._shop.missing()[:10])


def checked_out(program: str, folder: Path) -> Path:
    """That commit's files in a folder of their own."""
    folder.mkdir(parents=True)
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", program], check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    return folder


def errors_of(log: str) -> list[str]:
    """The lines of a log that say that something went wrong."""
    return [line for line in log.splitlines() if "[error" in line or "[warning" in line or "Traceback" in line]
