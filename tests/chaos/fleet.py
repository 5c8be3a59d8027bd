"""Worker processes of one installation, each of which may be killed at any time and comes back."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
CREWS: tuple[tuple[str, ...], ...] = (
    ("listen", "dispatch", "web"),
    ("poll", "learn"),
    ("listen", "dispatch"),
    ("poll", "dispatch"),
)
"""What each of up to four machines runs."""
READY = "] ready "


class Worker:
    """One process; kept alive as systemd would."""

    def __init__(self, name: str, parts: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.parts = parts
        self.log = folder / f"{name}.log"
        self.starts = 0
        self.deaths = 0
        """How often it ended of its own accord after it had been at work."""
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._wanted = True

    def start(self) -> None:
        """Run, and run again whenever it ends."""
        self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while self._wanted:
            self.starts += 1
            said = self.log.stat().st_size if self.log.exists() else 0
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "run", "--only", ",".join(self.parts),
                    cwd=self.log.parent, env=dict(self._environment), stdout=log, stderr=log,
                )  # fmt: skip
                await self._process.wait()
            if self._wanted:
                self.deaths += self._process.returncode != -signal.SIGKILL and READY in self.log.read_text()[said:]
                await asyncio.sleep(0.5)

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)

    async def freeze(self, seconds: float) -> None:
        """It stands still for so long, as in a virtual machine that is moved."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> float:
        """SIGTERM; how many seconds it took to end."""
        self._wanted = False
        began = asyncio.get_running_loop().time()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(30):
                if self._keeper is not None:
                    await self._keeper
        except TimeoutError:
            self.kill()
        return asyncio.get_running_loop().time() - began


def surroundings(root: Path = ROOT, **settings: str) -> dict[str, str]:
    """The environment of a process of the program that lies there: these settings, and nobody else's."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return kept | {"PYTHONPATH": str(root), "LOG_LEVEL": "INFO", "HTTP_PORT": "0", **settings}


class Fleet:
    """All of them. `root`: where their program lies."""

    def __init__(self, folder: Path, size: int, root: Path = ROOT, name: str = "w", **settings: str) -> None:
        environment = surroundings(root, **settings)
        self.environment = environment
        self.folder = folder
        self.workers = [
            Worker(f"{name}{place}", parts, folder, environment) for place, parts in enumerate(CREWS[:size])
        ]

    def start(self) -> None:
        """All at once."""
        for worker in self.workers:
            worker.start()

    async def ready(self, within: float) -> None:
        """Until each has said that it is at work. TimeoutError."""
        async with asyncio.timeout(within):
            while not all(one.log.exists() and READY in one.log.read_text() for one in self.workers):  # noqa: ASYNC110
                await asyncio.sleep(0.5)

    async def stop(self) -> list[float]:
        """All; the seconds each took."""
        return list(await asyncio.gather(*(worker.stop() for worker in self.workers)))

    async def command(self, *words: str) -> str:
        """Another `herald` command; what it says. AssertionError where it fails."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, env=dict(self.environment), cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()
