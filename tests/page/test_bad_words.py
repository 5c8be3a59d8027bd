"""Bad input through the page to the running service: answered in each reader's language, nothing disturbed.

One service for all: three shops whose people read one language each. What a page cannot do (a group without topics, an
update of an unknown kind, a carrier's answer in HTML) is done beside it, and what is read of it is read on its phones.
"""

import asyncio
import copy
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.page.opening import CODE, LINK, found
from bot.sandbox.page.stage import Stage, staged
from bot.sandbox.telegram import Chat, Seen, User
from tests.e2e.test_bad_input import ALTERED, OWNER_SAYS, UNKNOWN, said_by
from tests.page.conftest import House, served
from tests.texts.reading_marks import first_letter_is_own

PATIENCE = 40.0
HOSTILE = "<b>\u202eZed\u200f"
FLOODS = ("<script>alert(1)</script> <b>", "\u202eabc \u200f\u200e، <a href='https://x.example'>", "🎉" * 3000)
NO_DESKS: tuple[dict[str, Any], ...] = ({"forum": False, "supergroup": False}, {"bot": "member"})
AGENT_SAYS = ("/snooze soon", "/claim tomorrow", "/track 123", "/nosuch")
STRANGE: tuple[dict[str, Any], ...] = ({"banana": {}}, {"message": {"text": 1}}, {"callback_query": "x"})
BROKEN = ("html", "half", "error_inside", "huge", "redirect", "drop", "auth")
"""What a carrier may answer, one after the other."""


