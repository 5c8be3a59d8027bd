"""`herald sandbox`: both servers until they are told to stop."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from bot.clock import Clock, RunningClock
from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.telegram import TelegramSandbox


@asynccontextmanager
async def serve(
    host: str = "127.0.0.1", port: int = 0, *, clock: Clock | None = None
) -> AsyncIterator[tuple[TelegramSandbox, CarriersSandbox]]:
    """Both servers by one clock: Telegram at `port`, the carriers at the next one; 0 picks free ones."""
    clock = clock or RunningClock()
    telegram, carriers = TelegramSandbox(clock=clock), CarriersSandbox(clock=clock)
    try:
        await telegram.start(host, port)
        await carriers.start(host, port + 1 if port else 0)
        yield telegram, carriers
    finally:
        await telegram.stop()
        await carriers.stop()


async def serve_sandbox(host: str, port: int) -> int:
    """Prints what a bot's environment needs; 0 when stopped by SIGTERM or Ctrl-C."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, told.set)
    async with serve(host, port) as (telegram, carriers):
        console = Console(soft_wrap=True, highlight=False)
        console.print(f"BOT_TOKEN={telegram.token}", f"BOT_API_URL={telegram.url}", sep="\n")
        console.print(f"CARRIER_URLS={carriers.override}")
        console.print(f"# people and groups: POST {telegram.url}/_sandbox/telegram/NAME, see bot/sandbox/telegram.py")
        console.print(f"# parcels: POST {carriers.url}/_sandbox/parcels/NAME, see bot/sandbox/carriers.py")
        await told.wait()
    return 0
