"""The queue of updates: kept until acknowledged, given out by long polling to one poller only."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.bot_api.refusals import TWO_POLLERS, conflict

Json = dict[str, Any]
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "guest_message",
        "managed_bot",
        "subscription",
        "stopped_message_generation",
    ]
)
LONGEST = 50.0
KEPT = timedelta(hours=24)


class Updates:
    """What the bot has not acknowledged yet."""

    def __init__(self, first_id: int, now: Callable[[], datetime]) -> None:
        self.now = now
        self._at: dict[int, datetime] = {}
        self.waiting: deque[Json] = deque()
        self.allowed = KINDS - NOT_BY_DEFAULT
        self._next = first_id
        self._poller = 0
        self._bell = asyncio.Event()

    def allow(self, names: list[str] | None) -> None:
        """None keeps the last setting; unknown names are ignored, and nothing known means the default."""
        if names is not None:
            self.allowed = frozenset(names) & KINDS or KINDS - NOT_BY_DEFAULT

    def put(self, kind: str, body: Json) -> int | None:
        """Queues an update if its kind is asked for; its id."""
        if kind not in self.allowed:
            return None
        update_id = self._next
        self._next += 1
        self.push({"update_id": update_id, kind: body})
        return update_id

    def push(self, update: Json) -> None:
        """Queues a raw update: once more the same one, one out of order, one of an unknown kind."""
        self.waiting.append(update)
        self._at[update["update_id"]] = self.now()
        self.ring()

    def ring(self) -> None:
        """Wakes whoever waits for updates."""
        self._bell.set()
        self._bell = asyncio.Event()

    async def next_ring(self) -> None:
        """Until something changes here."""
        await self._bell.wait()

    async def ready(self) -> None:
        """Until there is an update."""
        while not self.waiting:
            await self._bell.wait()

    def expire(self) -> None:
        """Forgets what nobody fetched for a day."""
        while self.waiting and self.now() - self._at[self.waiting[0]["update_id"]] > KEPT:
            self.waiting.popleft()

    def take_id(self) -> int:
        """An update_id for a raw update."""
        self._next += 1
        return self._next - 1

    async def get(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Waits up to `seconds` for the first; what lies before `offset` is forgotten."""
        self._poller += 1
        mine = self._poller
        self.ring()
        self.forget(offset)
        self.expire()
        loop = asyncio.get_running_loop()
        ends = loop.time() + min(max(seconds, 0), LONGEST)
        while not self.waiting and loop.time() < ends:
            await self._ring(ends - loop.time())
            if mine != self._poller:
                raise conflict(TWO_POLLERS)
        return list(self.waiting)[: max(1, min(limit, 100))]

    async def _ring(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return

    def forget(self, offset: int) -> None:
        """Negative: all but the last so many; else all before `offset`."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        elif offset:
            self.waiting = deque(one for one in self.waiting if one["update_id"] >= offset)
