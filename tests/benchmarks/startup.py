"""How long a process takes to be ready and what it holds: `herald run` whole, and one that only polls.

A worker that only polls finds its tables there, as after any restart and always on PostgreSQL, where it waits for
`herald migrate`; the very first start, which makes them, stands beside it. Imports are counted in processor time: they
do nothing else, and a machine that is busy would be measured with them.

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
IMPORTS = "import time; t = time.process_time(); import bot.service.poll; print(time.process_time() - t)"


async def ready(stage: Stage, *words: str) -> tuple[float, float]:
    """Seconds from the start of the process to a ready /readyz, and its memory then, megabytes."""
    began = time.perf_counter()
    await stage.start(*words)
    seconds = time.perf_counter() - began
    await asyncio.sleep(1)
    return seconds, psutil.Process(stage.pid).memory_info().rss / MEGABYTE


async def twice(folder: Path, *words: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The first start, which makes the tables, and the next one."""
    async with Stage(folder) as stage:
        first = await ready(stage, *words)
        await stage.stop()
        return first, await ready(stage, *words)


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
    first: list[tuple[float, float]] = []
    polling: list[tuple[float, float]] = []
    loading: list[float] = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            async with Stage(Path(folder)) as stage:
                whole.append(await ready(stage, *WHOLE))
        with tempfile.TemporaryDirectory() as folder:
            new, again = await twice(Path(folder), *POLLING)
            first.append(new)
            polling.append(again)
        loading.append(await imports())
    return [
        Row("herald run: ready after", sorted(run[0] for run in whole)[1], "s", most=5.0),
        Row("herald run: memory", sorted(run[1] for run in whole)[1], "MB", most=280.0),
        Row("--only poll: imports", sorted(loading)[1], "s", most=0.8, detail="processor time"),
        Row(
            "--only poll: memory", sorted(run[1] for run in polling)[1], "MB", most=110.0, detail="its tables are there"
        ),
        Row("--only poll: memory of the very first start", sorted(run[1] for run in first)[1], "MB"),
    ]


def main() -> None:
    """Print the table."""
    show(f"Startup · {machine()}", asyncio.run(measure()))


if __name__ == "__main__":
    main()
