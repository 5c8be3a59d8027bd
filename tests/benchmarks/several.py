"""What a further bot in the same process costs: memory, and connections to PostgreSQL; every part runs, nobody speaks.

`python -m tests.benchmarks.several`.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack, redirect_stdout
from io import StringIO
from pathlib import Path

import aiohttp
import psutil  # type: ignore[import-untyped]
from psycopg import AsyncConnection

from bot.operator import migrate_database
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import read_settings
from bot.store.crypt import new_key
from tests.benchmarks.machine import Row, machine, show
from tests.e2e.stage import ROOT, free_port
from tests.fakes import database

COUNTS = (1, 2, 10)
MEGABYTE = 2**20
SETTLED = 8.0
"""Seconds after all are ready until they are measured: pools have let go of what the start needed."""
SERVER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 400")


async def _bots(folder: Path, urls: list[str], stack: AsyncExitStack) -> list[int]:
    """A settings file for each of these databases; the ports."""
    ports = []
    sandboxes = [TelegramSandbox(token=f"{1000 + number}:token-of-{number}") for number in range(len(urls))]
    for telegram in sandboxes:  # all of them before the bots' ports are chosen
        await stack.enter_async_context(telegram)
    for number, (url, telegram) in enumerate(zip(urls, sandboxes, strict=True)):
        with redirect_stdout(StringIO()):
            await migrate_database(read_settings(_env_file=None, database_url=url))
        ports.append(free_port())
        settings = f"BOT_TOKEN={telegram.token}\nBOT_API_URL={telegram.url}\nDATABASE_URL={url}\n"
        (folder / f"shop-{number}.env").write_text(f"{settings}SECRET_KEYS={new_key()}\nHTTP_PORT={ports[-1]}\n")
    return ports


async def _ready(port: int) -> None:
    async with asyncio.timeout(240), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as got:
                    if got.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)


async def costs(urls: list[str]) -> tuple[float, int]:
    """Megabytes and connections of one process that serves a bot for each of these databases."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = await _bots(folder, urls, stack)
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--bot", str(folder), cwd=folder, env=kept | {"PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await asyncio.gather(*map(_ready, ports))
            await asyncio.sleep(SETTLED)
            return psutil.Process(process.pid).memory_info().rss / MEGABYTE, await _connections(urls[0])
        finally:
            process.terminate()
            await process.wait()


async def _connections(url: str) -> int:
    if not url.startswith("postgres"):
        return 0
    async with await AsyncConnection.connect(url) as asking:
        found = await (
            await asking.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'herald%'")
        ).fetchone()
    return int(found[0]) if found else 0


def measure() -> list[Row]:
    """Each count of bots on each kind of database."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        told = {n: asyncio.run(costs([f"sqlite://{folder}/{n}-{one}.sqlite3" for one in range(n)])) for n in COUNTS}
        rows += _rows("SQLite", told)
        with database.server(Path(folder) / "postgres", SERVER) as url:
            told = {n: asyncio.run(costs([database.fresh(url) for _ in range(n)])) for n in COUNTS}
        rows += _rows("PostgreSQL", told)
    return rows


def _rows(kind: str, told: dict[int, tuple[float, int]]) -> list[Row]:
    least, most = min(told), max(told)
    more = most - least
    rows = [
        Row(f"{kind}, {count} bots", memory, "MB", detail=f"{connections} connections" if connections else "")
        for count, (memory, connections) in told.items()
    ]
    further, connected = (told[most][0] - told[least][0]) / more, (told[most][1] - told[least][1]) / more
    rows.append(Row(f"{kind}: a further bot", further, "MB", most=25.0))
    if connected:
        rows.append(Row(f"{kind}: a further bot", connected, "connections", most=15.0))
    return rows


def main() -> None:
    """Print the table."""
    show(f"Several bots · {machine()}", measure())


if __name__ == "__main__":
    main()
