"""The listening and the sending side together against the sandbox, in this process: a shop with its desk bound."""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType

from bot.chat.app import AskTelegram, make_bot
from bot.chat.listen import Listening, listen_forever
from bot.clock import RunningClock
from bot.flows import card, draft_words, facts, place, weekly
from bot.flows.outgoing import Composer
from bot.gateways.pacer import Pacer
from bot.gateways.telegram import Speaker
from bot.jobs.dispatch import Dispatch, dispatch_forever
from bot.sandbox.bot_api.world import Chat, Topic, User
from bot.sandbox.telegram import TelegramSandbox
from bot.store import crypt
from bot.store.models import Customer, Follow, Member, Merchant, Order, Shipment
from tests.fakes.ports import FakeCarriers, FakeSettings
from tests.fakes.speaker import FreePace


class Office:
    """`layla` follows order 1001 of the shop Noor; `sara` is in the desk's `group`, `owner` owns both."""

    layla: User
    owner: User
    sara: User
    group: Chat
    customer: Customer

    def __init__(self, speed: float = 1.0) -> None:
        self.clock = RunningClock(speed=speed)
        self.telegram = TelegramSandbox(clock=self.clock)
        self.vault = crypt.Vault([crypt.new_key()])
        self._stop = asyncio.Event()
        self._ends = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Office":
        await self.telegram.start()
        self._ends.push_async_callback(self.telegram.stop)
        self.owner = await self.telegram.user("Omar", "en")
        self.layla = await self.telegram.user("Layla", "en")
        self.sara = await self.telegram.user("Sara", "en")
        self.group = await self.telegram.group("Noor's desk", owner=self.owner, members=[self.sara])
        await self._rows()
        await self.open()
        await self.telegram.starts(self.layla)
        await self.telegram.wait_for(lambda: any(one.from_bot for one in self.telegram.messages(self.layla)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shut()
        await self._ends.aclose()

    async def _rows(self) -> None:
        shop = await Merchant.create(name="Noor", locale="en", desk_chat_id=self.group.id, created_ms=0)
        ids = {"merchant_id": shop.id, "created_ms": 0}
        order = await Order.create(number="1001", name="Layla", **ids)
        box = await Shipment.create(
            order_id=order.id, slug="ups", number="1Z999AA10123456784", status="in_transit", next_poll_ms=0, **ids
        )
        self.customer = await Customer.create(user_id=self.layla.id, name="Layla", **ids)
        _ = await Follow.create(shipment_id=box.id, customer_id=self.customer.id, created_ms=0)

    async def open(self) -> None:
        """Listen and send."""
        self._stop = asyncio.Event()
        bot = make_bot(self.telegram.token, self.telegram.url)
        speaker = Speaker(self.telegram.token, self.telegram.url, Pacer(self.clock))
        composer = Composer(
            facts.notice, facts.live, card.card, draft=draft_words.composer(None), place=place.place,
            picture=weekly.composer(lambda key, chart: b"png"),
        )  # fmt: skip
        listening = Listening(
            bot, self.telegram.url, self.clock, self.vault, AskTelegram(bot), FakeCarriers(),
            FakeSettings(),
        )  # fmt: skip
        self._tasks = [
            asyncio.create_task(listen_forever(listening, self._stop)),
            asyncio.create_task(dispatch_forever(Dispatch(speaker, FreePace(), composer, self.clock), self._stop)),
        ]
        self._ends.push_async_callback(speaker.close)
        self._ends.push_async_callback(bot.session.close)

    async def shut(self) -> None:
        """Stop both."""
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def owned(self) -> None:
        """The owner can be told things."""
        await self.telegram.starts(self.owner)
        shop = self.customer.merchant_id
        _ = await Member.create(merchant_id=shop, user_id=self.owner.id, role="owner", created_ms=0)

    @property
    def topic(self) -> Topic | None:
        """Layla's topic, the newest."""
        found = [one for one in self.telegram.topics(self.group) if "Layla" in one.name]
        return found[-1] if found else None

    async def asks(self, text: str = "It came broken, what now?") -> Topic:
        """Layla writes; her topic with her words in it."""
        await self.telegram.says(self.layla, text)
        topic = await self.telegram.wait_for(lambda: self.topic)
        assert topic is not None
        await self.telegram.expects(self.group, text, topic)
        return topic
