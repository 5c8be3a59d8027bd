"""Faults by script: before and after acceptance, for one chat, a number of times."""

import asyncio

import aiohttp
import pytest

from bot.sandbox.telegram import TelegramSandbox, User
from tests.sandbox.conftest import Ask


@pytest.fixture
async def sara(telegram: TelegramSandbox) -> User:
    person = await telegram.user("Sara")
    await telegram.starts(person)
    return person


def words(telegram: TelegramSandbox, person: User) -> list[str]:
    return [one.text for one in telegram.messages(person) if one.from_bot]


@pytest.mark.parametrize(
    ("kind", "code", "description"),
    [
        ("flood", 429, "Too Many Requests: retry after 5"),
        ("forbidden", 403, "Forbidden: bot was blocked by the user"),
        ("bad_request", 400, "Bad Request: chat not found"),
        ("bad_gateway", 502, "Bad Gateway"),
        ("unauthorized", 401, "Unauthorized"),
        ("restart", 500, "Internal Server Error: restart"),
    ],
)
async def test_a_refusal_before_acceptance_changes_nothing(
    telegram: TelegramSandbox, ask: Ask, sara: User, kind: str, code: int, description: str
) -> None:
    await telegram.fault(kind, "send*", chat=sara, seconds=5)
    answer = await ask("sendMessage", chat_id=sara.id, text="a")
    assert (answer["error_code"], answer["description"]) == (code, description)
    assert words(telegram, sara) == []
    assert (await ask("sendMessage", chat_id=sara.id, text="b"))["ok"]
    assert words(telegram, sara) == ["b"]


async def test_a_late_gateway_has_done_it_all_the_same(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    await telegram.fault("late_gateway", "sendMessage")
    assert (await ask("sendMessage", chat_id=sara.id, text="a"))["error_code"] == 502
    assert words(telegram, sara) == ["a"]
    call = telegram.calls("sendMessage")[0]
    assert (call.accepted, call.outcome) == (True, "scripted late_gateway")


@pytest.mark.parametrize(("kind", "done"), [("drop", []), ("lose", ["a"])])
async def test_a_line_breaks_before_or_after(
    telegram: TelegramSandbox, ask: Ask, sara: User, kind: str, done: list[str]
) -> None:
    await telegram.fault(kind, "sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=sara.id, text="a")
    assert words(telegram, sara) == done
    assert telegram.calls("sendMessage")[0].accepted is bool(done)


async def test_a_hanging_call_is_done_and_holds_until_the_client_gives_up(
    telegram: TelegramSandbox, http: aiohttp.ClientSession, sara: User
) -> None:
    await telegram.fault("hang", "sendMessage", seconds=30)
    url, body = f"{telegram.url}/bot{telegram.token}/sendMessage", {"chat_id": sara.id, "text": "a"}
    with pytest.raises(asyncio.TimeoutError):
        async with http.post(url, json=body, timeout=aiohttp.ClientTimeout(total=0.05)):
            pass
    assert words(telegram, sara) == ["a"]


async def test_slow_is_slow_and_then_right(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    await telegram.fault("slow", "sendMessage", seconds=0.05)
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await ask("sendMessage", chat_id=sara.id, text="a"))["ok"]
    assert loop.time() - began >= 0.05


async def test_a_fault_can_wait_for_its_turn_and_for_its_chat(telegram: TelegramSandbox, ask: Ask, sara: User) -> None:
    sam = await telegram.user("Sam")
    await telegram.starts(sam)
    await telegram.fault("bad_gateway", "sendMessage", chat=sara, skip=1, times=1)
    outcomes = [
        (await ask("sendMessage", chat_id=person.id, text="a"))["ok"] for person in (sam, sara, sam, sara, sara)
    ]
    assert outcomes == [True, True, True, False, True]


async def test_polling_is_spared_unless_it_is_named(telegram: TelegramSandbox, ask: Ask) -> None:
    await telegram.fault("bad_gateway")
    assert (await ask("getUpdates"))["ok"]
    await telegram.fault("bad_gateway", "getUpdates")
    assert not (await ask("getUpdates"))["ok"]
    await telegram.clear_faults()
    assert (await ask("getMe"))["ok"]


async def test_a_proxy_s_page_stands_where_an_answer_belongs(
    telegram: TelegramSandbox, http: aiohttp.ClientSession, sara: User
) -> None:
    await telegram.fault("web_page", "sendMessage")
    url = f"{telegram.url}/bot{telegram.token}/sendMessage"
    async with http.post(url, json={"chat_id": sara.id, "text": "a"}) as response:
        assert (response.status, response.content_type) == (502, "text/html")
    assert words(telegram, sara) == []
