"""`herald demo`: the main job as a story in the terminal, told by the real service against the sandbox."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.sandbox.serve import serve
from bot.sandbox.tale.clock import TaleClock
from bot.sandbox.tale.plot import Plot
from bot.sandbox.tale.screen import Screen
from bot.sandbox.tale.service import RunningService, ServiceFailed

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


async def tell(console: Console | None = None) -> int:
    """Plays the story; 1 if the service failed or kept silent where it should have spoken."""
    console = console or Console(highlight=False)
    clock = TaleClock(START)
    with tempfile.TemporaryDirectory(prefix="herald-demo-") as folder:
        async with serve(clock=clock) as (telegram, carriers):
            service = RunningService(Path(folder), clock, telegram, carriers)
            screen = Screen(console, clock, telegram, carriers)
            screen.attach()
            screen.remark(f"Telegram on loopback: {telegram.url} (what happens there: {telegram.url}/_sandbox/events)")
            screen.remark(f"DHL, UPS and 17TRACK on loopback: {carriers.url}")
            try:
                await Plot(service, screen, telegram, carriers).play()
            except ServiceFailed as failure:
                return _broken(console, str(failure))
            except (TimeoutError, LookupError) as failure:
                return _broken(console, f"{failure!r}\n{service.tail()}")
            finally:
                await service.kill()
            _account(screen, len(telegram.calls()), len(telegram.violations()))
    return 0


def _broken(console: Console, why: str) -> int:
    console.print(Text(f"The story ends here: {why}", style="red"), soft_wrap=True)
    return 1


def _account(screen: Screen, calls: int, violations: int) -> None:
    screen.chapter("The end")
    screen.remark(f"{calls} calls to the Bot API, {violations} of them against its description or its limits.")
