"""`herald sandbox` as a process."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp

from bot.sandbox.parcels.writers import writers
from bot.sandbox.serve import serve
from tests.fakes.clock import StandingClock

ROOT = Path(__file__).parents[2]


async def test_both_servers_live_by_one_clock(clock: StandingClock) -> None:
    async with serve(clock=clock) as (telegram, carriers):
        assert telegram.world.clock is carriers.clock is clock
        assert carriers.override.count(carriers.url) == len(writers())


async def test_it_prints_what_a_bot_needs_and_ends_when_told(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
    told = dict(line.split("=", 1) for line in lines)
    assert told.keys() == {"BOT_TOKEN", "BOT_API_URL", "CARRIER_URLS"}
    async with http.get(f"{told['BOT_API_URL']}/bot{told['BOT_TOKEN']}/getMe") as response:
        assert (await response.json())["ok"]
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
