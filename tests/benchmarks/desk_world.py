"""A shop's desk under load: the whole service in this process, people who write, agents who answer, an exact clock.

The real listener, handlers, store, dispatcher, pacer and Telegram library; the sandbox's Bot API over HTTP holds
Telegram's limits. The clock stands while anything is still being done and then moves to the next moment at which
something may happen: ten minutes pass in as long as the work takes, and every moment is exact.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from bot.chat.app import AskTelegram, make_bot
from bot.chat.listen import Listening, listen_forever
from bot.flows import card, draft_words, facts, outgoing, place
from bot.flows.outgoing import Composer
from bot.gateways.pacer import Pacer
from bot.gateways.telegram import Speaker
from bot.jobs.dispatch import Dispatch, Dispatcher
from bot.sandbox.bot_api.faults import Fault, Script
from bot.sandbox.telegram import Call, Chat, TelegramSandbox, User
from bot.store import crypt, desks, sql
from bot.store.models import Customer, Follow, Member, Merchant, Order, Person, Shipment
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.ports import FakeCarriers, FakeSettings

TOKEN = re.compile(r"\b([qa])(\d+)x(\d+)\b")
"""`q7x3`: the third words of customer 7; `a7x3`: an agent's answer to them."""
COUNTED = ("sendMessage", "copyMessage", "editMessageText", "createForumTopic", "pinChatMessage", "editForumTopic")
ANSWER_AFTER = 20.0
"""Seconds an agent takes."""
LOOK = 1.0
TIDY = 10.0


class Clock(StandingClock):
    """Stands for whoever waits by it: only the run moves it."""

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(0.001)


@dataclass
class Heard:
    """What was said and when, what arrived where and when: seconds of the run."""

    said: dict[str, float] = field(default_factory=dict)
    arrived: dict[str, list[float]] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    """Whoever reads (a topic, a private chat) to what he read, in order, each once."""

    def reads(self, reader: str, token: str, at: float) -> bool:
        """True where he reads it for the first time."""
        times = self.arrived.setdefault(token, [])
        times.append(at)
        if len(times) == 1:
            self.order.setdefault(reader, []).append(token)
        return len(times) == 1