class Reader:
    """A merchant, an agent and a customer who read one language, each with his phone on a page of their own."""

    def __init__(self, stage: Stage, locale: str, http: aiohttp.ClientSession, address: str = "") -> None:
        self.stage = copy.copy(stage)
        self.locale = locale
        self.http = http
        self.address = address
        self.link = self.follow = ""
        self.owner: User
        self.sara: User

    @asynccontextmanager
    async def page(self) -> AsyncIterator["Reader"]:
        """With their phones in hand."""
        telegram = self.stage.telegram
        self.stage.owner = self.stage.agent = self.owner = await telegram.user("Maryam", self.locale)
        self.sara = await telegram.user(HOSTILE, self.locale)
        self.stage.customers = {self.stage.parcels[0].order: self.sara}
        runner, self.address = await served(House(self.stage))
        try:
            yield self
        finally:
            await runner.cleanup()

    async def err(self) -> None:
        """The merchant and the customer, one after the other: without a desk the owner reads what she writes."""
        told = (await self.stage.command("invite", "--shop", f"Noor {self.locale}")).strip().splitlines()[-1]
        self.link = found(LINK, told)
        await self.answered("merchant", self.owner, f"/start {self.link}")
        await self.the_merchant_errs()
        await self.the_customer_errs()

    async def the_merchant_errs(self) -> None:
        await self.answered("merchant", self.owner, "/carrier add dhl_unified api_key=demo")
        answers = [await self.answered("merchant", self.owner, said) for said in OWNER_SAYS]
        for answer in answers:
            self.reads(answer)
        self.follow = found(LINK, answers[-1].text)  # that one is strange, and right
        await self.answered("merchant", self.owner, "/shipments")

    async def the_customer_errs(self) -> None:
        unknown = {(await self.answered("customer", self.sara, said)).text for said in ("/nosuch", "/pause all")}
        assert len(unknown) == 1
        assert UNKNOWN[self.locale] in unknown.pop()
        assert ALTERED[self.locale] in (await self.answered("customer", self.sara, "/start fAltered")).text
        self.reads(await self.answered("customer", self.sara, f"/start {self.link}"))  # it was used before
        for said in FLOODS:
            self.reads(await self.answered("customer", self.sara, said))

    async def find_no_desk(self) -> None:
        """A group that is none, one where the bot may do nothing, a code that is no code; then a desk."""
        code = found(CODE, (await self.answered("merchant", self.owner, "/desk")).text)
        for wrong in NO_DESKS:
            self.reads(await self.at_the_desk(f"/desk {code}", **wrong))
        self.reads(await self.at_the_desk("/desk NO-SUCH-CODE"))
        self.reads(await self.at_the_desk(f"/desk {code}"))
        desk = self.stage.desk
        self.reads(await self.at_the_desk(f"/desk {code}"))
        self.stage.desk = desk

    async def err_at_the_desk(self) -> None:
        """Commands of an agent that mean nothing."""
        telegram, desk = self.stage.telegram, self._desk
        await self.answered("customer", self.sara, f"/start {self.follow}")
        await self.typed(phone="customer", text="/human")
        await telegram.wait_for(
            lambda: any(telegram.pinned(desk, one) for one in telegram.topics(desk)), within=PATIENCE
        )
        [topic] = telegram.topics(desk)
        for said in AGENT_SAYS:
            self.reads(await self.answered("desk", desk, said, topic=topic.id))

    async def meet_strange_updates(self) -> None:
        """Of an unknown kind, crippled, twice: the others are answered, each once."""
        telegram = self.stage.telegram
        before = self._newest(self.sara)
        for body in STRANGE:
            await telegram.update(body)
        number = await telegram.update({"message": said_by(self.sara, "/faq")})
        await telegram.update({"message": said_by(self.sara, "/faq"), "update_id": number})
        await telegram.expects(self.sara, "", within=PATIENCE, after=before)
        self.reads(await self.answered("customer", self.sara, "/privacy"))
        assert len([one for one in telegram.messages(self.sara) if one.from_bot and one.id > before]) == 2

    async def try_the_carrier(self) -> None:
        self.reads(await self.answered("merchant", self.owner, "/carrier test dhl_unified"))

    async def at_the_desk(self, text: str, **kind: Any) -> Seen:
        """The answer in a new group."""
        self.stage.desk = await self.stage.telegram.group("Noor", self.owner, **kind)
        return await self.answered("desk", self._desk, text)

    @property
    def _desk(self) -> Chat:
        assert self.stage.desk is not None
        return self.stage.desk

    async def answered(self, phone: str, where: User | Chat, text: str, topic: int | None = None) -> Seen:
        """The first answer to what is typed into that phone."""
        before = self._newest(where)
        await self.typed(phone=phone, text=text, topic=topic)
        return await self.stage.telegram.expects(where, "", topic=topic, within=PATIENCE, after=before)

    def _newest(self, where: User | Chat) -> int:
        return max((one.id for one in self.stage.telegram.messages(where)), default=0)

    def reads(self, answer: Seen) -> None:
        """His own language."""
        assert first_letter_is_own(answer.text.split("\n")[0], self.locale), answer.text

    async def typed(self, **given: Any) -> None:
        async with self.http.post(f"{self.address}/do/say", json=given) as answer:
            assert answer.status == 200, await answer.text()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Somebody else writes into the database, and does not end."""
    with sqlite3.connect(folder / "herald.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def carriers_err(stage: Stage, readers: Sequence[Reader]) -> None:
    """The carrier is tried by all while it answers nothing that can be read."""
    for how in BROKEN:
        await stage.carriers.breaks("dhl_unified", how)
        await asyncio.gather(*map(Reader.try_the_carrier, readers))
        await stage.carriers.mends()


async def test_whatever_goes_wrong_is_answered_in_the_reader_s_language_on_his_phone(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with staged(tmp_path) as stage:
        await stage.start_service()
        ar, fa, en = (Reader(stage, locale, http) for locale in ("ar", "fa", "en"))
        async with ar.page(), fa.page(), en.page():
            readers = (ar, fa, en)
            for step in (Reader.err, Reader.find_no_desk):
                await asyncio.gather(*map(step, readers))
            # in chats of their own, each with its own pace
            await asyncio.gather(*map(Reader.err_at_the_desk, readers), carriers_err(stage, readers))
            await asyncio.gather(*map(Reader.meet_strange_updates, readers))
            before = {one.locale: one._newest(one.sara) for one in readers}
            with locked(tmp_path):
                await asyncio.gather(*(one.typed(phone="customer", text="/help") for one in readers))
            for one in readers:
                one.reads(await stage.telegram.expects(one.sara, "/parcels", within=PATIENCE, after=before[one.locale]))
        assert stage.service.runs
        assert stage.telegram.violations() == []
