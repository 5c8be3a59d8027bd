"""Polling in chunks: due shipments of one account are asked within its budget and their answers taken in."""

import asyncio
import base64
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
import structlog
from msgspec import Struct

from bot import tracing
from bot.apart import Bell
from bot.clock import Clock
from bot.domain.budget import pressure
from bot.domain.tracking import digest
from bot.flows import outage, sealing
from bot.flows.ingest import NO_RULES, Polled, Rules, ingest_batch
from bot.flows.judging import spread
from bot.flows.line import PATIENCE, Asked, Line
from bot.flows.lines import Lines
from bot.flows.ports import Unfit, Vault
from bot.flows.setbacks import Setbacks
from bot.flows.tally import outcome_of, outcomes, tally
from bot.store import accounts, core, due, legs, unreadable
from bot.store.accounts import Account, Due
from bot.store.crypt import CannotOpen
from bot.store.due import Claimed
from carriers.kit.contract import Carrier
from carriers.kit.discovery import UnknownCarrier
from carriers.kit.drive import Send
from carriers.kit.errors import Unreadable
from carriers.kit.masking import masked
from carriers.kit.model import Limits, TrackingResult

log = structlog.get_logger(__name__)

CHUNK = 250
SETTLING = 2
"""Chunks taken in at a time: all at once would end at once, and then nobody would be asking meanwhile."""
LEASE = timedelta(minutes=10)
"""Longer than a chunk takes; whoever asks for the account next gives back what a dead worker had claimed."""
SET_ASIDE = timedelta(hours=1)
"""How long a shipment waits whose answer we cannot take in by our own fault."""
NO_LIMITS = Limits()
_UNREADABLE_A_CHUNK = 3
_bell = Bell()


def listen(listener: Callable[[], None]) -> Callable[[], None]:
    """Be called whenever something new is to be asked; returns what ends it."""
    return _bell.listen(listener)


def wake() -> None:
    """There may be something new to ask: a shipment was added, an account resumed."""
    _bell.ring()


class _Chunk(Struct, frozen=True):
    account: Account
    line: Line
    claimed: list[Claimed]
    began_at: datetime


class _Granted(NamedTuple):
    """How many shipments may be asked for; `is_short`: more are due."""

    most: int
    is_short: bool = False


