"""The dispatcher: takes from the outbox what may leave now, one at a time, at most eight in the air."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from secrets import token_hex

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain import pacing
from bot.domain.outgoing import Act, Leaving, Outcome, Rejected, Unreachable
from bot.flows import doubt, outgoing, settling
from bot.flows.calls import Call, Drop, Fate, Later, Unprepared
from bot.flows.outgoing import StoreUnavailable
from bot.flows.tally import outcome_of, tally
from bot.jobs import traced
from bot.jobs.loop import wait_for
from bot.jobs.speaking import Dispatch as Dispatch
from bot.texts.messages import MissingFact, UnknownKind

LOOK_EVERY = 1.0
"""Seconds after which the outbox is looked at though nothing called: other processes put rows, too."""
ECHOES = (0.002, 0.005, 0.015, 0.05, 0.2)
"""A call comes from inside a transaction: its rows are looked for again these seconds later."""
TIDY_EVERY = 10.0
DESK_REST = timedelta(seconds=30)
"""How long a group that takes no messages is left alone."""
STORE_WAIT = 0.5
MOST_SETTLING = 5
"""Tries to write down what became of a row before it is given up: by then it is no passing fault."""
WORD = timedelta(seconds=9)
"""How long the word is ours unless renewed: longer than this process may be busy, as short as others may wait."""
LAST_WAIT = timedelta(seconds=7)
"""How long what is in the air may take to land when we stop; what does not is in doubt at the next start."""
CANCEL_WAIT = 0.5
"""Seconds that what has been cut short may take to end."""
MOST_IN_CHAT = 4
"""So many of those in the air may go to one chat: one that answers slowly leaves room for the others."""
_MARKS = frozenset({Act.PIN, Act.REACT, Act.DELETE})
log = structlog.get_logger(__name__)


async def dispatch_forever(deps: Dispatch, stop: asyncio.Event) -> None:
    """Settle what the last process left in the air, then send until told to stop."""
    dispatcher = Dispatcher(deps)
    unlisten = outgoing.listen(dispatcher.called.set)
    try:
        await dispatcher.run(stop)
    finally:
        unlisten()


@dataclass
class Dispatcher:
    """One run of the dispatcher."""

    deps: Dispatch
    called: asyncio.Event = field(default_factory=asyncio.Event)
    _flying: dict["asyncio.Task[None]", int] = field(default_factory=dict)
    _echoes: list[float] = field(default_factory=list)
    name: str = field(default_factory=lambda: token_hex(8))
    store_wait: float = STORE_WAIT
    last_wait: float = LAST_WAIT.total_seconds()
    _tidied: float = float("-inf")
    _word_until: float = float("-inf")

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        try:
            while not stop.is_set():
                try:
                    await self.round(stop)
                except StoreUnavailable as error:
                    await self._store_away(error)
        finally:
            await self._land()

    async def round(self, stop: asyncio.Event) -> None:
        """Let one row leave, or wait until one may."""
        if not await self._has_the_word():
            await wait_for(LOOK_EVERY, stop)
            return
        await self._tidy()
        heard = self.called.is_set()
        self.called.clear()
        if heard:
            self._echoes = list(ECHOES)
        if not await self.step():
            await wait_for(self._rest(), self.called, stop)

    async def _has_the_word(self) -> bool:
        """True while no other process speaks; what the one before us left in the air is settled first."""
        now = self.deps.clock.monotonic()
        if now < self._word_until:
            return True
        had = self._word_until > float("-inf")
        if not await outgoing.take_word(self.name, WORD):
            self._word_until = float("-inf")
            return False
        if not had:
            await self._recover()
        self._word_until = now + WORD.total_seconds() / 3
        return True

    async def _recover(self) -> None:
        now = self.deps.clock.now()
        for chat_id, method, ago in await outgoing.lately(now, self.deps.clock.speed):
            self.deps.pace.remember(method, chat_id, ago)
        await doubt.recover(now)

    async def step(self) -> bool:
        """Let the most urgent row leave; False if nothing may leave now."""
        deps = self.deps
        if len(self._flying) >= deps.at_once or deps.pace.delay() > 0:
            return False
        pace = deps.pace
        resting = [*pace.resting(), *self._crowded()]
        rows = await outgoing.lease(1, deps.clock.now(), pace.held(), resting, pace.spared())
        for row in rows:
            with traced.preparing(row, deps.clock.now()) as span:
                call = await self._prepared(row)
                traced.became(span, call)
            if not isinstance(call, Call):
                await self._settle(row, None, call)
            elif call.chat_id != row.chat_id and call.chat_id in deps.pace.held():
                await outgoing.readdress(row, call.chat_id)
            else:
                self._send(row, call)
        return bool(rows)

    @property
    def in_air(self) -> int:
        """Calls that have left and are not settled."""
        return len(self._flying)

    def _crowded(self) -> list[int]:
        """Chats to which enough is in the air."""
        return [chat_id for chat_id, calls in Counter(self._flying.values()).items() if calls >= MOST_IN_CHAT]

    async def _prepared(self, row: Leaving) -> Call | Drop | Later | Rejected | Unprepared:
        """A row once leased must go on: the store is asked until it answers."""
        while True:
            try:
                return await outgoing.prepare(row, self.deps.composer, self.deps.clock.now())
            except StoreUnavailable as error:
                await self._store_away(error)
            except (MissingFact, UnknownKind):
                log.exception("unworded", outbox=row.id, act=row.act)
                return Rejected("unprepared")
            except Exception:
                log.exception("unprepared", outbox=row.id, act=row.act)
                return Unprepared()

    def _send(self, row: Leaving, call: Call) -> None:
        wait = self._paid(call)
        task = asyncio.create_task(self._fly(row, call, wait))
        self._flying[task] = call.chat_id
        task.add_done_callback(self._landed)

    def _paid(self, call: Call) -> float:
        """Seconds until a call may leave: each message of an album takes its place, a person's chat has a burst."""
        waits = [self.deps.pace.spend(call.method, call.chat_id) for _ in range(call.cost)]
        return waits[-1] if call.chat_id < 0 else waits[: pacing.CHAT_BURST][-1]

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flying.pop(task, None)
        self.called.set()

    async def _fly(self, row: Leaving, call: Call, wait: float) -> None:
        if wait > 0:  # its chat turned out to be another one than the lease knew
            await asyncio.sleep(wait)
        with bound_contextvars(outbox=row.id), traced.sending(row, call) as span:
            began = self.deps.clock.monotonic()
            outcome = await self._say(call)
            tally.took("herald_send_seconds", self.deps.clock.monotonic() - began, call.step)
            tally.count("herald_sends_total", call.step, outcome_of(outcome))
            traced.became(span, outcome)
            if _is_closed(call, outcome):
                self.deps.pace.pause(call.chat_id, DESK_REST)
            await self._settle(row, call, outcome)

    async def _say(self, call: Call) -> Outcome:
        with traced.calling(call) as span:
            try:
                outcome = await self.deps.speaker.do(call)
            except Exception:
                log.exception("unsaid", method=call.method)
                outcome = Rejected("unsaid")
            traced.became(span, outcome)
        return outcome

    async def _settle(self, row: Leaving, call: Call | None, outcome: Fate) -> None:
        """What Telegram said must be written down: it is tried until the store takes it."""
        for tries in count(1):
            try:
                await settling.settle(row, call, outcome, self.deps.clock.now())
                return
            except StoreUnavailable as error:
                await self._store_away(error)
            except Exception:
                log.exception("unsettled", outbox=row.id, act=row.act)
                if tries == MOST_SETTLING:
                    await self._abandon(row)
                    return
                await asyncio.sleep(self.store_wait)

    async def _abandon(self, row: Leaving) -> None:
        """A row left as leaving would stop its lane until the next start."""
        while True:
            try:
                await outgoing.abandon(row, self.deps.clock.now())
                return
            except StoreUnavailable as error:
                await self._store_away(error)
            except Exception:
                log.exception("not_abandoned", outbox=row.id)
                await asyncio.sleep(self.store_wait)

    async def _store_away(self, error: StoreUnavailable) -> None:
        log.error("store_unavailable", reason=error.reason)
        await asyncio.sleep(self.store_wait)

    def _rest(self) -> float:
        """Seconds until it is worth looking again."""
        pace = self.deps.pace
        if len(self._flying) >= self.deps.at_once:
            return LOOK_EVERY
        if (delay := pace.delay()) > 0:
            return delay
        echo = self._echoes.pop(0) if self._echoes else LOOK_EVERY
        soonest = pace.soonest()
        return echo if soonest is None else min(echo, soonest)

    async def _tidy(self) -> None:
        clock = self.deps.clock
        now = clock.monotonic()
        if now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            await outgoing.tidy(clock.now())

    async def _land(self) -> None:
        """The next one may speak at once, also where something hung: whether that arrived is in doubt to him."""
        if flying := list(self._flying):
            _, hanging = await asyncio.wait(flying, timeout=self.last_wait)
            for task in hanging:
                task.cancel()
            _, hanging = await asyncio.wait(flying, timeout=CANCEL_WAIT)
            if hanging:
                return
        with suppress(StoreUnavailable):
            await outgoing.leave_word(self.name)


def _is_closed(call: Call, outcome: Outcome) -> bool:
    """True where a group takes no messages from us for now."""
    refused = isinstance(outcome, Rejected) and outcome.rights and call.step is not Act.TOPIC
    closed = isinstance(outcome, Unreachable) or refused
    return closed and call.chat_id < 0 and call.step not in _MARKS
