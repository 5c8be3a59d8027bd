"""The sandbox driven over HTTP, its record, and the stream for a page."""

from typing import Any

import aiohttp
import orjson
import pytest

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.telegram import TelegramSandbox
from tests.sandbox.conftest import Ask


async def post(http: aiohttp.ClientSession, url: str, *args: Any, **given: Any) -> Any:
    async with http.post(url, json={"args": args, **given}) as response:
        answer = await response.json()
        assert response.status == 200, answer
        return answer["result"]


async def test_a_whole_talk_is_driven_over_http(
    telegram: TelegramSandbox, http: aiohttp.ClientSession, ask: Ask
) -> None:
    url = f"{telegram.url}/_sandbox/telegram"
    sara = await post(http, f"{url}/user", name="Sara", language_code="ar")
    await post(http, f"{url}/starts", user=sara["id"], payload="TOKEN")
    amy = await post(http, f"{url}/user", name="Amy")
    desk = await post(http, f"{url}/group", title="Desk", owner=amy["id"], members=[sara["id"]])
    markup = {"inline_keyboard": [[{"text": "Human", "callback_data": "h:1"}]]}
    await ask("sendMessage", chat_id=sara["id"], text="late", reply_markup=markup)
    seen = await post(http, f"{url}/expects", chat=sara["id"], text="late")
    query = await post(http, f"{url}/presses", user=sara["id"], message=seen["id"], button="Human")
    await post(http, f"{url}/in_group", amy["id"], desk["id"], "hello")
    assert await post(http, f"{url}/answer_of", query) is None
    assert [one["text"] for one in await post(http, f"{url}/messages", desk["id"])] == ["hello"]
    assert [one["method"] for one in await post(http, f"{url}/calls")] == ["sendMessage"]


@pytest.mark.parametrize("name", ["stop", "_writes", "nothing", "world"])
async def test_what_is_not_meant_for_it_is_not_there(
    telegram: TelegramSandbox, http: aiohttp.ClientSession, name: str
) -> None:
    async with http.post(f"{telegram.url}/_sandbox/telegram/{name}", json={}) as response:
        assert response.status == 404


async def test_a_wrong_argument_is_named(telegram: TelegramSandbox, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{telegram.url}/_sandbox/telegram/starts", json={"user": 1}) as response:
        assert response.status == 400
        assert "KeyError" in (await response.json())["error"]


async def test_parcels_are_driven_over_http(carriers: CarriersSandbox, http: aiohttp.ClientSession) -> None:
    url = f"{carriers.url}/_sandbox/parcels"
    await post(http, f"{url}/lives", number="1Z", steps=[{"after": 0, "kind": "label"}], eta="2026-11-26")
    await post(http, f"{url}/scan", number="1Z", kind="pickup", pickup={"place": "Locker 7"})
    life = await post(http, f"{url}/moves_eta", number="1Z", eta="2026-11-30")
    assert [one["kind"] for one in life["steps"]] == ["label", "pickup", None]
    await post(http, f"{url}/breaks", slug="ups", how="html")
    assert await post(http, f"{url}/asked") == []


async def test_the_stream_tells_what_happened_and_what_happens(
    telegram: TelegramSandbox, http: aiohttp.ClientSession
) -> None:
    sara = await telegram.user("Sara")
    await telegram.says(sara, "before")
    async with http.get(f"{telegram.url}/_sandbox/events") as stream:
        first = await event(stream)
        await telegram.says(sara, "after")
        second = await event(stream)
    assert [(one["what"], one["message"]["text"]) for one in (first, second)] == [
        ("message", "before"),
        ("message", "after"),
    ]
    assert [one.number for one in telegram.happenings(first["number"])] == [second["number"]]


async def event(stream: aiohttp.ClientResponse) -> Any:
    while True:
        line = await stream.content.readline()
        if line.startswith(b"data: "):
            return orjson.loads(line[6:])


async def test_the_record_keeps_time_parameters_and_outcome(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await ask("sendMessage", chat_id=sara.id, text="a")
    await telegram.starts(sara)
    await ask("sendMessage", chat_id=sara.id, text="b")
    calls = telegram.calls("sendMessage", chat=sara)
    assert [(one.params["text"], one.outcome) for one in calls] == [
        ("a", "400 Bad Request: chat not found"),
        ("b", "ok"),
    ]
    assert calls[0].at == telegram.world.clock.now()


async def test_waiting_in_vain_tells_what_was_said_instead(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    await ask("sendMessage", chat_id=sara.id, text="something else")
    with pytest.raises(TimeoutError, match="something else"):
        await telegram.expects(sara, "hello", within=0.02)


async def test_the_state_outlives_a_restart_of_the_server(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.says(sara, "kept")
    port = int(telegram.url.rsplit(":", 1)[1])
    await telegram.stop()
    await telegram.start(port=port)
    assert [one["message"]["text"] for one in (await ask("getUpdates"))["result"]] == ["kept"]


async def test_what_can_be_done_is_listed(telegram: TelegramSandbox, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{telegram.url}/_sandbox/telegram") as response:
        listed = await response.json()
    assert listed["says"].startswith("(user, text, reply_to=None) Words to the bot in private")
    assert not {"start", "stop", "find", "api"} & listed.keys()
