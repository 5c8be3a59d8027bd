"""`herald run` as a process of its own, beside the sandbox: started, killed, started again."""

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.tale.clock import TaleClock
from bot.sandbox.telegram import TelegramSandbox

ROOT = Path(__file__).parents[3]
KEPT = frozenset({"PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV"})
READY_WITHIN = 60.0
# The service's clock starts a moment before its lock is seen: so much it may be ahead of the tale's, in real time.
LEAD = timedelta(seconds=0.3)
LOCK = "herald.sqlite3.lock"
# Asked so often in real seconds, whatever the speed.
ASK_EVERY = 0.5


class ServiceFailed(RuntimeError):
    """The service did not start or ended by itself; the text holds the end of its log."""


class ServiceProcess:
    """One installation in `folder`: SQLite, long polling, everything else by default."""

    def __init__(self, folder: Path, telegram: TelegramSandbox, carriers: CarriersSandbox) -> None:
        self.folder = folder
        self.telegram = telegram
        self.carriers = carriers
        self.port = _free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def runs(self) -> bool:
        """Whether there is a process that has not ended."""
        return self._process is not None and self._process.returncode is None

    def lives_by(self, clock: str, ask_every: float) -> Mapping[str, str]:
        """The environment: the setting of its clock, seconds of it between two questions; nothing of the user's own."""
        return {name: value for name, value in os.environ.items() if name in KEPT} | {
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "NO_PROXY": "127.0.0.1,localhost",
            "BOT_TOKEN": self.telegram.token,
            "BOT_API_URL": self.telegram.url,
            "CARRIER_URLS": self.carriers.override,
            "DATABASE_URL": f"sqlite://{self.folder / 'herald.sqlite3'}",
            "HTTP_PORT": str(self.port),
            "POLL_EVERY_SECONDS": str(ask_every),
            "CLOCK": clock,
        }

    @property
    def log(self) -> Path:
        """What the service said."""
        return self.folder / "herald.log"

    async def begin(self, environment: Mapping[str, str]) -> None:
        """Starts it; `is_ready` is to be waited for. Raises ServiceFailed."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.folder, env=dict(environment), stdout=log, stderr=log
            )
        await self._until(self._holds_lock, self._process)

    async def is_ready(self) -> None:
        """Waits until it says so. Raises ServiceFailed."""
        if self._process is not None:
            await self._until(self._says_ready, self._process)

    async def _until(
        self,
        holds: Callable[[asyncio.subprocess.Process], Awaitable[bool]],
        process: asyncio.subprocess.Process,
    ) -> None:
        try:
            async with asyncio.timeout(READY_WITHIN):
                while not await holds(process):
                    if process.returncode is not None:
                        raise ServiceFailed(f"herald run ended with {process.returncode}:\n{self.tail()}")
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise ServiceFailed(f"herald run is not ready after {READY_WITHIN:g} s:\n{self.tail()}") from None

    async def _holds_lock(self, process: asyncio.subprocess.Process) -> bool:
        path = self.folder / LOCK
        return path.exists() and path.read_text().strip() == str(process.pid)

    async def _says_ready(self, _: asyncio.subprocess.Process) -> bool:
        ready = f"http://127.0.0.1:{self.port}/readyz"
        try:
            async with aiohttp.ClientSession() as http, http.get(ready) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def tail(self) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    async def end(self, *, kill: bool) -> None:
        """SIGTERM as an operator stops it, or kill -9 whatever it is doing."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.kill() if kill else process.terminate()
        try:
            async with asyncio.timeout(20):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def ask(self, environment: Mapping[str, str], *words: str) -> str:
        """Another `herald` command beside the service: what it prints. Raises ServiceFailed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=self.folder,
            env=dict(environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        if process.returncode:
            raise ServiceFailed(f"herald {words[0]} ended with {process.returncode}: {err.decode()[-2000:]}")
        return out.decode()


class RunningService(ServiceProcess):
    """One whose clock is set anew at each start, and stands between."""

    def __init__(self, folder: Path, clock: TaleClock, telegram: TelegramSandbox, carriers: CarriersSandbox) -> None:
        super().__init__(folder, telegram, carriers)
        self.clock = clock
        self.took = 0.0

    def environment(self, speed: float) -> Mapping[str, str]:
        """For a process that starts now."""
        return self.lives_by(f"{self.clock.now().isoformat()}*{speed:g}", max(1.0, ASK_EVERY * speed))

    async def start(self, speed: float) -> None:
        """Starts it; the tale's clock goes from the moment when the service's own does: when it takes its lock.

        `took` is how many real seconds of that were over before the service was ready.
        """
        await self.begin(self.environment(speed))
        self.clock.go(speed)
        began = self.clock.monotonic()
        await self.is_ready()
        self.took = self.clock.monotonic() - began

    async def stop(self) -> None:
        """SIGTERM, as an operator stops it."""
        await self._end(kill=False)

    async def kill(self) -> None:
        """kill -9: whatever it is doing."""
        await self._end(kill=True)

    async def _end(self, *, kill: bool) -> None:
        self.clock.stand(LEAD * self.clock.speed)
        await self.end(kill=kill)

    async def command(self, *words: str) -> str:
        """Another `herald` command beside the service: what it prints."""
        return await self.ask(self.environment(1), *words)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
