"""What the dispatcher works with, as ports: who speaks to Telegram, and who knows how fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.domain.outgoing import Outcome
from bot.flows.calls import Call
from bot.flows.outgoing import Composer


class Speaks(Protocol):
    """Says a call to Telegram."""

    async def do(self, call: Call) -> Outcome: ...


class Paces(Protocol):
    """Knows what may be said now; seconds are real ones."""

    def delay(self) -> float: ...
    def held(self) -> Sequence[int]: ...
    def resting(self) -> Sequence[int]: ...
    def spared(self) -> Sequence[int]: ...
    def soonest(self) -> float | None: ...
    def spend(self, method: str, chat_id: int | None) -> float: ...
    def pause(self, chat_id: int, span: timedelta) -> None: ...
    def remember(self, method: str, chat_id: int, ago: float) -> None: ...


@dataclass(frozen=True)
class Dispatch:
    """What the dispatcher works with."""

    speaker: Speaks
    pace: Paces
    composer: Composer
    clock: Clock
    at_once: int = 8
