"""The address that carriers push to, over HTTP."""

from collections.abc import Mapping

import aiohttp
import pytest

from bot.flows.pushes import StoreUnavailable, Took
from bot.web.health import Health, Server, application
from bot.web.hooks import ANSWERS, LARGEST, Hooks


class Taker:
    """Takes pushes as it is told to, and remembers them."""

    def __init__(self, took: Took | StoreUnavailable = Took.IN) -> None:
        self.took = took
        self.heard: list[tuple[str, Mapping[str, str], bytes]] = []

    async def take(self, token: str, headers: Mapping[str, str], body: bytes) -> Took:
        self.heard.append((token, headers, body))
        if isinstance(self.took, StoreUnavailable):
            raise self.took
        return self.took


async def pushed(taker: Taker, body: bytes = b"{}", path: str = "/hooks/carrier/tok-en_1") -> tuple[int, str | None]:
    server = Server(application(Health({}), Hooks(taker)), "127.0.0.1", 0)
    await server.start()
    try:
        url = f"http://127.0.0.1:{server.port}{path}"
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers={"Sign": "x"}) as got:
            return got.status, got.headers.get("Retry-After")
    finally:
        await server.stop()


async def test_a_push_comes_with_its_token_headers_and_bytes() -> None:
    taker = Taker()
    assert await pushed(taker, b'{"a": 1}') == (200, None)
    ((token, headers, body),) = taker.heard
    assert (token, headers["sign"], body) == ("tok-en_1", "x", b'{"a": 1}')


@pytest.mark.parametrize("took", Took)
async def test_whatever_became_of_it_has_an_answer(took: Took) -> None:
    status, _ = await pushed(Taker(took))
    assert status == ANSWERS[took]
    assert (status == 200) == (took in (Took.IN, Took.RESTING, Took.UNREADABLE))


async def test_a_database_out_of_reach_asks_the_carrier_to_come_again() -> None:
    assert await pushed(Taker(StoreUnavailable("locked", "x"))) == (503, "30")


async def test_a_push_too_long_is_refused_unread() -> None:
    taker = Taker()
    assert (await pushed(taker, b" " * (LARGEST + 1)))[0] == 413
    assert taker.heard == []


async def test_there_is_no_address_without_a_token() -> None:
    assert (await pushed(Taker(), path="/hooks/carrier/"))[0] == 404