class Poller:
    """Asks carriers. Holds accounts' sessions and what was read; two chunks of one account never run side by side."""

    def __init__(
        self, send: Send, vault: Vault, clock: Clock, rules: Rules = NO_RULES, patience: float = PATIENCE
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._rules = rules
        self._patience = patience
        self._lines = Lines(send, vault, clock)
        self._setbacks = Setbacks()
        self._settling = asyncio.Semaphore(SETTLING)

    async def dues(self) -> list[Due]:
        """When each account next has something to ask."""
        return self._setbacks.heeded(await accounts.dues())

    async def free(self, account_id: int | None) -> None:
        """Give back what somebody had claimed of an account who is gone; only for him whose the account is now."""
        if freed := await due.free(account_id, self._clock.now()):
            log.warning("claims_left_behind", account=account_id, parcels=freed)

    async def chunk(self, account_id: int | None, ending: asyncio.Event | None = None) -> int:
        """Ask for what is due of an account (None: look at the shops' own couriers' parcels); how many shipments.

        Once we are `ending`, what was not asked yet is given back, and in a while what has no answer.
        Raises StoreUnavailable and Unfit; whatever else goes wrong is the account's or one shipment's affair.
        """
        try:
            many = await (
                self._own_chunk() if account_id is None else self._chunk(account_id, ending or asyncio.Event())
            )
        except (core.StoreUnavailable, Unfit):
            raise
        except Exception:
            await self._setbacks.more(account_id, self._clock.now())
            return 0
        if many:
            self._setbacks.over(account_id)
        return many

    async def _chunk(self, account_id: int, ending: asyncio.Event) -> int:
        chunk = await self._take(account_id)
        if chunk is None:
            return 0
        began = self._clock.monotonic()
        with _told_of(chunk, "poll.chunk") as span:
            asked = await self._asked(chunk, ending)
            async with self._settling:
                await self._settle(chunk, asked)
            answered = _answered(chunk, asked)
            span.note(**answered)
        _tell(chunk, answered, self._clock.monotonic() - began)
        return len(chunk.claimed)

    async def _own_chunk(self) -> int:
        now = self._clock.now()
        async with core.transaction():
            claimed = await due.claim(None, now, CHUNK, LEASE)
        if claimed:
            with tracing.span("poll.chunk", parcels=len(claimed)):
                await self._take_in([Polled(one.id, None) for one in claimed], now)
        return len(claimed)

    # ---- taking

    async def _take(self, account_id: int) -> _Chunk | None:
        now = self._clock.now()
        async with core.transaction():
            account = await accounts.ready(account_id, now)
            line = account and await self._line(account, now)
            if not account or not line:
                return None
            granted = await self._granted(account, line, now)
            claimed = await self._claim(account, line, granted, now) if granted.most else []
            claimed += await legs.claim(account.id, now, granted.most - len(claimed), LEASE)
            if granted.most and not claimed:
                await _give_back(line, account, now)
        return _Chunk(account, line, claimed, now) if claimed else None

    async def _line(self, account: Account, now: datetime) -> Line | None:
        try:
            return self._lines.to(account, now)
        except (UnknownCarrier, CannotOpen, orjson.JSONDecodeError):
            await sealing.check(self._vault)  # a fault of this process is none of the account
            # Keys or adapters are the operator's: the shop's credentials are not at fault, and it cannot mend this.
            log.exception("account_cannot_be_asked", account=account.id, slug=account.slug)
            await accounts.wait(account.id, now + SET_ASIDE)
            return None

    async def _claim(self, account: Account, line: Line, granted: _Granted, now: datetime) -> list[Claimed]:
        """The longest due; where not all may be asked for, the most urgent."""
        if not granted.is_short:
            return await due.claim(account.id, now, granted.most, LEASE)
        urgent = await line.scarce.most_urgent(now, granted.most, self._rules.rhythms)
        return await due.claim_these(urgent, now, LEASE)

    async def _granted(self, account: Account, line: Line, now: datetime) -> _Granted:
        """How many shipments may be asked for now; the operator's own pace knows no limits."""
        carrier: Carrier = line.carrier
        limits = carrier.limits if self._rules.heeds_limits else NO_LIMITS
        if (limits.per_second, limits.per_day) == (None, None):
            line.start(None, now)
            return _Granted(CHUNK)
        wanted = await due.count(account.id, now, CHUNK) + await legs.count_due(account.id, now, CHUNK)
        if not wanted:
            return _Granted(0)
        open_ = await line.scarce.parcels(now) if limits.per_day else 0
        pressed = pressure(open_, limits, carrier.batch_size)
        grant = await accounts.spend(account.id, limits, now, -(-wanted // carrier.batch_size), pressed)
        line.start(grant, now)
        if grant.again_at is not None:
            await accounts.wait(account.id, grant.again_at)
        most = min(CHUNK, grant.count * carrier.batch_size)
        return _Granted(most, most < wanted)

    async def _asked(self, chunk: _Chunk, ending: asyncio.Event) -> Asked:
        with _told_of(chunk, "carrier.ask") as span:
            asked = await chunk.line.ask(chunk.claimed, ending, self._patience)
            span.note(requests=chunk.line.requests)
            if asked.trouble is not None:
                span.note(trouble=outcome_of(asked.trouble))
        return asked

    # ---- settling

    async def _settle(self, chunk: _Chunk, asked: Asked) -> None:
        now = self._clock.now()
        polled = [_polled(one, asked, chunk) for one in chunk.claimed if one.number in asked.answers]
        try:
            async with core.transaction():
                await ingest_batch(polled, now, self._rules)
                await self._learn(chunk, asked, now)
            _remember(chunk, asked, polled)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("chunk_not_taken_in", account=chunk.account.id)
            await self._take_in(polled, now)
            async with core.transaction():
                await self._learn(chunk, asked, now)

    async def _learn(self, chunk: _Chunk, asked: Asked, now: datetime) -> None:
        answers = asked.answers.values()
        heard, trouble = outage.was_heard(answers), asked.trouble or outage.unread(answers)
        again_at = await outage.learn(chunk.account, heard, trouble, now, spread(chunk.account.id, now))
        await _postpone([(one.id, one.leg_id) for one in chunk.claimed if one.number not in asked.answers], again_at)
        await self._keep_unreadable(chunk, asked, now)
        await _give_back(chunk.line, chunk.account, chunk.began_at)

    async def _take_in(self, polled: Sequence[Polled], now: datetime) -> None:
        """Halve a batch until what cannot be taken in stands alone, and set that aside: it must not stop the others."""
        if not polled:
            return
        try:
            await ingest_batch(polled, now, self._rules)
        except core.StoreUnavailable:
            raise
        except Exception:
            if len(polled) == 1:
                log.exception("answer_not_taken_in", shipment=polled[0].shipment_id)
                await _postpone([(polled[0].shipment_id, polled[0].leg_id)], now + SET_ASIDE)
                return
            half = len(polled) // 2
            await self._take_in(polled[:half], now)
            await self._take_in(polled[half:], now)

    async def _keep_unreadable(self, chunk: _Chunk, asked: Asked, now: datetime) -> None:
        account = chunk.account
        found = [(number, one) for number, one in asked.answers.items() if isinstance(one, Unreadable)]
        for number, error in found[:_UNREADABLE_A_CHUNK]:
            log.error("unreadable_answer", slug=account.slug, account=account.id, reason=str(error))
            payload = base64.b64encode(masked(error.payload, chunk.line.secret_values)).decode()
            await unreadable.keep(account.slug, number, str(error), self._vault.seal(payload), now)


def _told_of(chunk: _Chunk, what: str) -> tracing.Span:
    account = chunk.account
    return tracing.span(what, account=account.id, carrier=account.slug, parcels=len(chunk.claimed))


def _answered(chunk: _Chunk, asked: Asked) -> Counter[str]:
    """How many of a chunk were answered how."""
    answered = outcomes(one for one in asked.answers.values() if not isinstance(one, TrackingResult | None))
    answered["answered"] = len(asked.answers) - answered.total()
    if (unanswered := len(chunk.claimed) - len(asked.answers)) > 0:
        answered[outcome_of(asked.trouble) if asked.trouble else "unanswered"] += unanswered
    return answered


def _tell(chunk: _Chunk, answered: Mapping[str, int], seconds: float) -> None:
    """What came of a chunk, for the metrics."""
    slug = chunk.account.slug
    tally.took("herald_chunk_seconds", seconds, slug)
    for outcome, many in answered.items():
        tally.count("herald_polls_total", slug, outcome, more=many)


async def _give_back(line: Line, account: Account, spent_at: datetime) -> None:
    """What was paid for a chunk and not asked: it ended early, or others have what was due."""
    if line.unused > 0:
        await accounts.give_back(account.id, line.unused, spent_at)


async def _postpone(left: Sequence[tuple[int, int | None]], until: datetime) -> None:
    """Ask for these (shipment, or its leg) later."""
    own = [shipment_id for shipment_id, leg_id in left if leg_id is None]
    further = [leg_id for _, leg_id in left if leg_id is not None]
    if own:
        await due.postpone(own, until)
    if further:
        await legs.postpone(further, until)


def _polled(one: Claimed, asked: Asked, chunk: _Chunk) -> Polled:
    answer = asked.answers[one.number]
    seal = digest(answer) if isinstance(answer, TrackingResult) else None
    is_pushed = chunk.account.pushes(chunk.began_at)
    if one.leg_id is None and not is_pushed:
        return Polled(one.id, answer, seal)
    # A leg's answer is a part; and a carrier that pushes may have pushed something newer while it was asked.
    return Polled(one.id, answer, seal, True, chunk.began_at, is_pushed=is_pushed, leg_id=one.leg_id)


def _remember(chunk: _Chunk, asked: Asked, polled: Sequence[Polled]) -> None:
    seals = {(one.shipment_id, one.leg_id): one.seal for one in polled}
    for one in chunk.claimed:
        fingerprint, seal = asked.fingerprints.get(one.number), seals.get((one.id, one.leg_id))
        if fingerprint is not None and seal is not None:
            chunk.line.remember(one, fingerprint, seal)
