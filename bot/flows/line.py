"""The line to one carrier account: its session, its pace, and a chunk of questions asked side by side."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from itertools import islice

import structlog

from bot.clock import Clock
from bot.domain.budget import Grant
from bot.flows.scarce import Scarce
from bot.flows.seen import Seen
from bot.store import accounts, core
from bot.store.accounts import Account
from bot.store.due import Claimed
from carriers.kit.contract import Answer, Carrier
from carriers.kit.conversation import spread
from carriers.kit.drive import Send, Session
from carriers.kit.errors import AuthFailed, CarrierError, RateLimited, Unavailable
from carriers.kit.model import Request, Response

log = structlog.get_logger(__name__)

WIDTH = 32
"""Questions open at a time where a question is one number; carriers that answer many at once get fewer."""
PATIENCE = 5.0
"""Real seconds that questions in the air get when the process ends: it has ten in all."""
DOWN = 5
"""So many unanswered questions in a row, and the rest of the chunk is not asked."""
_HALTING = (AuthFailed, RateLimited)


class _Same(Exception):
    """The answer is, byte for byte, the one that the shipment stands at: there is nothing to read."""


class _Question:
    """The question a task is asking: `known` is the fingerprint of the answer the shipment stands at."""

    __slots__ = ("heard", "known")

    def __init__(self, known: int | None) -> None:
        self.known = known
        self.heard = 0


_asking: ContextVar[_Question] = ContextVar("asking")


class Asked:
    """What a chunk brought: an answer a number, and the error that concerns the whole account, if any.

    None is the same answer as before. `fingerprints` are those of answers to one number each.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer | None] = {}
        self.fingerprints: dict[str, int] = {}
        self.trouble: CarrierError | None = None
        self.is_cut_short = False
        """Whether the process ends: what has no answer was not asked, or is given up."""
        self.is_over = False
        """Whether asking on is of no use now."""
        self._unanswered = 0

    def heard(self, answers: Mapping[str, Answer | None]) -> None:
        """A question was answered."""
        self.answers.update(answers)
        self._unanswered = 0
        for one in answers.values():
            if isinstance(one, _HALTING):
                self._halt(one)

    def failed(self, numbers: Sequence[str], error: CarrierError) -> None:
        """A whole question failed; an account that must stop or wait weighs more than one that is down."""
        if isinstance(error, _HALTING):
            self._halt(error)
            return
        self._unanswered += 1
        self.is_over = self.is_over or self._unanswered >= DOWN
        self.trouble = self.trouble or error
        self.answers.update(spread(numbers, error))

    def _halt(self, error: CarrierError) -> None:
        self.trouble, self.is_over = error, True


class Line:
    """One account's session, kept between chunks for its token. One chunk at a time uses it."""

    def __init__(
        self, account: Account, carrier: Carrier, credentials: Mapping[str, str], send: Send, clock: Clock, seen: Seen
    ) -> None:
        self.secrets = account.secrets
        self.carrier = carrier
        self.secret_values = [credentials[one.name] for one in carrier.fields if one.secret and one.name in credentials]
        self.scarce = Scarce(account.id)
        self._account_id = account.id
        self._send = send
        self._clock = clock
        self._session = Session(carrier, credentials, self._paced, clock.now)
        self._grant: Grant | None = None
        self._granted_at = clock.now()
        self._left = 0
        self.requests = 0
        """Sent for the chunk that is being asked."""
        self._seen = seen
        self._whose = hash((account.id, account.secrets))

    def start(self, grant: Grant | None, now: datetime) -> None:
        """Begin a chunk with these questions granted; None: its carrier has no documented limit."""
        self._grant, self._granted_at, self._left, self.requests = grant, now, 0, 0

    @property
    def unused(self) -> int:
        """Questions that were granted and not asked."""
        return 0 if self._grant is None else self._grant.count - self._left

    async def ask(self, claimed: Sequence[Claimed], ending: asyncio.Event, patience: float = PATIENCE) -> Asked:
        """Ask for all of them; a number that was not asked for has no answer.

        Once we are `ending` nothing more is asked, and what is in the air has `patience` seconds to land.
        """
        asked, batches = Asked(), deque(_batches(claimed, self.carrier.batch_size))
        width = min(len(batches), max(2, WIDTH // self.carrier.batch_size))
        asking = asyncio.gather(*[self._work(batches, asked) for _ in range(width)])
        told = asyncio.create_task(ending.wait())
        try:
            await asyncio.wait((asking, told), return_when=asyncio.FIRST_COMPLETED)
            asked.is_cut_short = not asking.done()
            asked.is_over = asked.is_over or asked.is_cut_short
            await asyncio.wait((asking,), timeout=patience)
        finally:
            told.cancel()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        if not asked.is_cut_short:
            asking.result()
        return asked

    def remember(self, one: Claimed, fingerprint: int, seal: int) -> None:
        """What was taken in of it came out of the answer with this fingerprint."""
        self._seen.remember(one, self._whose, fingerprint, seal)

    async def _work(self, batches: deque[Sequence[Claimed]], asked: Asked) -> None:
        while batches and not asked.is_over:
            batch = batches.popleft()
            numbers = [one.number for one in batch]
            question = _Question(self._seen.fingerprint(batch[0], self._whose) if len(batch) == 1 else None)
            _asking.set(question)
            try:
                asked.heard(await self._session.track(numbers))
                if len(batch) == 1:
                    asked.fingerprints[numbers[0]] = question.heard
            except _Same:
                asked.heard({numbers[0]: None})
            except CarrierError as error:
                asked.failed(numbers, error)
            except Exception as error:
                log.exception("question_failed_by_our_fault", slug=self.carrier.slug)
                asked.failed(numbers, _ours(error))

    async def _paced(self, request: Request) -> Response:
        if self._grant is not None:
            leave_at = await self._slot(self._grant)
            early = leave_at - self._clock.now()
            if early.total_seconds() > 0:
                await self._clock.sleep(early)
        self.requests += 1
        response = await self._send(request)
        question = _asking.get()
        question.heard = hash((response.status, response.body))
        if question.heard == question.known:
            raise _Same
        return response

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


def _batches(claimed: Sequence[Claimed], size: int) -> list[Sequence[Claimed]]:
    rest = iter(claimed)
    return list(iter(lambda: tuple(islice(rest, size)), ()))
