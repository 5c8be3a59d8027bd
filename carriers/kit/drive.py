"""Drives a carrier's conversation: sends what it asks, keeps its token, splits questions into batches."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from carriers.kit.auth import Token, read_token, sign, token_request
from carriers.kit.contract import Carrier, ClientCredentials, Login, TokenAuth, is_unauthorized
from carriers.kit.conversation import WHOLE, Answers, go_on, open_with, parse, settle, spread
from carriers.kit.errors import CarrierError
from carriers.kit.hosts import to_environment
from carriers.kit.model import Request, Response

Send = Callable[[Request], Awaitable[Response]]

__all__ = ["Answers", "Send", "Session", "parse"]


class Session:
    """One carrier account. Tokens are cached until shortly before they expire, one refresh at a time."""

    def __init__(
        self, carrier: Carrier, credentials: Mapping[str, str], send: Send, now: Callable[[], datetime]
    ) -> None:
        self._carrier = carrier
        self._credentials = dict(credentials)
        self._send = send
        self._now = now
        self._token: Token | None = None
        self._refreshing = asyncio.Lock()

    async def track(self, numbers: Sequence[str]) -> Answers:
        """One entry for each number. Raises AuthFailed, RateLimited, Unavailable of the whole question.

        Once a batch has been answered such an error becomes the entry of the numbers still open instead,
        so that no answer already paid for is lost.
        """
        if len(numbers) == 1:
            return await self._ask(numbers)
        answers: Answers = {}
        for batch in _batches(numbers, self._carrier.batch_size):
            try:
                answers |= await self._ask(batch)
            except WHOLE as error:
                if not answers:
                    raise
                return answers | spread([one for one in dict.fromkeys(numbers) if one not in answers], error)
        return answers

    async def _ask(self, batch: Sequence[str]) -> Answers:
        try:
            talk = self._carrier.track(batch, self._credentials)
            step = open_with(talk)
            while isinstance(step, Request):
                step = go_on(talk, await self._answer(step))
            return settle(batch, step)
        except WHOLE:
            raise
        except CarrierError as error:
            return spread(batch, error)

    async def _answer(self, request: Request) -> Response:
        auth = self._carrier.auth
        if not isinstance(auth, ClientCredentials | Login):
            return await self._reach(sign(auth, request, self._credentials))
        cached = self._token
        token = await self._valid_token(auth, stale=None)
        response = await self._reach(sign(auth, request, self._credentials, token))
        refuses = auth.refuses if isinstance(auth, Login) else is_unauthorized
        if token is cached and refuses(response):
            token = await self._valid_token(auth, stale=token)
            response = await self._reach(sign(auth, request, self._credentials, token))
        return response

    async def _reach(self, request: Request) -> Response:
        return await self._send(to_environment(self._carrier, self._credentials, request))

    async def _valid_token(self, auth: TokenAuth, stale: Token | None) -> Token:
        async with self._refreshing:
            held = self._token
            if held is not None and held is not stale and held.holds(self._now()):
                return held
            self._token = None
            response = await self._reach(token_request(auth, self._credentials))
            self._token = read_token(auth, response, self._now())
            return self._token


def _batches(numbers: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    rest = iter(dict.fromkeys(numbers))
    while batch := tuple(islice(rest, size)):
        yield batch
