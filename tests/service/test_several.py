"""Several bots in one process: none sees what is the other's, and what ends one does not concern the other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot import apart
from bot.flows.own_texts import wording
from bot.service.several import Several
from bot.settings import SettingsError
from bot.store import core, own_texts
from bot.store.models import Merchant
from bot.tenants import tenants
from tests.fakes.rows import NOON
from tests.service.two import PATIENCE, Shop

PARTS = ("listen", "dispatch", "web")


@asynccontextmanager
async def running(shops: Sequence[Shop], parts: Sequence[str] = PARTS) -> AsyncIterator["asyncio.Task[None]"]:
    """All of them in this process, until the end of the block."""
    several = Several(tenants([one.file for one in shops]), parts, again_in=(0.05,))
    task = asyncio.create_task(several.run())
    try:
        yield task
    finally:
        several.stop()
        async with asyncio.timeout(10):
            await task


async def until_ready(shop: Shop, status: int = 200) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await shop.get("/readyz"))[0] != status:  # noqa: ASYNC110
            await asyncio.sleep(0.03)


async def test_one_customer_of_two_shops_is_told_by_each_bot_of_its_own_order_alone(shops: list[Shop]) -> None:
    rose, thyme = shops
    assert rose.layla.id == thyme.layla.id
    async with running(shops):
        told = await asyncio.gather(rose.answers(), thyme.answers())
        assert ["rose-1" in told[0], "thyme-1" in told[0]] == [True, False]
        assert ["rose-1" in told[1], "thyme-1" in told[1]] == [False, True]
        metrics = [(await one.get("/metrics"))[1] for one in shops]
        for one, text in zip(shops, metrics, strict=True):
            assert f'herald_updates_total{{bot="{one.name}",outcome="handled"}} 1.0' in text
            assert all(f'bot="{one.name}"' in line for line in text.splitlines() if not line.startswith("#"))
    assert [len(one.telegram.calls("sendMessage", chat=one.layla)) for one in shops] == [1, 1]


async def test_texts_held_for_a_shop_are_not_said_by_another_bots_shop_of_the_same_number_and_mark(
    shops: list[Shop],
) -> None:
    async def said(shop: Shop) -> str | None:
        apart.begin()
        await core.connect(shop.settings["DATABASE_URL"], everywhere=False)
        try:
            (merchant,) = await Merchant.all()
            await own_texts.put(merchant.id, "delay_slight", "en", f"Word of {shop.name}.", NOON)
            await Merchant.all().update(texts_mark="same")
            return await wording(merchant.id, "same", "delay_slight", "en")
        finally:
            await core.close()

    tasks = [asyncio.create_task(said(one)) for one in shops]
    assert await asyncio.gather(*tasks) == ["Word of rose.", "Word of thyme."]


async def test_a_bot_without_its_database_is_told_of_by_its_file_and_the_other_works(shops: list[Shop]) -> None:
    rose, thyme = shops
    right = thyme.settings["DATABASE_URL"]
    thyme.settings["DATABASE_URL"] = right.replace("/thyme", "/absent/" * 20).replace("/fresh_", "/absent_")
    if "sqlite" in right:
        rose.file.with_name("absent").touch()
    thyme.write()
    with capture_logs() as logs:
        async with running(shops):
            await until_ready(rose)
            assert "rose-1" in await rose.answers()
            assert (await thyme.get("/healthz"))[0] == 0
            thyme.settings["DATABASE_URL"] = right
            thyme.write()
            assert "thyme-1" in await thyme.answers()
    down = [one for one in logs if one["event"] == "bot_down"]
    assert {(one["file"], one["log_level"]) for one in down} == {(str(thyme.file), "error")}
    assert all("DATABASE_URL" in one["reason"] for one in down)


async def test_a_refused_token_and_a_broken_file_stop_no_other_bot_and_are_tried_again(shops: list[Shop]) -> None:
    rose, thyme = shops
    right = thyme.settings["BOT_TOKEN"]
    with capture_logs() as logs:
        thyme.settings["BOT_TOKEN"] = "no token"
        thyme.write()
        async with running(shops):
            await until_ready(rose)
            thyme.settings["BOT_TOKEN"] = rose.settings["BOT_TOKEN"]
            thyme.write()
            await until_told(logs, "two files hold the token of one bot")
            thyme.settings["BOT_TOKEN"] = right
            thyme.write()
            assert "thyme-1" in await thyme.answers()
            assert "rose-1" in await rose.answers()
    reasons = {one["reason"] for one in logs if one["event"] == "bot_down"}
    assert any("this is no bot token" in one for one in reasons)
    assert not any("token-of" in str(one) for one in logs)


async def until_told(logs: Sequence[object], text: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not any(text in str(one) for one in logs):  # noqa: ASYNC110
            await asyncio.sleep(0.03)


async def test_two_files_with_one_token_are_refused_before_anything_begins(shops: list[Shop]) -> None:
    shops[1].settings["BOT_TOKEN"] = shops[0].settings["BOT_TOKEN"]
    shops[1].write()

    with pytest.raises(SettingsError, match="BOT_TOKEN"):
        await Several(tenants([one.file for one in shops]), PARTS).run()

    assert not any(one.telegram.calls() for one in shops)


async def test_a_bot_that_cannot_begin_keeps_nobody_from_ending(shops: list[Shop]) -> None:
    shops[1].settings |= {
        "TELEGRAM_WEBHOOK": "on",
        "PUBLIC_URL": "https://herald.example",
        "BOT_API_URL": "http://127.0.0.1:9",
    }
    shops[1].write()
    async with running(shops):
        await until_ready(shops[0])
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 10
