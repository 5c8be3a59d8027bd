"""The line to one carrier account: its session, its pace, and a chunk of questions asked side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from bot.clock import Clock
from bot.domain.budget import Grant
from bot.store import accounts, core
from carriers.kit.contract import Answer, Carrier
from carriers.kit.conversation import spread
from carriers.kit.drive import Send, Session
from carriers.kit.errors import AuthFailed, CarrierError, RateLimited, Unavailable
from carriers.kit.model import Request, Response

log = logging.getLogger(__name__)

WIDTH = 32
"""Questions open at a time where a question is one number; carriers that answer many at once get fewer."""
DOWN = 5
"""So many unanswered questions in a row, and the rest of the chunk is not asked."""
_HALTING = (AuthFailed, RateLimited)


class Asked:
    """What a chunk brought: an answer a number, and the error that concerns the whole account, if any."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.trouble: CarrierError | None = None
        self._unanswered = 0

    @property
    def is_over(self) -> bool:
        """Whether asking on is of no use now."""
        return isinstance(self.trouble, _HALTING) or self._unanswered >= DOWN

    def heard(self, answers: Mapping[str, Answer]) -> None:
        """A question was answered."""
        self.answers.update(answers)
        self._unanswered = 0
        for one in answers.values():
            if isinstance(one, _HALTING):
                self.trouble = one

    def failed(self, numbers: Sequence[str], error: CarrierError) -> None:
        """A whole question failed; an account that must stop or wait weighs more than one that is down."""
        if isinstance(error, _HALTING):
            self.trouble = error
            return
        self._unanswered += 1
        self.trouble = self.trouble or error
        self.answers.update(spread(numbers, error))


class Line:
    """One account's session, kept between chunks for its token. One chunk at a time uses it."""

    def __init__(
        self, account_id: int, secrets: str, carrier: Carrier, credentials: Mapping[str, str], send: Send, clock: Clock
    ) -> None:
        self.secrets = secrets
        self.carrier = carrier
        self._account_id = account_id
        self._send = send
        self._clock = clock
        self._session = Session(carrier, credentials, self._paced, clock.now)
        self._grant: Grant | None = None
        self._granted_at = clock.now()
        self._left = 0

    def start(self, grant: Grant | None, now: datetime) -> None:
        """Begin a chunk with these questions granted; None: its carrier has no documented limit."""
        self._grant, self._granted_at, self._left = grant, now, 0

    async def ask(self, numbers: Sequence[str]) -> Asked:
        """Ask for all of them; a number that was not asked for has no answer."""
        asked, batches = Asked(), deque(_batches(numbers, self.carrier.batch_size))
        width = min(len(batches), max(2, WIDTH // self.carrier.batch_size))
        await asyncio.gather(*[self._work(batches, asked) for _ in range(width)])
        return asked

    async def _work(self, batches: deque[Sequence[str]], asked: Asked) -> None:
        while batches and not asked.is_over:
            batch = batches.popleft()
            try:
                asked.heard(await self._session.track(batch))
            except CarrierError as error:
                asked.failed(batch, error)
            except Exception as error:
                log.exception("a question to %s failed by our own fault", self.carrier.slug)
                asked.failed(batch, _ours(error))

    async def _paced(self, request: Request) -> Response:
        if self._grant is not None:
            leave_at = await self._slot(self._grant)
            early = leave_at - self._clock.now()
            if early.total_seconds() > 0:
                await self._clock.sleep(early)
        return await self._send(request)

    async def _slot(self, grant: Grant) -> datetime:
        """When the next request may leave; a conversation of several requests takes more than was granted at first."""
        if self._left < grant.count:
            self._left += 1
            return grant.leave_at(self._left - 1, self._granted_at)
        now = self._clock.now()
        async with core.transaction():
            more = await accounts.spend(self._account_id, self.carrier.limits, now, 1)
        if not more.count:
            raise RateLimited("our own budget is spent", retry_at=more.again_at)
        return more.leave_at(0, now)


def _ours(error: Exception) -> CarrierError:
    fault = Unavailable(f"not asked ({type(error).__name__})")
    fault.__cause__ = error
    return fault


def _batches(numbers: Sequence[str], size: int) -> list[Sequence[str]]:
    rest = iter(numbers)
    return list(iter(lambda: tuple(islice(rest, size)), ()))
