"""Bad input through the page to the running service: answered in each reader's language, nothing disturbed."""

import asyncio
import copy
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.page.opening import LINK, found
from bot.sandbox.page.stage import Stage, staged
from bot.sandbox.telegram import Seen, User
from tests.e2e.test_bad_input import ALTERED, OWNER_SAYS, UNKNOWN
from tests.page.conftest import House, served
from tests.texts.reading_marks import first_letter_is_own

PATIENCE = 40.0
HOSTILE = "<b>\u202eZed\u200f"
FLOODS = ("<script>alert(1)</script> <b>", "\u202eabc \u200f\u200e، <a href='https://x.example'>", "🎉" * 3000)


class Reader:
    """A merchant and a customer who read one language, each with his phone on a page of their own."""

    def __init__(self, stage: Stage, locale: str, http: aiohttp.ClientSession) -> None:
        self.stage = copy.copy(stage)
        self.locale = locale
        self.http = http
        self.address = ""

    async def goes_through_it(self) -> None:
        """Everything, in order."""
        telegram = self.stage.telegram
        self.stage.owner = owner = await telegram.user("Maryam", self.locale)
        sara = await telegram.user(HOSTILE, self.locale)
        self.stage.customers = {self.stage.parcels[0].order: sara}
        runner, self.address = await served(House(self.stage))
        try:
            link = (await self.stage.command("invite", "--shop", f"Noor {self.locale}")).strip().splitlines()[-1]
            await self.answered("merchant", owner, f"/start {found(LINK, link)}")
            # one after the other: without a desk the owner reads what the customer writes
            await self.the_merchant_errs(owner)
            await self.the_customer_errs(sara)
        finally:
            await runner.cleanup()

    async def the_merchant_errs(self, owner: User) -> None:
        for said in OWNER_SAYS:
            answer = await self.answered("merchant", owner, said)
            assert first_letter_is_own(answer.text.split("\n")[0], self.locale), answer.text
        await self.answered("merchant", owner, "/shipments")

    async def the_customer_errs(self, sara: User) -> None:
        unknown = {(await self.answered("customer", sara, said)).text for said in ("/nosuch", "/pause all")}
        assert len(unknown) == 1
        assert UNKNOWN[self.locale] in unknown.pop()
        assert ALTERED[self.locale] in (await self.answered("customer", sara, "/start fAltered")).text
        for said in FLOODS:
            answer = await self.answered("customer", sara, said)
            assert first_letter_is_own(answer.text.split("\n")[0], self.locale), answer.text

    async def answered(self, phone: str, who: User, text: str) -> Seen:
        """The first answer to what is typed into that phone."""
        before = max((one.id for one in self.stage.telegram.messages(who)), default=0)
        await self._typed(phone=phone, text=text)
        return await self.stage.telegram.expects(who, "", within=PATIENCE, after=before)

    async def _typed(self, **given: Any) -> None:
        async with self.http.post(f"{self.address}/do/say", json=given) as answer:
            assert answer.status == 200, await answer.text()


async def test_whatever_is_typed_wrongly_is_answered_in_the_reader_s_language(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with staged(tmp_path) as stage:
        await stage.start_service()
        await asyncio.gather(*(Reader(stage, locale, http).goes_through_it() for locale in ("ar", "fa", "en")))
        assert stage.service.runs
        assert stage.telegram.violations() == []
