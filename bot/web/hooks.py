"""`POST /hooks/carrier/TOKEN`: where carriers push. Whatever would be the same the next time is not asked for again."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

from bot.flows.pushes import StoreUnavailable, Took

LARGEST = 2 * 1024 * 1024
"""Bytes of a push; the largest real one is far below."""
READ_SECONDS = 15
"""How long a sender may take: carriers give up after about as long."""

ANSWERS: Mapping[Took, int] = {
    Took.IN: 200,
    Took.RESTING: 200,
    # the same bytes would come again and again: they are kept for the operator instead
    Took.UNREADABLE: 200,
    Took.UNPROVEN: 401,
    Took.NO_SUCH_HOOK: 404,
}


class Takes(Protocol):
    """Takes pushes in. Raises StoreUnavailable."""

    async def take(self, token: str, headers: Mapping[str, str], body: bytes) -> Took: ...


class Hooks:
    """Answers carriers."""

    def __init__(self, receiver: Takes) -> None:
        self._receiver = receiver

    async def carrier(self, request: web.Request) -> web.Response:
        """200 taken or of no use, 401 not proven, 404 no such address, 413 too long, 503 later."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
            took = await self._receiver.take(request.match_info["token"], request.headers, body)
        except TimeoutError:
            return web.Response(status=408)
        except StoreUnavailable:
            return web.Response(status=503, headers={"Retry-After": "30"})
        return web.json_response({"ok": ANSWERS[took] == 200}, status=ANSWERS[took])
