"""What has been said to Telegram lately, and what may be said now: the arithmetic of domain.pacing on the real clock.

What counts: every call counts against the whole (28 a second). Messages, copies, edits, pins and topic calls count
against their chat and group too; reactions and deletions do not, as Telegram documents no cost for them. Where it
thinks otherwise it says 429, which rests that chat alone.
"""

import asyncio
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.clock import Clock
from bot.domain import pacing

UNCOUNTED = frozenset({"deleteMessage", "setMessageReaction", "getMe"})
PAID = "paid"
"""Passed along with a call whose place in the pace was taken before."""
_FORGET_EVERY = 1000


class Pacer:
    """One for each bot. Seconds are real ones: Telegram's limits know no faster clock."""

    def __init__(self, clock: Clock) -> None:
        self._now = clock.monotonic
        self._pace = pacing.Pace()
        self._held: dict[int, float] = {}
        self._resting: dict[int, float] = {}
        self._spent = 0

    def delay(self) -> float:
        """Seconds until anything at all may leave."""
        return max(self._pace.next_at - self._now(), 0.0)

    def held(self) -> list[int]:
        """Chats that must wait now with what counts, though others need not."""
        return _still(self._held, self._now())

    def resting(self) -> list[int]:
        """Chats that take nothing now, be it free of cost."""
        return _still(self._resting, self._now())

    def spared(self) -> list[int]:
        """Groups whose last acts within the minute are kept for persons' words."""
        now = self._now()
        return [chat_id for chat_id in self._pace.chats if chat_id < 0 and pacing.is_spared(self._pace, chat_id, now)]

    def soonest(self) -> float | None:
        """Seconds until the first of the held chats is free; None where none is held."""
        return max(min(self._held.values()) - self._now(), 0.0) if self._held else None

    def spend(self, method: str, chat_id: int | None) -> float:
        """A call takes the next place there is; seconds until it may leave."""
        now = self._now()
        if chat_id is None or method in UNCOUNTED:
            at = max(self._pace.next_at, now)
            self._pace.next_at = at + pacing.OVERALL_EVERY
            return at - now
        at = pacing.when(self._pace, chat_id, chat_id < 0, now)
        pacing.spend(self._pace, chat_id, chat_id < 0, at)
        self._hold(chat_id, now)
        self._spent += 1
        if self._spent % _FORGET_EVERY == 0:
            pacing.forget(self._pace, now)
        return at - now

    def remember(self, method: str, chat_id: int, ago: float) -> None:
        """What a process before us sent so many seconds ago; oldest first."""
        now = self._now()
        if method not in UNCOUNTED:
            pacing.spend(self._pace, chat_id, chat_id < 0, now - ago)
            self._hold(chat_id, now)

    def pause(self, chat_id: int, span: timedelta) -> None:
        """One chat rests; the others go on."""
        now = self._now()
        until = now + span.total_seconds()
        self._resting[chat_id] = max(self._resting.get(chat_id, until), until)
        pacing.pause(self._pace, chat_id, until)
        self._hold(chat_id, now)

    def pause_all(self, span: timedelta) -> None:
        """Telegram itself is out of reach: nothing leaves for a while."""
        self._pace.next_at = max(self._pace.next_at, self._now() + span.total_seconds())

    def _hold(self, chat_id: int, now: float) -> None:
        """Remember a chat that has to wait longer than everybody has to."""
        ready = pacing.when(self._pace, chat_id, chat_id < 0, now)
        if ready > self._pace.next_at and ready > now:
            self._held[chat_id] = ready


def _still(until: dict[int, float], now: float) -> list[int]:
    """Those whose time has not come; the others are forgotten."""
    for chat_id in [chat_id for chat_id, at in until.items() if at <= now]:
        del until[chat_id]
    return list(until)


class PaceLimiter(BaseRateLimiter[str]):
    """python-telegram-bot's plug: whoever has not paid waits; a 429 rests its chat alone and is passed on."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Any,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        """Call at the right moment."""
        chat_id = data.get("chat_id")
        if rate_limit_args != PAID:
            await asyncio.sleep(self._pacer.spend(endpoint, chat_id))
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            if chat_id is not None:
                self._pacer.pause(chat_id, span(error))
            raise


def span(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait; the public attribute warns with every use that its type will change."""
    return error._retry_after