@dataclass
class Desk:
    """One run."""

    telegram: TelegramSandbox
    clock: Clock
    pacer: Pacer
    dispatcher: Dispatcher
    groups: list[Chat] = field(default_factory=list)
    agents: dict[int, User] = field(default_factory=dict)
    people: list[User] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)
    answers: bool = True
    _plan: list[tuple[float, int, Callable[[], Awaitable[object]]]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _read: int = 0
    _tidied: float = 0.0
    _began: float = 0.0

    # ---- who is there

    async def open(self, customers: int, groups: int) -> None:
        """A shop with its groups and an agent in each; customers who follow a parcel of theirs."""
        now = self.clock.now()
        owner = await self.telegram.user("Nadia", "en")
        shop = await Merchant.create(name="Lavender", locale="en", zone="Europe/Berlin", created_ms=to_ms(now))
        _ = await Member.create(merchant_id=shop.id, user_id=owner.id, role="owner", created_ms=0)
        for number in range(groups):
            agent = await self.telegram.user(f"Agent {number}", "en")
            group = await self.telegram.group(f"Desk {number}", owner=owner, members=[agent])
            await desks.bind(shop.id, group.id, group.title, now + timedelta(seconds=number), beside=True)
            self.groups.append(group)
            self.agents[group.id] = agent
        for number in range(customers):
            self.people.append(await self._customer(shop.id, number))

    async def _customer(self, shop_id: int, number: int) -> User:
        user = await self.telegram.user(f"Customer {number}", "en")
        at = to_ms(self.clock.now())
        _ = await Person.create(user_id=user.id, name=user.first_name, app_locale="en")
        who = await Customer.create(merchant_id=shop_id, user_id=user.id, name=user.first_name, created_ms=at)
        order = await Order.create(merchant_id=shop_id, number=str(1000 + number), created_ms=at)
        box = await Shipment.create(
            merchant_id=shop_id, order_id=order.id, slug="dhl_unified", number=f"N{number}", status="in_transit",
            promised_on="2026-11-30", next_poll_ms=at + 10**9, known_ms=at, polled_ms=at, created_ms=at,
        )  # fmt: skip
        _ = await Follow.create(shipment_id=box.id, customer_id=who.id, created_ms=at)
        return user

    def at(self, second: float, do: Callable[[], Awaitable[object]]) -> None:
        """Do that at that second of the run."""
        heappush(self._plan, (second, next(self._numbers), do))

    def customer_writes(self, number: int, words: int, second: float) -> None:
        """Customer `number` says his words `words` at that second; the first are a call for a person."""
        token = f"q{number}x{words}"
        text = f"{'/human ' if words == 0 else ''}Please see {token}"

        async def say() -> None:
            self.heard.said[token] = self.second
            await self.telegram.says(self.people[number], text)

        self.at(second, say)

    @property
    def second(self) -> float:
        """Of the run."""
        return self.clock.monotonic() - self._began

    # ---- time passes

    async def run(self, least: float, most: float) -> None:
        """Until all is said and done after `least` seconds, at the latest until `most`."""
        self._began = self.clock.monotonic()
        while self.second < most and (self.second < least or self._plan or await self._waits()):
            await self._act()
            await self._settle()
            await self._tidy()
            self.clock.advance(timedelta(seconds=self._until_next()))
        self._listen()

    async def _act(self) -> None:
        while self._plan and self._plan[0][0] <= self.second:
            await heappop(self._plan)[2]()

    async def _settle(self) -> None:
        """Until nothing is being done: every update handled, every call answered, nothing else may leave now."""
        while True:
            await self._handled()
            self.dispatcher.called.clear()
            moved = await self.dispatcher.step()
            self._listen()
            if not moved and not self.dispatcher.in_air:
                return
            if not moved:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.dispatcher.called.wait(), 0.05)

    async def _handled(self) -> None:
        """Every update is handled."""
        new = "SELECT 1 FROM inbox WHERE state = 'new' LIMIT 1"
        while self.telegram.api.updates.waiting or await sql.records(new):  # noqa: ASYNC110  (no event tells it)
            await asyncio.sleep(0.003)

    async def _tidy(self) -> None:
        if self.second - self._tidied >= TIDY:
            self._tidied = self.second
            await outgoing.tidy(self.clock.now())

    async def _waits(self) -> bool:
        return bool(
            await sql.records("SELECT 1 FROM outbox WHERE state IN ('queued', 'leaving') AND due_ms <= ?", (self._ms,))
        )

    @property
    def _ms(self) -> int:
        return to_ms(self.clock.now())

    def _until_next(self) -> float:
        moments = [LOOK, self.pacer.delay() or LOOK]
        if (soonest := self.pacer.soonest()) is not None:
            moments.append(soonest)
        if self._plan:
            moments.append(self._plan[0][0] - self.second)
        return max(min(moments), 0.0) + 1e-6

    def _listen(self) -> None:
        """What has arrived since the last look; an agent answers every second of a customer's words."""
        calls = self.telegram.api.record.calls
        while self._read < len(calls) and calls[self._read].outcome != "pending":
            call = calls[self._read]
            self._read += 1
            if call.accepted and call.method in ("sendMessage", "copyMessage"):
                self._reads(call)

    def _reads(self, call: Call) -> None:
        found = TOKEN.search(str(call.params.get("text", "")))
        chat_id = call.chat_id or 0
        if found is None:
            return
        token, (side, who, words) = found[0], found.groups()
        first = self.heard.reads(f"{side}{who}", token, call.second - self._began)
        if side == "q" and chat_id < 0 and first and self.answers and int(words) % 2 == 0:
            self._answer(chat_id, call.params["message_thread_id"], f"a{who}x{words}")

    def _answer(self, group: int, topic: int, token: str) -> None:
        async def say() -> None:
            self.heard.said[token] = self.second
            await self.telegram.in_group(self.agents[group], group, f"It is {token}", topic)

        self.at(self.second + ANSWER_AFTER, say)

    # ---- what goes wrong

    def spoil(self, refused: float, swallowed: float, seed: int = 1) -> None:
        """So large a share of the calls is refused by a 429, so large a one done though nobody says so."""
        chance = Random(seed)
        for fault, share in ((Fault.FLOOD, refused), (Fault.LOSE, swallowed)):
            for method in COUNTED:
                drawn = partial(_drawn, chance, share)
                self.telegram.api.faults.add(Script(fault, method, times=10**9, seconds=2, only=drawn))

    def doubts(self) -> list[Call]:
        """Calls that were done though nobody said so."""
        return [
            call for call in self.telegram.api.record.calls if call.accepted and call.outcome.startswith("scripted")
        ]


def _drawn(chance: Random, share: float, params: Mapping[str, Any]) -> bool:
    return chance.random() < share


@asynccontextmanager
async def opened_desk(customers: int, groups: int) -> AsyncIterator[Desk]:
    """A desk in the database that is open, with the whole service running."""
    clock = Clock()
    async with TelegramSandbox(clock=clock, enforce=True) as telegram:
        pacer = Pacer(clock)
        speaker = Speaker(telegram.token, telegram.url, pacer, patience=timedelta(seconds=5))
        quiet = None
        composer = Composer(facts.notice, facts.live, card.card, quiet, draft_words.composer(quiet), place.place)
        desk = Desk(telegram, clock, pacer, Dispatcher(Dispatch(speaker, pacer, composer, clock)))
        await desk.open(customers, groups)
        stop = asyncio.Event()
        bot = make_bot(telegram.token, telegram.url)
        vault = crypt.Vault([crypt.new_key()])
        listening = Listening(bot, telegram.url, clock, vault, AskTelegram(bot), FakeCarriers(), FakeSettings())
        unlisten = outgoing.listen(desk.dispatcher.called.set)
        task = asyncio.create_task(listen_forever(listening, stop))
        try:
            await asyncio.sleep(0.1)
            yield desk
        finally:
            stop.set()
            unlisten()
            await task
            await bot.session.close()
            await speaker.close()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that such a share lies below; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def unmarked(telegram: TelegramSandbox, chats: Sequence[Chat | User], again: Sequence[str]) -> int:
    """How many doubled words stand there without saying, by a reaction or a line, that they may be a repeat."""
    count = 0
    for token in again:
        shown = [
            message
            for chat in chats
            for message in telegram.messages(chat)
            if message.from_bot and token in message.text.split()
        ]
        count += not any(message.reactions or "\n" in message.text for message in shown[1:])
    return count
