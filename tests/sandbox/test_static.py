"""The benchmarks' carrier: prebuilt bodies, pieces and pipelines of requests."""

import asyncio

import aiohttp

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.parcels.static import StaticServer


async def test_it_says_the_same_as_the_living_server(carriers: CarriersSandbox, http: aiohttp.ClientSession) -> None:
    await carriers.lives("JD0146", [{"after": 0, "kind": "label"}], eta="2026-11-26")
    path, headers = "/track/shipments?trackingNumber=JD0146&language=en", {"DHL-API-Key": "key"}
    async with carriers.frozen("dhl_unified") as static:
        bodies = []
        for url in (carriers.url, static.url):
            async with http.get(url + path, headers=headers) as response:
                bodies.append(await response.json())
    assert bodies[0] == bodies[1]


async def test_a_changed_body_is_served_from_then_on(http: aiohttp.ClientSession) -> None:
    async with StaticServer({"1Z": b"[1]"}) as static:
        static.change("1Z", b"[2]")
        async with http.get(f"{static.url}/api/track/v1/details/1Z?locale=en_US") as response:
            assert await response.json() == [2]
        async with http.post(f"{static.url}/security/v1/oauth/token", data={"grant_type": "x"}) as response:
            assert (await response.json())["access_token"] == "static"
        async with http.get(f"{static.url}/api/track/v1/details/2Z") as response:
            assert response.status == 404
        assert static.served == 3


async def test_requests_may_come_in_pieces_or_several_at_once() -> None:
    async with StaticServer({"1": b"one", "2": b"two"}) as static:
        host, port = static.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /api/track/v1/details/1 HTTP/1.1\r\n\r\nGET /api/track/v1/det")
        await reader.readuntil(b"one")
        writer.write(b"ails/2 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        assert (await reader.readuntil(b"two")).startswith(b"HTTP/1.1 200")
        writer.close()
