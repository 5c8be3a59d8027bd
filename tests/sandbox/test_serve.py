"""`herald sandbox` as a process."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.parcels.writers import writers
from bot.sandbox.serve import serve, serve_sandbox
from bot.settings import CannotRun
from tests.fakes.clock import StandingClock

ROOT = Path(__file__).parents[2]


async def test_both_servers_live_by_one_clock(clock: StandingClock) -> None:
    async with serve(clock=clock) as (telegram, carriers):
        assert telegram.world.clock is carriers.clock is clock
        assert carriers.override.count(carriers.url) == len(writers())


async def started(folder: Path, *words: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", *words, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=pipe, stderr=pipe,
    )  # fmt: skip


async def lines(process: asyncio.subprocess.Process, last: str) -> list[str]:
    assert process.stdout is not None
    found: list[str] = []
    while not found or last not in found[-1]:
        line = await process.stdout.readline()
        assert line, await process.stderr.read() if process.stderr else found
        found.append(line.decode().rstrip())
    return found


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_it_prints_what_a_bot_needs_and_ends_when_told(
    tmp_path: Path, http: aiohttp.ClientSession, told: signal.Signals
) -> None:
    process = await started(tmp_path, "--token", "42:mine", "--username", "mine_bot", "--clock", "2026-01-05T08:00:00Z")
    printed = await lines(process, "Ctrl-C")
    assert all(not line or line.startswith("#") or "=" in line.split("#")[0] for line in printed)
    found = dict(line.split("=", 1) for line in printed if line and not line.startswith("#"))
    assert found.keys() == {"BOT_TOKEN", "BOT_API_URL", "CARRIER_URLS"}
    assert found["BOT_TOKEN"] == "42:mine"
    async with http.get(f"{found['BOT_API_URL']}/bot42:mine/getMe") as response:
        assert (await response.json())["result"]["username"] == "mine_bot"
    async with http.post(f"{found['BOT_API_URL']}/_sandbox/clock/now") as response:
        assert (await response.json())["result"].startswith("2026-01-05T08:0")
    # A bot that polls keeps it from nothing.
    poll = asyncio.ensure_future(http.get(f"{found['BOT_API_URL']}/bot42:mine/getUpdates?timeout=30"))
    await asyncio.sleep(0.02)
    process.send_signal(told)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"clock": "yesterday"}, "--clock: "),
        ({"token": "secret"}, "a token is a number, a colon and letters"),
    ],
)
async def test_what_cannot_be_is_said_before_anything_is_served(given: dict[str, str], complaint: str) -> None:
    with pytest.raises(CannotRun, match=complaint):
        await serve_sandbox("127.0.0.1", 0, **given)  # type: ignore[arg-type]


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = await started(tmp_path, "--port", str(taken.getsockname()[1]))
        _, said = await process.communicate()
    assert (process.returncode, said.count(b"\n")) == (1, 1)
    assert "cannot listen there" in said.decode()
