"""Server-sent events of one page: everything at first, then each change; a lost line goes on where it broke off."""

import asyncio
from collections.abc import AsyncIterator
from secrets import token_hex
from typing import Any

import orjson

from bot.sandbox.page.around import Around
from bot.sandbox.page.feed import Feed
from bot.sandbox.page.stage import Stage

LOOK_EVERY = 0.5
CLOCK_EVERY = 8


class Showing:
    """What pages of one stage are told; `name` tells it from an earlier one, whose numbers mean nothing here."""

    def __init__(self, stage: Stage, around: Around) -> None:
        self.name = token_hex(4)
        self.stage = stage
        self.around = around
        self.feed = Feed(stage)
        self._bell = asyncio.Event()
        stage.listeners.append(self._ring)
        stage.telegram.world.listeners.append(lambda _: self._ring())

    async def events(self, last_id: str) -> AsyncIterator[bytes]:
        """For a page that has seen `last_id`; without end. Nothing for a while is an empty one."""
        reader = Reader(self, last_id)
        while True:
            bell = self._bell
            for event in reader.news():
                yield event
            yield b""
            await _rung(bell)

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()


class Reader:
    """How far one page has read."""

    def __init__(self, showing: Showing, last_id: str) -> None:
        self._showing = showing
        run, _, number = last_id.partition("-")
        self._last: int | None = int(number) if run == showing.name and number.isdecimal() else None
        self._phones: list[str] = []
        self._around = b""
        self._looks = 0

    def news(self) -> list[bytes]:
        """What is new to it."""
        return [*self._of_chats(), *self._of_around()]

    def _of_chats(self) -> list[bytes]:
        feed = self._showing.feed
        phones = sorted(f"{name}{phone['chat']}" for name, phone in feed.phones().items())
        fresh = feed.since(self._last) if self._last is not None else None
        if fresh is None or (self._phones and phones != self._phones):
            self._last, self._phones = feed.last, phones
            return [self._event("all", feed.everything(), self._last)]
        self._phones = phones
        told = []
        for number, change in fresh:
            self._last = number
            if change is not None:
                told.append(self._event("change", change, number))
        return told

    def _of_around(self) -> list[bytes]:
        """Without a number: it replaces whatever was there."""
        shown = orjson.dumps(self._showing.around.shown())
        clock = self._showing.around.clock()
        key = shown + b"%f" % clock["speed"]
        self._looks += 1
        if key == self._around and self._looks % CLOCK_EVERY:
            return []
        self._around = key
        return [b"event: around\ndata: %s\n\n" % orjson.dumps({"clock": clock, "shown": orjson.Fragment(shown)})]

    def _event(self, kind: str, body: Any, number: int) -> bytes:
        name = self._showing.name.encode()
        return b"id: %s-%d\nevent: %s\ndata: %s\n\n" % (name, number, kind.encode(), orjson.dumps(body))


async def _rung(bell: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_EVERY):
            await bell.wait()
    except TimeoutError:
        return
