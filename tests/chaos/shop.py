"""A shop whose parcels travel while its workers die, and the count of what came of it, from outside records alone."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TypeVar

from tortoise.models import Model

from bot.clock import FollowedClock
from bot.sandbox.bot_api.seen import Seen
from bot.sandbox.bot_api.world import Chat, User
from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.telegram import TelegramSandbox
from bot.store import core, sql
from bot.store.crypt import Vault
from bot.store.models import Account, Customer, Follow, Member, Merchant, Order, Shipment
from bot.store.ms import to_ms
from carriers.dhl_unified import limits
from tests.chaos import budget

LIMITED = "dhl_unified"
"""The carrier whose documented limits are counted."""
FIRST_LIMITED = 34043416109500000001
FIRST_NUMBER = 34043416109400000001
SECRETS = {"ups": {"client_id": "id", "client_secret": "secret"}, LIMITED: {"api_key": "key-1"}}
WANTED = 240
"""Questions at the carrier with limits that a run would like to ask, beside one for each parcel."""
WAY = ("label", "picked_up", "departed", "arrived", "out", "delivered")
REPEAT = re.compile(r"may be a repeat", re.IGNORECASE)
LIVE = re.compile(rf"{FIRST_NUMBER // 1000}\d\d\d")
IN_DOUBT = "🤔"
Row = TypeVar("Row", bound=Model)
WORDS = re.compile(r"(?:word|reply) \d+\.\d+ end")


@dataclass
class Count:
    """What was owed and what came. Each figure but `owed`, `came`, `marked` and `in_doubt` should be 0.

    `doubled`: came more often than once; `unmarked`: of these, the copies that do not say so.
    """

    owed: int = 0
    came: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: int = 0
    unmarked: list[str] = field(default_factory=list)
    in_doubt: int = 0
    wrong_scans: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    left_jobs: int = 0
    asked: int = 0
    overspent: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"owed {self.owed}, came {self.came}, lost {len(self.lost)}, doubled {self.doubled}"
            f" (unmarked {len(self.unmarked)}), in doubt {self.in_doubt}, scan events wrong {len(self.wrong_scans)},"
            f" over limits {len(self.violations)}, jobs left {self.left_jobs}"
        )


class Shop:
    """So many parcels, each followed by a customer of its own; some of them talk to an agent.

    `limited`: parcels nobody follows, at a carrier that allows few questions; the others are at one that allows any.
    """

    def __init__(
        self, clock: FollowedClock, parcels: int, talkers: int, talks: int, seed: int, limited: int = 0
    ) -> None:
        self.clock = clock
        self.telegram = TelegramSandbox(clock=clock)
        self.carriers = CarriersSandbox(clock=clock)
        self._random = Random(seed)
        self._parcels, self._talkers, self._talks, self._limited = parcels, talkers, talks, limited
        self.slug = "ups" if limited else LIMITED
        self.customers: list[User] = []
        self._said: list[tuple[int, str]] = []
        self._replied: set[str] = set()

    # Before

    async def open(self, url: str, key: str) -> None:
        """Rows and people."""
        self._owner = await self.telegram.user("Omar", "en")
        self._agent = await self.telegram.user("Sara", "en")
        self._group: Chat = await self.telegram.group("Noor's desk", owner=self._owner, members=[self._agent])
        await core.connect(url)
        async with core.transaction():
            await self._rows(Vault([key]))
        await core.close()

    async def _rows(self, vault: Vault) -> None:
        now = to_ms(self.clock.now())
        shop = await _put(Merchant(
            name="Noor", locale="en", zone="Asia/Riyadh", country="SA", desk_chat_id=self._group.id, created_ms=now
        ))  # fmt: skip
        ids = {"merchant_id": shop.id, "created_ms": now}
        _ = await _put(Member(user_id=self._owner.id, role="owner", **ids))
        account = await self._account(vault, self.slug, ids)
        for place in range(self._parcels):
            name = f"Guest{place:03}"
            self.customers.append(await self.telegram.user(name, "en"))
            order = await _put(Order(number=str(5000 + place), name=name, locale="en", **ids))
            shipment = await _put(Shipment(
                order_id=order.id, account_id=account.id, slug=self.slug, number=_number(place), next_poll_ms=now,
                zone="Asia/Riyadh", **ids,
            ))  # fmt: skip
            customer = await _put(Customer(user_id=self.customers[-1].id, name=name, locale="en", **ids))
            _ = await _put(Follow(shipment_id=shipment.id, customer_id=customer.id, created_ms=now))
        if self._limited:
            await self._limited_rows((await self._account(vault, LIMITED, ids)).id, ids)

    async def _account(self, vault: Vault, slug: str, ids: dict[str, int]) -> Account:
        return await _put(Account(slug=slug, secrets=vault.seal(json.dumps(SECRETS[slug])), **ids))

    async def _limited_rows(self, account_id: int, ids: dict[str, int]) -> None:
        order = await _put(Order(number="4999", name="Nobody", locale="en", **ids))
        for number in range(FIRST_LIMITED, FIRST_LIMITED + self._limited):
            _ = await _put(Shipment(
                order_id=order.id, account_id=account_id, slug=LIMITED, number=str(number),
                next_poll_ms=ids["created_ms"], zone="Asia/Riyadh", **ids,
            ))  # fmt: skip

    async def close(self) -> None:
        """The sandboxes go."""
        await self.telegram.stop()
        await self.carriers.stop()

    # Meanwhile

    async def meet(self) -> None:
        """Everybody has spoken to the bot: only then may it write to him."""
        for customer in self.customers:
            await self.telegram.starts(customer)

    async def travel(self, span: timedelta) -> None:
        """Every parcel gets its label now, and is delivered within `span` of the simulated time."""
        for place in range(self._parcels):
            cuts = [0.0, *sorted(self._random.uniform(0.2, 1.0) for _ in WAY[1:])]
            steps = [
                {"after": span.total_seconds() * cut, "kind": kind, "place": "Riyadh, SA"}
                for cut, kind in zip(cuts, WAY, strict=True)
            ]
            await self.carriers.lives(_number(place), steps, eta=(self.clock.now() + timedelta(days=1)).date())

        for number in range(FIRST_LIMITED, FIRST_LIMITED + self._limited):
            await self.carriers.lives(str(number), [{"kind": "label"}])

    async def press(self, url: str, seconds: float) -> None:
        """Every parcel is due once a simulated minute; of the limited, so many that their day's allowance is too small.

        Instead of the operator's own pace, at which carriers' limits do not hold.
        """
        most = -(-WANTED // max(round(seconds), 1))
        while True:
            now = self.clock.now()
            await budget.press(url, now, self.slug, self._parcels)
            await budget.press(url, now, LIMITED, most, "random()")
            await asyncio.sleep(60 / max(self.clock.speed, 1))

    async def talk(self, every: float) -> None:
        """Customers write, the agent answers each word he reads, until all is said."""
        for talk in range(self._talks):
            for place in range(self._talkers):
                text = f"word {place}.{talk} end"
                self._said.append((place, text))
                await self.telegram.says(self.customers[place], text)
                await asyncio.sleep(every)
                await self.answer()
        while len(self._replied) < len(self._said):
            await asyncio.sleep(0.5)
            await self.answer()

    async def answer(self) -> None:
        """The agent answers what he has read and not answered."""
        for topic in self.telegram.topics(self._group):
            for one in self.telegram.messages(self._group, topic):
                for said in WORDS.findall(one.text):
                    if one.from_bot and said.startswith("word") and said not in self._replied:
                        self._replied.add(said)
                        reply = said.replace("word", "reply")
                        await self.telegram.in_group(self._agent, self._group, reply, topic=topic)

    async def probe(self, name: str, within: float) -> float:
        """Real seconds until a question that is asked now is answered."""
        began = self.clock.monotonic()
        asked = await self.telegram.says(self._owner, f"/shipments {name}")
        await self.telegram.wait_for(
            lambda: any(one.from_bot and one.id > asked.id for one in self.telegram.messages(self._owner)), within
        )
        return self.clock.monotonic() - began

    # Afterwards

    def missing(self) -> list[str]:
        """What is owed and has not come."""
        return [f"{place}: {what}" for place, what, found in self._owed() if not found]

    def _owed(self) -> Iterator[tuple[str, str, list[Seen]]]:
        """Who, what, and each time that it came."""
        for place, customer in enumerate(self.customers):
            seen = [one for one in self.telegram.messages(customer) if one.from_bot]
            words = f"{5000 + place} was delivered"
            yield customer.first_name, "delivered", [one for one in seen if _tells(one, words, _number(place))]
        for place, word in self._said:
            topic = next((one for one in self.telegram.topics(self._group) if f"Guest{place:03}" in one.name), None)
            read = self.telegram.messages(self._group, topic) if topic else []
            yield f"topic {place}", word, [one for one in read if one.from_bot and word in one.text]
            reply = word.replace("word", "reply")
            yield f"Guest{place:03}", reply, [one for one in self.telegram.messages(self.customers[place])
                                              if one.from_bot and reply in one.text]  # fmt: skip

    async def count(self, url: str) -> Count:
        """The account of everything."""
        counted = Count(violations=[one.text for one in self.telegram.violations("limit")])
        if self._limited:
            asked = self.carriers.asked(LIMITED)
            counted.asked, counted.overspent = len(asked), budget.overspent(asked, limits)
        for who, what, found in self._owed():
            counted.owed += 1
            counted.came += bool(found)
            if not found:
                counted.lost.append(f"{who}: {what}")
            again = max(len(found) - 1, 0)
            counted.doubled += again
            if sum(map(_says_so, found)) < again:  # the live message, which is older, may be the one that says so
                counted.unmarked.append(f"{who}: {what}")
        await core.connect(url)
        counted.traces = await self._traces(counted.lost)
        counted.wrong_scans = await self._wrong_scans()
        counted.in_doubt = await _number_of("SELECT count(*) FROM outbox WHERE state = 'in_doubt'")
        counted.left_jobs = await _number_of("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
        await core.close()
        return counted

    async def _traces(self, lost: list[str]) -> list[str]:
        """What the database knows of those to whom something is owed: where to look first."""
        names = sorted({one.partition(":")[0] for one in lost})
        rows = await sql.records(
            "SELECT c.name, s.status, s.open, o.act, o.state, o.trouble, o.cause FROM customer c"
            " JOIN follow f ON f.customer_id = c.id JOIN shipment s ON s.id = f.shipment_id"
            " LEFT JOIN outbox o ON o.customer_id = c.id WHERE c.name = ANY(?::text[]) ORDER BY o.id",
            (names,),
        )
        return [" ".join(map(str, row)) for row in rows]

    async def _wrong_scans(self) -> list[str]:
        found = await sql.records(
            "SELECT s.number, e.status, count(*) FROM scan_event e JOIN shipment s ON s.id = e.shipment_id"
            " GROUP BY s.number, e.status"
        )
        kept: dict[str, Counter[str]] = {}
        for number, status, many in found:
            kept.setdefault(number, Counter())[status] = many
        wanted = Counter({"pre_transit": 1, "in_transit": 3, "out_for_delivery": 1, "delivered": 1})
        return [
            f"{_number(place)}: {dict(kept.get(_number(place), {}))}"
            for place in range(self._parcels)
            if kept.get(_number(place)) != wanted
        ]


def _number(place: int) -> str:
    return str(FIRST_NUMBER + place)


def _tells(one: Seen, words: str, number: str) -> bool:
    """The live message, which names the number, says it anyway; once more, if the notice of it may not have come."""
    return one.text.count(words) >= (2 if number in one.text else 1)


def _says_so(copy: Seen) -> bool:
    """Whether a copy tells its reader that it may be one."""
    return bool(REPEAT.search(copy.text)) or IN_DOUBT in str(copy.reactions) or bool(LIVE.search(copy.text))


async def _put(row: Row) -> Row:
    """A row in the tables as they are, which may be an earlier release's: what they do not know is not named."""
    table = row._meta.db_table
    found = await sql.records("SELECT column_name FROM information_schema.columns WHERE table_name = ?", (table,))
    known = {one[0] for one in found}
    fields = [one for one in row._meta.fields_db_projection if one in known and getattr(row, one) is not None]
    values = [row._meta.fields_map[one].to_db_value(getattr(row, one), row) for one in fields]
    marks = ", ".join("?" * len(fields))
    made = await sql.records(f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({marks}) RETURNING id", values)
    row.pk = made[0][0]
    return row


async def _number_of(statement: str) -> int:
    return int((await sql.records(statement))[0][0])
