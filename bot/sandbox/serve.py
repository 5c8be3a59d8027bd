"""`herald sandbox`: both servers until they are told to stop."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from bot.clock import Clock, RunningClock, parse_clock
from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.clockwork import Clockwork
from bot.sandbox.pointing import instructions
from bot.sandbox.telegram import TOKEN, USERNAME, TelegramSandbox
from bot.settings import CannotRun

A_TOKEN = re.compile(r"\d{1,15}:[\w-]{1,80}")


@asynccontextmanager
async def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    clock: Clock | None = None,
    carriers_port: int | None = None,
    token: str = TOKEN,
    username: str = USERNAME,
    enforce: bool = False,
) -> AsyncIterator[tuple[TelegramSandbox, CarriersSandbox]]:
    """Both servers by one clock: Telegram at `port`, the carriers at theirs or at the next one; 0 picks free ones."""
    clock = clock or RunningClock()
    telegram = TelegramSandbox(token=token, username=username, clock=clock, enforce=enforce)
    carriers = CarriersSandbox(clock=clock)
    beside = carriers_port if carriers_port is not None else port + 1 if port else 0
    try:
        await telegram.start(host, port)
        await carriers.start(host, beside)
        yield telegram, carriers
    finally:
        await telegram.stop()
        await carriers.stop()


async def serve_sandbox(
    host: str,
    port: int,
    carriers_port: int | None = None,
    *,
    token: str = TOKEN,
    username: str = USERNAME,
    clock: str = "",
    limits: bool = False,
) -> int:
    """Prints what a bot needs to know; 0 when stopped by SIGTERM or Ctrl-C. Raises CannotRun."""
    own = _clock(clock)
    if not A_TOKEN.fullmatch(token):
        raise CannotRun("a token is a number, a colon and letters, for example 42:anything")
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, told.set)
    try:
        async with serve(
            host, port, clock=own, carriers_port=carriers_port, token=token, username=username, enforce=limits
        ) as (telegram, carriers):
            console = Console(soft_wrap=True, highlight=False, markup=False)
            console.print(instructions(telegram, carriers), end="")
            await told.wait()
    except OSError as error:
        raise CannotRun(f"cannot listen there: {error.strerror or error}") from error
    return 0


def _clock(text: str) -> Clockwork:
    try:
        running = parse_clock(text)
    except ValueError as error:
        raise CannotRun(f"--clock: {error}") from error
    return Clockwork(running.now() if text.strip() else None, running.speed)
