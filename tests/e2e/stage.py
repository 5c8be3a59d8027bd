"""The real program as a process, against the sandbox: start it, talk to it, kill it, start it again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.clock import RunningClock
from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.telegram import TelegramSandbox
from tests.e2e.warm import Herald

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
READY_WITHIN = 60.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Stage:
    """One installation in a folder of its own, with Telegram and the carriers beside it."""

    def __init__(self, folder: Path, *, speed: float = 1.0, start: datetime = START, **settings: str) -> None:
        self.clock = RunningClock(start, speed)
        self.telegram = TelegramSandbox(clock=self.clock)
        self.carriers = CarriersSandbox(clock=self.clock)
        self.folder = folder
        self.port = free_port()
        self.starts = 0
        self._settings = settings
        self._process: Herald | None = None

    async def __aenter__(self) -> "Stage":
        await self.telegram.start()
        await self.carriers.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.kill()
        await self.telegram.stop()
        await self.carriers.stop()

    @property
    def _ready_at(self) -> str:
        return f"http://127.0.0.1:{self.port}/readyz"

    @property
    def log(self) -> Path:
        """What all the processes said, one after the other."""
        return self.folder / "herald.log"

    def environment(self) -> Mapping[str, str]:
        """Nothing of the developer's own settings; the clock goes on where it is."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": self.telegram.token,
            "BOT_API_URL": self.telegram.url,
            "CARRIER_URLS": self.carriers.override,
            "DATABASE_URL": f"sqlite://{self.folder / 'herald.sqlite3'}",
            "HTTP_PORT": str(self.port),
            "POLL_EVERY_SECONDS": "1",
            "CLOCK": f"{self.clock.now().isoformat()}*{self.clock.speed}",
            "LOG_LEVEL": "INFO",
            **self._settings,
        }

    def change(self, **settings: str) -> None:
        """Settings of the processes started from now on."""
        self._settings |= settings

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    async def start(self, *words: str) -> None:
        """Start `herald run` and wait until it says that it is ready."""
        self.starts += 1
        self._process = Herald(("run", *words), self.folder, self.environment(), self.log)
        async with asyncio.timeout(READY_WITHIN):
            while not await self.is_ready():
                if self._process.returncode is not None and "cannot be opened" in self.log.read_text()[-200:]:
                    self.port, self.starts = free_port(), self.starts - 1  # somebody was quicker to take it
                    await self.start(*words)
                    return
                if self._process.returncode is not None:
                    raise RuntimeError(f"herald ended with {self._process.returncode}:\n{self.log.read_text()[-3000:]}")
                await asyncio.sleep(0.05)

    async def is_ready(self) -> bool:
        """What /readyz says."""
        try:
            async with aiohttp.ClientSession() as session, session.get(self._ready_at) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, sent: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(sent)
        async with asyncio.timeout(15):
            return await self._process.wait()

    async def restart(self) -> None:
        """kill -9 and start again."""
        await self.kill()
        await self.start()

    async def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another `herald` command beside the running service."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, cwd=self.folder, env=dict(self.environment()),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return subprocess.CompletedProcess(words, process.returncode or 0, out.decode(), err.decode())
