"""What a visitor may do, over HTTP; and what no other site may."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import tell_clock
from bot.sandbox.page.stage import START, Stage
from bot.sandbox.page.strip import read
from tests.page.conftest import House


async def do(http: aiohttp.ClientSession, address: str, verb: str, **given: Any) -> tuple[int, dict[str, Any]]:
    async with http.post(f"{address}/do/{verb}", json=given) as answer:
        return answer.status, await answer.json() if answer.content_type == "application/json" else {}


async def test_words_of_each_phone_are_said_by_its_holder(
    stage: Stage, http: aiohttp.ClientSession, address: str
) -> None:
    assert stage.desk is not None
    assert stage.agent is not None
    topic = await stage.telegram.opens_topic(stage.agent, stage.desk, "Sara")
    await do(http, address, "say", phone="customer", text="<i>hi</i>")
    await do(http, address, "say", phone="merchant", text="/stats")
    assert await do(http, address, "say", phone="desk", text="Good morning", topic=topic.id) == (200, {"said": None})
    assert stage.customer is not None
    assert stage.owner is not None
    last = stage.telegram.messages(stage.customer)[-1]
    assert (last.text, last.sender, last.entities) == ("<i>hi</i>", "Sara", ())
    assert stage.telegram.messages(stage.owner)[-1].text == "/stats"
    assert [(one.sender, one.text) for one in stage.telegram.messages(stage.desk, topic)] == [("Huda", "Good morning")]


@pytest.mark.parametrize(
    ("text", "count"),
    [("x " * 5000, 3), ("🎉" * 4000, 2), ("\u202eabc\u200f\u200e", 1), ("<script>alert(1)</script>", 1)],
)
async def test_hostile_words_arrive_as_words(
    stage: Stage, http: aiohttp.ClientSession, address: str, text: str, count: int
) -> None:
    assert stage.customer is not None
    before = len(stage.telegram.messages(stage.customer))
    status, _ = await do(http, address, "say", phone="customer", text=text)
    assert status == 200
    assert len(stage.telegram.messages(stage.customer)) == before + count


@pytest.mark.parametrize(
    ("verb", "given", "words"),
    [
        ("say", {"phone": "customer", "text": "\u200f \u200e"}, "nothing in it"),
        ("say", {"phone": "customer", "text": "x" * 60_000}, "try less"),
        ("say", {"phone": "nobody", "text": "x"}, "Nobody holds"),
        ("say", {"phone": "customer", "text": 7}, "not understood here"),
        ("press", {"phone": "customer", "message": 999, "data": "h:"}, "not there any more"),
        ("language", {"text": "xx"}, "Arabic, Persian or English"),
        ("speed", {"speed": -1}, "The clock runs"),
        ("speed", {"speed": 1e9}, "The clock runs"),
        ("carrier", {"name": "pigeon", "on": False}, "no such carrier"),
        ("hub", {"name": "Paris, FR", "on": False}, "no such hub"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_words(
    http: aiohttp.ClientSession, address: str, verb: str, given: dict[str, Any], words: str
) -> None:
    status, body = await do(http, address, verb, **given)
    assert status == 400
    assert words in body["error"]


async def test_a_picture_that_cannot_be_sent_is_refused_with_words(http: aiohttp.ClientSession, address: str) -> None:
    query = {"phone": "desk", "topic": "never"}
    async with http.post(f"{address}/do/photo", params=query, data=b"x") as answer:
        assert answer.status == 400
        assert "not understood here" in (await answer.json())["error"]


async def test_an_unknown_verb_or_file_is_not_found(http: aiohttp.ClientSession, address: str) -> None:
    assert (await do(http, address, "explode"))[0] == 404
    for path in ("nothing.js", "server.py", "..%2fserver.py", "file/none"):
        async with http.get(f"{address}/{path}") as answer:
            assert answer.status == 404


async def test_a_picture_is_sent_and_shown_and_another_file_only_offered(
    stage: Stage, http: aiohttp.ClientSession, address: str
) -> None:
    assert stage.customer is not None
    for mime, disposition in (("image/png", None), ("text/html", "attachment")):
        query = {"phone": "customer", "name": "x.html"}
        async with http.post(
            f"{address}/do/photo", params=query, data=b"<b>", headers={"Content-Type": mime}
        ) as answer:
            assert answer.status == 200
        file_id = stage.telegram.messages(stage.customer)[-1].file_id
        async with http.get(f"{address}/file/{file_id}") as answer:
            assert await answer.read() == b"<b>"
            assert answer.headers.get("Content-Disposition") == disposition
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with http.post(f"{address}/do/photo", params={"phone": "customer"}, data=b"") as answer:
        assert answer.status == 400


async def test_the_reader_s_language_is_changed_by_words_to_the_bot(
    stage: Stage, http: aiohttp.ClientSession, address: str
) -> None:
    await do(http, address, "language", text="fa")
    assert stage.customer is not None
    assert stage.customer.language_code == "fa"
    assert stage.telegram.messages(stage.customer)[-1].text == "/language fa"


async def test_the_clock_a_carrier_and_a_hub_obey(stage: Stage, http: aiohttp.ClientSession, address: str) -> None:
    for one in stage.parcels:
        stage.carriers.doors.lives[one.number] = one.life(stage.first_day)
    await do(http, address, "speed", speed=600)
    assert stage.clock.speed == 600
    await do(http, address, "typing", on=True)
    assert stage.clock.speed == 60
    await do(http, address, "typing", on=False)
    await do(http, address, "speed", speed=0)
    assert stage.clock.speed == 0
    await do(http, address, "carrier", name="ups", on=False)
    assert [one.slug for one in stage.carriers.doors.broken.scripts] == ["ups"]
    await do(http, address, "carrier", name="ups", on=True)
    assert stage.carriers.doors.broken.scripts == []
    before = dict(stage.carriers.doors.lives)
    await do(http, address, "hub", name="Riyadh, SA", on=False)
    assert len(stage.held["Riyadh, SA"]) > 5
    await do(http, address, "hub", name="Riyadh, SA", on=True)
    assert stage.carriers.doors.lives == before


@pytest.mark.parametrize(
    ("day", "hub", "said"),
    [
        (0, "Riyadh, SA", "parcels will wait in Riyadh. The agents are asked after 36 working hours without a scan."),
        (3, "Riyadh, SA", "parcels still come through Riyadh: the agents are asked about 10 and more."),
        (5, "Jeddah, SA", "No parcels still come through Jeddah"),
    ],
)
async def test_a_hub_that_is_stopped_says_what_will_come_of_it(
    stage: Stage, http: aiohttp.ClientSession, address: str, day: int, hub: str, said: str
) -> None:
    for one in stage.parcels:
        stage.carriers.doors.lives[one.number] = one.life(stage.first_day)
    tell_clock(stage.clock.path, START + day * timedelta(days=1), 0)
    _, told = await do(http, address, "hub", name=hub, on=False)
    assert said in told["said"]


async def test_a_hub_that_is_stopped_too_late_says_so(stage: Stage, http: aiohttp.ClientSession, address: str) -> None:
    tell_clock(stage.clock.path, START + timedelta(days=3, hours=12), 0)
    for one in stage.parcels:
        stage.carriers.doors.lives[one.number] = one.life(stage.first_day + timedelta(days=4))
    _, told = await do(http, address, "hub", name="Riyadh, SA", on=False)
    assert "Too late for a question to the agents" in told["said"]


async def test_no_other_site_may_speak_for_the_visitor(http: aiohttp.ClientSession, address: str, house: House) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example:80"}):
        async with http.post(f"{address}/do/again", headers=headers) as answer:
            assert answer.status == 403
    assert house.begun == 0
    async with http.post(f"{address}/do/again", headers={"Origin": address}) as answer:
        assert answer.status == 200
    assert house.begun == 1


async def test_the_page_asks_nothing_of_anybody_else(http: aiohttp.ClientSession, address: str) -> None:
    async with http.get(address) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in page.replace("http-equiv", "")


def test_the_strip_reads_the_service_s_own_figures() -> None:
    told = "# TYPE herald_troubles gauge\nherald_troubles 7.0\n# TYPE other gauge\nother 1.0\n"
    assert read(told) == {"troubles": 7.0}
