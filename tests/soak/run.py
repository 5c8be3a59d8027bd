"""One soak: a server, its parcels, the carriers, Telegram, and the worker processes, watched until the time is over."""

import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]
import orjson
from aiohttp import ClientSession
from msgspec import Struct, field

from bot.clock import FollowedClock, tell_clock
from bot.domain.cadence import urgency
from bot.flows.experience import Experience
from bot.jobs import engine_tables
from bot.sandbox.telegram import TelegramSandbox
from bot.store import core, due, schema
from bot.store.crypt import Vault, new_key
from tests.chaos.fleet import ROOT, Worker, surroundings
from tests.fakes import database
from tests.soak.cast import Cast
from tests.soak.samples import Sample, Watcher, postmaster_of
from tests.soak.seed import CUSTOMERS, Customer, seed

SETTINGS = ("shared_buffers = 512MB", "max_wal_size = 1GB", "max_connections = 100", "log_min_duration_statement = 500",
            "log_autovacuum_min_duration = 0", "track_io_timing = off")  # fmt: skip
"""Otherwise as PostgreSQL comes: it waits for the disk, and autovacuum runs once a minute."""
CREWS: Mapping[str, str] = {
    "poll": "poll",
    "poll 2": "poll",
    "dispatch": "dispatch",
    "listen and web": "listen,web",
    "learn": "learn",
}
"""What each process runs."""
TWO: Mapping[str, str] = {"poll": "poll", "all else": "dispatch,listen,web,learn"}
READY_WITHIN = 60.0
SLACK = 2.0
"""Real seconds by which a question may be late on its way on a busy machine, and the next one be on time."""


class Plan(Struct, frozen=True):
    """How much. `speed`: of the clock that all follow; `every`: real seconds between two looks."""

    seconds: float = 300.0
    parcels: int = 1_000_000
    speed: float = 4.0
    every: float = 5.0
    variety: int = 2000
    began_at: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    crews: Mapping[str, str] = field(default_factory=lambda: CREWS)


class Demand(Struct, frozen=True):
    """Questions a day that the cadence would ask about an account's parcels."""

    slug: str
    a_day: float


class Urgent(Struct, frozen=True):
    """What was due of the account that is short when the soak began, the most urgent by half of its time first."""

    slug: str
    parcels: list[int]


class Run(Struct, frozen=True):
    """What was seen. `record`: the carriers' own; `logs`: what the processes wrote."""

    plan: Plan
    seeding: float
    samples: list[Sample]
    demands: tuple[list[Demand], list[Demand]]
    record: list[dict[str, Any]]
    metrics: Mapping[str, float]
    acts: Mapping[str, int]
    urgent: Urgent
    followed: int
    violations: int
    errors: list[str]
    stopped: list[float]
    slow: list[str]

    @property
    def days(self) -> float:
        """Of its own time."""
        return self.samples[-1].simulated / 86_400


class Show:
    """Where progress is told."""

    def step(self, words: str) -> None:
        """Something begins."""

    def sample(self, plan: Plan, sample: Sample, asked: int) -> None:
        """A look was taken."""


