"""A Telegram that answers as it is told, a pace without limits, and a composer with fixed content."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.outgoing import Leaving, Outcome, Sent
from bot.flows.calls import Call
from bot.flows.composed import Composed
from bot.flows.outgoing import Composer
from bot.jobs.dispatch import Dispatcher
from bot.texts.messages import Reader

ENGLISH = Reader("en")


class FakeSpeaker:
    """Implements bot.jobs.dispatch.Speaks; every message gets the next number unless told otherwise."""

    def __init__(self, answer: Callable[[Call], Outcome | None] = lambda call: None) -> None:
        self.said: list[Call] = []
        self.answer = answer
        self.in_air = self.most_in_air = 0
        self.gate: asyncio.Event | None = None

    async def do(self, call: Call) -> Outcome:
        self.said.append(call)
        self.in_air += 1
        self.most_in_air = max(self.most_in_air, self.in_air)
        await (self.gate.wait() if self.gate else asyncio.sleep(0))
        self.in_air -= 1
        return self.answer(call) or Sent(100 + len(self.said))

    @property
    def chats(self) -> list[int]:
        return [call.chat_id for call in self.said]


class FreePace:
    """Implements bot.jobs.dispatch.Paces: only what is paused by name must wait."""

    def __init__(self) -> None:
        self.paused: dict[int, timedelta] = {}

    def delay(self) -> float:
        return 0.0

    def held(self) -> Sequence[int]:
        return list(self.paused)

    def resting(self) -> Sequence[int]:
        return []

    def spared(self) -> Sequence[int]:
        return []

    def soonest(self) -> float | None:
        return None

    def spend(self, method: str, chat_id: int | None) -> float:
        return 0.0

    def remember(self, method: str, chat_id: int, ago: float) -> None: ...

    def pause(self, chat_id: int, span: timedelta) -> None:
        self.paused[chat_id] = span


def composed(kind: str = "forget_kept", chat_id: int = 5, **changes: Any) -> Composed:
    """A message that needs no facts."""
    usual: dict[str, Any] = {"kind": kind, "facts": {}, "reader": ENGLISH, "chat_id": chat_id}
    return Composed(**(usual | changes))


def composer(notice: Composed | None = None, live: Composed | None = None, card: Composed | None = None) -> Composer:
    """Gives always the same; None = no longer true."""

    def always(content: Composed | None) -> Callable[[Leaving, datetime], Any]:
        async def compose(row: Leaving, now: datetime) -> Composed | None:
            return content

        return compose

    return Composer(always(notice), always(live), always(card))


async def all_left(dispatcher: Dispatcher) -> None:
    """All that may leave by now leaves: what landed during the last look may have made way for more."""
    is_more = True
    while is_more:
        was_in_air = dispatcher.in_air
        is_more = await dispatcher.step() or was_in_air > 0
        await asyncio.sleep(0)
