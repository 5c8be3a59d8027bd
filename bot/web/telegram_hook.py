"""`POST /hooks/telegram`: where Telegram brings updates. It is told 200 only once an update is stored."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from aiohttp import web

from bot.flows.inbox import StoreUnavailable

log = structlog.get_logger("herald.web")

PATH = "/hooks/telegram"
HEAD = "X-Telegram-Bot-Api-Secret-Token"

Take = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Stores an update. Raises StoreUnavailable."""


def secret_of(token: str) -> str:
    """What Telegram proves itself with: the same in every process, and no way back to the token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


class TelegramHook:
    """Answers Telegram."""

    def __init__(self, secret: str, take: Take) -> None:
        self._secret = secret.encode()
        self._take = take

    async def update(self, request: web.Request) -> web.Response:
        """200 stored or of no use, 401 not from Telegram, 503 bring it again."""
        if not hmac.compare_digest(request.headers.get(HEAD, "").encode("utf-8", "surrogateescape"), self._secret):
            return web.Response(status=401)
        try:
            said = json.loads(await request.read())
        except (ValueError, RecursionError):
            log.error("an update cannot be read")  # the same bytes would come again and again
            return web.Response()
        try:
            if isinstance(said, dict):
                await self._take(said)
        except StoreUnavailable:
            return web.Response(status=503)
        return web.Response()
