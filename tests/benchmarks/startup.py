"""How long a process takes to be ready and what it holds: `herald run` whole, and one that only polls.

`python -m tests.benchmarks.startup`.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.benchmarks.machine import Row, machine, show
from tests.e2e.stage import ROOT, Stage

MEGABYTE = 2**20
WHOLE: tuple[str, ...] = ()
POLLING: tuple[str, ...] = ("--only", "poll,web")
IMPORTS = "import time; t = time.perf_counter(); import bot.service, bot.jobs.poll; print(time.perf_counter() - t)"


async def ready(folder: Path, *words: str) -> tuple[float, float]:
    """Seconds from the start of the process to a ready /readyz, and its memory then, megabytes."""
    async with Stage(folder) as stage:
        began = time.perf_counter()
        await stage.start(*words)
        seconds = time.perf_counter() - began
        await asyncio.sleep(1)
        return seconds, psutil.Process(stage.pid).memory_info().rss / MEGABYTE


async def imports() -> float:
    """Seconds that the imports of a poll worker take in a fresh process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", IMPORTS, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return float(out)


async def measure() -> list[Row]:
    """Each of three runs; the median counts."""
    whole: list[tuple[float, float]] = []
    polling: list[tuple[float, float]] = []
    loading: list[float] = []
    for _ in range(3):
        for runs, words in ((whole, WHOLE), (polling, POLLING)):
            with tempfile.TemporaryDirectory() as folder:
                runs.append(await ready(Path(folder), *words))
        loading.append(await imports())
    return [
        Row("herald run: ready after", sorted(run[0] for run in whole)[1], "s", most=5.0),
        Row("herald run: memory", sorted(run[1] for run in whole)[1], "MB", most=280.0),
        Row("--only poll: imports", sorted(loading)[1], "s", most=0.8),
        Row("--only poll: memory", sorted(run[1] for run in polling)[1], "MB", most=110.0),
    ]


def main() -> None:
    """Print the table."""
    show(f"Startup · {machine()}", asyncio.run(measure()))


if __name__ == "__main__":
    main()
