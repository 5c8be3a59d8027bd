"""The one speaker: every call that Telegram counts leaves here, through python-telegram-bot."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import structlog
from telegram import ForumTopic, Message, MessageId
from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.domain.outgoing import InDoubt, Outcome, RetryAt, Sent
from bot.flows.calls import Call
from bot.gateways.addresses import is_loopback
from bot.gateways.pacer import PAID, PaceLimiter, Pacer
from bot.gateways.verdicts import NETWORK, classify

AT_ONCE = 8
"""Connections: httpx grows slow with more."""
PATIENCE = timedelta(seconds=30)
"""How long an answer may take before the call is in doubt: the longer, the fewer doubts."""
_CONNECT = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(seconds=30)
_FIRST_PAUSE = timedelta(seconds=0.5)
_CHATTY = ("httpx", "httpcore", "telegram")
"""Loggers that would write the token (in addresses) or people's words (in parameters)."""
log = structlog.get_logger(__name__)


class Speaker:
    """Says one call at a time for each of at most eight callers; knows what every answer means."""

    def __init__(self, token: str, api_url: str, pacer: Pacer, *, patience: timedelta = PATIENCE) -> None:
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._pacer = pacer
        self._troubles = 0
        self._request = _connections(api_url, patience)
        base = api_url.rstrip("/")
        self._bot: ExtBot[str] = ExtBot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            rate_limiter=PaceLimiter(pacer),
        )

    def __repr__(self) -> str:
        return "Speaker()"

    async def close(self) -> None:
        """Hang up."""
        await self._request.shutdown()

    async def do(self, call: Call) -> Outcome:
        """Make a call whose place in the pace is taken (Pacer.spend): what came of it, whatever Telegram does."""
        try:
            method = getattr(self._bot, _snake(call.method))
            result = await method(chat_id=call.chat_id, **call.params, rate_limit_args=PAID)
        except TelegramError as error:
            outcome = classify(error)
            log.info("telegram_refused", method=call.method, meaning=type(outcome).__name__, kind=type(error).__name__)
            return self._noted(call, outcome)
        return self._noted(call, Sent(_message_id(result, call.params), _message_ids(result)))

    def _noted(self, call: Call, outcome: Outcome) -> Outcome:
        """While Telegram is out of order everybody waits, longer each time; one chat's trouble is its own."""
        match outcome:
            case RetryAt(reason=reason) if reason == NETWORK:
                self._troubles += 1
                self._pacer.pause_all(self._pause())
                return RetryAt(self._pause(), reason)
            case RetryAt(wait=wait, reason="token" | "conflict"):
                self._pacer.pause_all(wait)
            case RetryAt(wait=wait):
                self._pacer.pause(call.chat_id, wait)
            case InDoubt():
                self._troubles += 1
                self._pacer.pause(call.chat_id, self._pause())
                if self._troubles > AT_ONCE:
                    self._pacer.pause_all(self._pause())
            case Sent(message_id=None):
                self._troubles = 0
                return Sent(call.params.get("message_id"))
            case _:
                self._troubles = 0
        return outcome

    def _pause(self) -> timedelta:
        doublings = min(max(self._troubles - 1, 0), 10)
        return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def _connections(api_url: str, patience: timedelta) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=AT_ONCE,
        read_timeout=patience.total_seconds(),
        write_timeout=patience.total_seconds(),
        connect_timeout=_CONNECT.total_seconds(),
        pool_timeout=patience.total_seconds(),
        # httpx would send even loopback through HTTP_PROXY; the world outside may need that proxy.
        httpx_kwargs={"trust_env": not is_loopback(api_url)},
    )


def _message_ids(result: object) -> tuple[int, ...]:
    """Of what was said in one call the messages that came of it."""
    return tuple(one.message_id for one in result) if isinstance(result, tuple | list) else ()


def _message_id(result: object, params: Mapping[str, Any]) -> int | None:
    match result:
        case Message() | MessageId():
            return result.message_id
        case ForumTopic():
            return result.message_thread_id
        case [MessageId() as first, *_]:
            return first.message_id
        case _:
            return params.get("message_id")


@cache
def _snake(method: str) -> str:
    """`sendMessage` → `send_message`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