async def soak(plan: Plan, show: Show) -> Run:
    """Play it."""
    with tempfile.TemporaryDirectory(prefix="herald-soak-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # noqa: ASYNC240  (PostgreSQL, which is not root, must reach it)
        with database.server(home / "postgres", SETTINGS) as url:
            return await _Soak(plan, show, home, url).run()


class _Soak:
    def __init__(self, plan: Plan, show: Show, home: Path, url: str) -> None:
        self.plan, self.show, self.home, self.url = plan, show, home, url
        self.clock_file = home / "clock"
        tell_clock(self.clock_file, plan.began_at, 0)  # it stands until all is ready
        self.clock = FollowedClock(self.clock_file)
        self.telegram = TelegramSandbox(clock=self.clock)
        self.key = new_key()
        self.greeted = 0
        self.workers: list[Worker] = []
        self.ports: dict[str, int] = {}

    async def run(self) -> Run:
        async with AsyncExitStack() as closing:
            await self.telegram.start()
            closing.push_async_callback(self.telegram.stop)
            cast = Cast(self.plan.began_at, self.plan.parcels, self.plan.variety)
            seeding = await self._seeded(cast)
            carriers = await closing.enter_async_context(_carriers(self.plan, self.clock_file))
            connection = await asyncpg.connect(_dsn(self.url))
            closing.push_async_callback(connection.close)
            self._make_workers(cast, carriers)
            demand, urgent = await _demand(connection, cast), await self._urgent(cast)
            watcher = Watcher(connection, postmaster_of(self.home / "postgres"), self.clock)
            try:
                samples = await self._watched(watcher, carriers[-1])
                metrics = await self._metrics()
            finally:
                stopped = list(await asyncio.gather(*(worker.stop() for worker in self.workers)))
            record = await _record(carriers[-1], SLACK * self.plan.speed)
            demands = demand, await _demand(connection, cast)
            acts = {f"{row[0]} {row[1]}": row[2] for row in await connection.fetch(_ACTS)}
            followed = await connection.fetchval("SELECT count(*) FROM follow")
            broken = len(self.telegram.violations()) - self.greeted
            return Run(
                self.plan, seeding, samples, demands, record, metrics, acts, urgent, followed, broken,
                _errors(self.workers), stopped, _slow(self.home / "postgres"),
            )  # fmt: skip

    async def _seeded(self, cast: Cast) -> float:
        began = self.clock.monotonic()
        self.show.step("tables")
        await core.connect(self.url)
        await schema.migrate()
        await core.close()
        await engine_tables.prepare(self.url)
        customers = await self._customers()
        self.greeted = len(self.telegram.violations())  # all at once, which is no deed of the program's
        await seed(self.url, cast, Vault([self.key]), customers, self.show.step)
        return self.clock.monotonic() - began

    async def _customers(self) -> list[Customer]:
        """They have spoken to the bot, and read a message of it that tells of their parcels."""
        customers = []
        async with ClientSession() as session:
            for one in range(CUSTOMERS):
                person = await self.telegram.user(f"Guest {one}")
                person.started = True
                said = {"chat_id": self.telegram.world.private(person).id, "text": "Your parcels"}
                url = f"{self.telegram.url}/bot{self.telegram.token}/sendMessage"
                async with session.post(url, json=said) as answer:
                    customers.append(Customer(person.id, orjson.loads(await answer.read())["result"]["message_id"]))
        return customers

    def _make_workers(self, cast: Cast, carriers: list[int]) -> None:
        hosts = zip(cast.accounts, carriers[:-1], strict=True)
        settings = {
            "DATABASE_URL": self.url, "SECRET_KEYS": self.key, "CLOCK": f"@{self.clock_file}", "QUIET_HOURS": "off",
            "BOT_TOKEN": self.telegram.token, "BOT_API_URL": self.telegram.url, "LOG_FORMAT": "json",
            "CARRIER_URLS": " ".join(f"{account.slug}=http://127.0.0.1:{port}" for account, port in hosts),
        }  # fmt: skip
        for name, parts in self.plan.crews.items():
            self.ports[name] = port = _free_port()
            ports = {"HTTP_PORT": str(port), "METRICS_PORT": str(port)}
            environment = surroundings(ROOT, **settings, **ports)
            self.workers.append(Worker(name.replace(" ", ""), tuple(parts.split(",")), self.home, environment))

    async def _urgent(self, cast: Cast) -> Urgent:
        place, slug = next((place, one.slug) for place, one in enumerate(cast.accounts, 1) if one.is_short)
        middle = cast.began_at + timedelta(seconds=self.plan.seconds * self.plan.speed / 2)
        await core.connect(self.url)
        experience = Experience()
        await experience.refresh(cast.began_at)
        found = await due.choice(place, cast.began_at, cast.count)
        await core.close()
        ranked = sorted(found, key=lambda one: urgency(one, middle, experience.rhythms), reverse=True)
        return Urgent(slug, [one.id for one in ranked])

    async def _watched(self, watcher: Watcher, record_port: int) -> list[Sample]:
        self.show.step("workers start")
        for worker in self.workers:
            worker.start()
        async with asyncio.timeout(READY_WITHIN):
            while not all(_is_ready(worker) for worker in self.workers):  # noqa: ASYNC110  (their logs ring no bell)
                await asyncio.sleep(0.1)
        tell_clock(self.clock_file, self.plan.began_at, self.plan.speed)
        watcher.begin()
        pids = dict(zip(self.plan.crews, (worker.pid for worker in self.workers), strict=True))
        samples, until = [await watcher.look(pids)], self.clock.monotonic() + self.plan.seconds
        while self.clock.monotonic() < until:
            await asyncio.sleep(min(self.plan.every, max(until - self.clock.monotonic(), 0.01)))
            samples.append(await watcher.look(pids))
            asked = sum(sum(one["asked"].values()) for one in await _record(record_port, 0))
            self.show.sample(self.plan, samples[-1], asked)
        return samples

    async def _metrics(self) -> dict[str, float]:
        """What each process has counted, together."""
        found: dict[str, float] = {}
        async with ClientSession() as session:
            for port in self.ports.values():
                async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    for line in (await answer.text()).splitlines():
                        name, _, value = line.rpartition(" ")
                        if name.startswith(("herald_polls_total", "herald_sends_total")):
                            found[name] = found.get(name, 0) + float(value)
        return found


_ACTS = "SELECT act, state, count(*) FROM outbox GROUP BY 1, 2 ORDER BY 1, 2"
_DEMAND = """
SELECT a.slug, sum(86400000.0 / (s.next_poll_ms - s.polled_ms))
FROM shipment s JOIN account a ON a.id = s.account_id
WHERE s.open = 1 AND s.next_poll_ms > s.polled_ms GROUP BY a.id, a.slug ORDER BY a.id
"""


async def _demand(connection: "asyncpg.Connection[Any]", cast: Cast) -> list[Demand]:
    return [Demand(row[0], float(row[1])) for row in await connection.fetch(_DEMAND, timeout=300)]


@asynccontextmanager
async def _carriers(plan: Plan, clock_file: Path) -> AsyncIterator[list[int]]:
    """Their process; its ports."""
    given = (plan.began_at.isoformat(), str(plan.parcels), str(plan.variety), str(clock_file))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.soak.carriers", *given, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield [int(one) for one in (await process.stdout.readline()).split()]
    finally:
        process.kill()
        await process.wait()


async def _record(port: int, slack: float) -> list[dict[str, Any]]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/record?slack={slack}") as answer:
        found: list[dict[str, Any]] = orjson.loads(await answer.read())
        return found


def _is_ready(worker: Worker) -> bool:
    return worker.log.exists() and b'"ready"' in worker.log.read_bytes()


def _errors(workers: list[Worker]) -> list[str]:
    """What the processes called an error or a fault."""
    found = []
    for worker in workers:
        for line in worker.log.read_text(errors="replace").splitlines():
            if not line.startswith("{"):
                found.append(f"{worker.name}: {line[:200]}")
                continue
            said = orjson.loads(line)
            if said.get("level") in ("error", "critical"):
                found.append(f"{worker.name}: {said.get('event')} {str(said.get('exception', said))[-300:]}")
    return found


def _slow(folder: Path) -> list[str]:
    """Statements that took half a second and more, as PostgreSQL's log has them."""
    lines = (
        line
        for log in sorted(folder.glob("*.log")) + sorted(folder.glob("log/*"))
        for line in log.open(errors="replace")
    )
    return [line.strip()[:400] for line in lines if "duration:" in line]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _dsn(url: str) -> str:
    return urlsplit(url)._replace(scheme="postgresql").geturl()
