"""Two processes with the same two bots on PostgreSQL: of each bot one speaks at a time, and a kill hands both over."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from bot.sandbox.bot_api.record import Call
from tests.e2e.stage import ROOT
from tests.fakes import database
from tests.service.gate import Gate
from tests.service.two import Shop, opened

SERVER = (*database.FAST[:-1], "max_connections = 150")
PATIENCE = 60.0


def written(folder: Path, shops: Sequence[Shop], api_url: str) -> None:
    """The files of both bots, which reach Telegram that way."""
    folder.mkdir()
    for one in shops:
        settings = one.settings | {"BOT_API_URL": api_url}
        (folder / one.file.name).write_text("".join(f"{key}={value}\n" for key, value in settings.items()))


@asynccontextmanager
async def process(folder: Path, shops: Sequence[Shop], gate: Gate) -> AsyncIterator["asyncio.subprocess.Process"]:
    """`herald run` for both bots, which speaks through that gate; ready when it is given, and gone afterwards."""
    written(folder, shops, gate.url)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    log = folder / "herald.log"
    with log.open("wb") as told:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--bot", str(folder), "--only", "listen,dispatch",
            cwd=folder, env=kept | {"PYTHONPATH": str(ROOT)}, stdout=told, stderr=told,
        )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            while log.read_text().count(" ready ") < len(shops):
                assert running.returncode is None, log.read_text()
                await asyncio.sleep(0.05)
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                await running.wait()


async def test_each_token_is_spoken_with_by_one_process_at_a_time_and_a_kill_hands_both_over(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="herald-postgres-"))
    with database.server(folder, SERVER) as url:
        urls = [await asyncio.to_thread(database.fresh, url) for _ in range(2)]
        named = zip((1, 2), ("rose", "thyme"), urls, strict=True)
        shops = [await opened(name, number, at, tmp_path) for number, name, at in named]
        async with AsyncExitStack() as stack:
            for one in shops:
                stack.push_async_callback(one.telegram.stop)
            first, second = [await stack.enter_async_context(Gate(shops)) for _ in range(2)]
            killed = await stack.enter_async_context(process(tmp_path / "first", shops, first))
            await told_their_own(shops)
            await stack.enter_async_context(process(tmp_path / "second", shops, second))
            await told_their_own(shops)

            killed.kill()
            await killed.wait()
            at = asyncio.get_running_loop().time()
            await told_their_own(shops)
            for one in shops:
                before, after = first.speaking(one.name), second.speaking(one.name)
                assert before[-1].at < after[0].at  # never both at once
                assert after[-1].at > at
                await one.telegram.wait_for(partial(all_told, one), within=PATIENCE)
                assert len(unmarked(one)) == 3
    shutil.rmtree(folder, ignore_errors=True)


def unmarked(shop: Shop) -> list[Call]:
    """What Layla was told there; whoever takes over says once more, marked, what may have arrived before the kill."""
    told = shop.telegram.calls("sendMessage", chat=shop.layla)
    return [one for one in told if "may be a repeat" not in one.params["text"]]


def all_told(shop: Shop) -> bool:
    return len(unmarked(shop)) >= 3


async def told_their_own(shops: Sequence[Shop]) -> None:
    """Each bot answers the same person with its own shop's order."""
    told = await asyncio.gather(*(one.answers(within=PATIENCE) for one in shops))
    for one, text in zip(shops, told, strict=True):
        assert [other.name for other in shops if f"{other.name}-1" in text] == [one.name]
