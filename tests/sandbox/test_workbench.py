"""What a bot's maker asks the sandbox: its record, its clock, people's menus and links, the bot's own card."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox.clockwork import Clockwork
from bot.sandbox.telegram import TelegramSandbox, User
from tests.fakes.clock import StandingClock
from tests.sandbox.conftest import Ask

BIRTH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
async def sara(telegram: TelegramSandbox) -> User:
    person = await telegram.user("Sara", "ar")
    await telegram.starts(person)
    return person


async def record(telegram: TelegramSandbox, http: aiohttp.ClientSession, status: int = 200, **asked: str) -> Any:
    async with http.get(f"{telegram.url}/_sandbox/record", params=asked) as response:
        assert response.status == status
        return await response.json()


async def test_the_record_is_questioned_over_http(
    telegram: TelegramSandbox, http: aiohttp.ClientSession, ask: Ask, sara: User
) -> None:
    await ask("getMe")
    for text in ("where", "there"):
        await ask("sendMessage", chat_id=sara.id, text=text)
    await ask("sendMessage", chat_id=4711, text="nowhere")
    await ask("sendMessage", chat_id=sara.id, text="a", colour="red")
    sent = await record(telegram, http, method="send*", outcome="ok")
    assert [one["params"]["text"] for one in sent["calls"]] == ["where", "there"]
    assert (await record(telegram, http, chat_id=str(sara.id), contains="here", limit="1"))["count"] == 2
    refused = (await record(telegram, http, outcome="400*", after="4"))["calls"]
    assert refused[0]["violations"] == ["schema: sendMessage has no parameter 'colour'"]
    assert (await record(telegram, http, broken="yes"))["count"] == 1
    assert "no colour here" in (await record(telegram, http, 400, colour="red"))["error"]


async def test_the_clock_is_moved_over_http(http: aiohttp.ClientSession) -> None:
    async with TelegramSandbox(clock=Clockwork(BIRTH)) as telegram:

        async def turn(name: str, status: int = 200, **given: float) -> Any:
            async with http.post(f"{telegram.url}/_sandbox/clock/{name}", json=given) as response:
                assert response.status == status
                return (await response.json()).get("result")

        await turn("stands")
        before = datetime.fromisoformat(await turn("now"))
        assert datetime.fromisoformat(await turn("advances", seconds=3600)) - before >= timedelta(hours=1)
        person = await telegram.user("Sara")
        assert (await telegram.says(person, "a")).at - before < timedelta(hours=1, seconds=1)
        await turn("runs", speed=60)
        assert telegram.world.clock.now() >= before
        await turn("advances", 400, seconds=-1)
        await turn("runs", 400, speed=0)


async def test_a_menu_is_that_of_the_narrowest_scope(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    desk = await telegram.group("Desk", await telegram.user("Omar", "ar"), [sara])
    owner = telegram.world.users[next(iter(set(desk.members) - {sara.id, telegram.world.bot.id}))]

    async def sets(name: str, language: str = "", **scope: Any) -> None:
        body = {"commands": [{"command": name, "description": name}], "language_code": language}
        assert (await ask("setMyCommands", **body, **({"scope": scope} if scope else {})))["ok"]

    await sets("default")
    await sets("private", type="all_private_chats")
    await sets("arabic", "ar", type="all_private_chats")
    await sets("admins", type="chat_administrators", chat_id=desk.id)
    sam = await telegram.user("Sam", "en")
    shown = [telegram.menu(sara), telegram.menu(sam), telegram.menu(sara, desk), telegram.menu(owner, desk)]
    assert [one[0]["command"] for one in shown] == ["arabic", "private", "default", "admins"]
    for scope in ({"type": "default"}, {"type": "all_private_chats"}):
        await ask("deleteMyCommands", scope=scope)
    assert telegram.menu(sam) == []


async def test_a_deep_link_carries_what_telegram_passes_on(telegram: TelegramSandbox, ask: Ask) -> None:
    sam = await telegram.user("Sam")
    address = f"https://t.me/{telegram.username}"
    assert (await telegram.opens(sam, f"{address}?start=ab_C-9")).text == "/start ab_C-9"
    assert (await telegram.opens(sam, f"{address}?start={'x' * 65}")).text == "/start"
    assert (await telegram.opens(sam, address)).text == "/start"
    with pytest.raises(LookupError, match="does not lead to"):
        await telegram.opens(sam, "https://t.me/another_bot?start=a")


async def test_the_bot_s_card_is_kept_by_language(ask: Ask) -> None:
    assert (await ask("getMyName"))["result"] == {"name": "Parcel Herald"}
    assert (await ask("setMyName", name="Herald"))["ok"]
    assert (await ask("setMyName", name="المنادي", language_code="ar"))["ok"]
    assert (await ask("getMyName", language_code="fa"))["result"] == {"name": "Herald"}
    assert (await ask("getMyName", language_code="ar"))["result"] == {"name": "المنادي"}
    long = await ask("setMyShortDescription", short_description="x" * 121)
    assert long["description"] == "Bad Request: BOT_ABOUT_INVALID"
    assert (await ask("setMyDescription", description="Where is it?"))["ok"]
    assert (await ask("getMyDescription"))["result"] == {"description": "Where is it?"}
    assert (await ask("getMyShortDescription"))["result"] == {"short_description": ""}
    assert (await ask("setChatMenuButton", menu_button={"type": "commands"}))["ok"]
    assert (await ask("getChatMenuButton", chat_id=5))["result"] == {"type": "commands"}
    assert (await ask("setMyDefaultAdministratorRights", rights=None))["ok"]
    assert not (await ask("getMyDefaultAdministratorRights"))["result"]["can_manage_topics"]


async def test_updates_that_nobody_fetched_for_a_day_are_gone(
    telegram: TelegramSandbox, ask: Ask, sara: User, clock: StandingClock
) -> None:
    await ask("getUpdates", offset=-1)
    clock.advance(timedelta(hours=23))
    await telegram.says(sara, "young")
    clock.advance(timedelta(hours=2))
    assert [one["message"]["text"] for one in (await ask("getUpdates"))["result"]] == ["young"]
