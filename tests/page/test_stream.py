"""The stream of events: whole at first, each change once, resumed where the line broke."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from bot.sandbox.page.stage import Stage
from tests.page.conftest import House

Event = tuple[str, str, Any]
WITHIN = 5.0


class Line:
    """One page's line."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def next(self, *kinds: str) -> Event:
        """The next event of these kinds: kind, id, body."""
        async with asyncio.timeout(WITHIN):
            while True:
                fields = await self._fields()
                if fields.get("event") in kinds:
                    return fields["event"], fields.get("id", ""), orjson.loads(fields["data"])

    async def _fields(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        while (line := (await self.answer.content.readline()).decode().rstrip("\n")) or not fields:
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
        return fields


@asynccontextmanager
async def opened(http: aiohttp.ClientSession, address: str, last: str = "") -> AsyncIterator[Line]:
    headers = {"Last-Event-ID": last} if last else {}
    async with http.get(f"{address}/events", headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        yield Line(answer)


async def say(stage: Stage, words: str) -> None:
    assert stage.customer is not None
    await stage.telegram.says(stage.customer, words)


def texts(body: Any) -> list[str]:
    return [one["text"] for one in body["messages"]]


async def test_a_page_reads_everything_first_then_each_change(
    stage: Stage, http: aiohttp.ClientSession, address: str
) -> None:
    async with opened(http, address) as line:
        _, _, body = await line.next("all")
        assert texts(body) == ["أين طلبي؟"]
        assert {name: phone["name"] for name, phone in body["phones"].items()} == {
            "customer": "Sara",
            "merchant": "Maryam",
            "desk": "Huda",
        }
        await say(stage, "<b>now</b>")
        _, _, told = await line.next("change")
        assert told["message"]["text"] == "<b>now</b>"
        assert told["message"]["entities"] == []


async def test_a_lost_line_resumes_after_what_it_had_and_doubles_nothing(
    stage: Stage, http: aiohttp.ClientSession, address: str
) -> None:
    async with opened(http, address) as line:
        await line.next("all")
        await say(stage, "one")
        _, last, _ = await line.next("change")
    await say(stage, "two")
    await say(stage, "three")
    async with opened(http, address, last) as line:
        found = [await line.next("all", "change") for _ in range(2)]
    assert [(kind, body["message"]["text"]) for kind, _, body in found] == [("change", "two"), ("change", "three")]


async def test_two_pages_read_the_same(stage: Stage, http: aiohttp.ClientSession, address: str) -> None:
    async with opened(http, address) as one, opened(http, address) as other:
        assert (await one.next("all"))[2] == (await other.next("all"))[2]
        await say(stage, "both")
        assert await one.next("change") == await other.next("change")


async def test_a_line_of_an_earlier_showing_reads_everything_anew(
    stage: Stage, house: House, http: aiohttp.ClientSession, address: str
) -> None:
    async with opened(http, address) as line:
        _, last, _ = await line.next("all")
    house.shows(stage)
    for stale in (last, "nonsense", f"{last}99999"):
        async with opened(http, address, stale) as line:
            kind, _, body = await line.next("all", "change")
            assert (kind, texts(body)) == ("all", ["أين طلبي؟"])


async def test_what_happens_in_chats_of_others_is_not_told(
    stage: Stage, http: aiohttp.ClientSession, address: str
) -> None:
    stranger = await stage.telegram.user("Emma")
    async with opened(http, address) as line:
        await line.next("all")
        await stage.telegram.says(stranger, "secret")
        await say(stage, "open")
        _, _, told = await line.next("change")
        assert told["message"]["text"] == "open"


async def test_edits_deletions_and_topics_replace_what_stood_there(
    stage: Stage, http: aiohttp.ClientSession, address: str
) -> None:
    assert stage.customer is not None
    assert stage.desk is not None
    assert stage.agent is not None
    said = await stage.telegram.says(stage.customer, "helo")
    async with opened(http, address) as line:
        await line.next("all")
        await stage.telegram.edits(stage.customer, said, "hello")
        _, _, told = await line.next("change")
        assert (told["message"]["id"], told["message"]["text"], told["message"]["edited"]) == (said.id, "hello", True)
        await stage.telegram.deletes(stage.customer, said)
        _, _, told = await line.next("change")
        assert told["gone"] == said.id
        await stage.telegram.opens_topic(stage.agent, stage.desk, "Sara · 1001")
        _, _, told = await line.next("change")
        assert told["topic"]["name"] == "Sara · 1001"
        assert told["message"]["notice"]["kind"] == "forum_topic_created"


async def test_the_clock_and_the_parcels_are_told_without_a_number(http: aiohttp.ClientSession, address: str) -> None:
    async with opened(http, address) as line:
        _, number, body = await line.next("around")
        assert number == ""
        assert body["clock"]["speed"] == 0
        assert len(body["shown"]["parcels"]) == 40
        assert body["shown"]["service"] == "down"


async def test_while_the_next_showing_is_prepared_the_line_says_so_and_holds(
    stage: Stage, http: aiohttp.ClientSession, address: str, house: House
) -> None:
    async with opened(http, address) as line:
        await line.next("all")
        showing, house.showing = house.showing, None
        await line.next("preparing")
        house.showing = showing
        _, _, body = await line.next("all")
        assert texts(body) == ["أين طلبي؟"]
    house.showing = None
    async with opened(http, address) as line:
        await line.next("preparing")
        house.shows(stage)
        await line.next("all")
