"""A process that was told to stop is gone in time, whatever hangs in it."""

import subprocess
import sys

import pytest

HANGS = """
import asyncio, os, signal, sys, time
from bot.service import ending

async def main():
    ending.on_signal(lambda: None, within=0.05)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0)
    {hangs}

asyncio.run(main())
"""


@pytest.mark.parametrize("hangs", ["await asyncio.Event().wait()", "await asyncio.sleep(0.01); time.sleep(600)"])
def test_what_hangs_is_ended_and_says_so(hangs: str) -> None:
    told = subprocess.run([sys.executable, "-c", HANGS.format(hangs=hangs)], capture_output=True, timeout=60)
    assert told.returncode == 1
    assert b"ended_unfinished" in told.stdout + told.stderr
