"""The way to carriers against a real server on loopback: what is fetched, and what is refused."""

import asyncio
import gzip
import logging
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.gateways import carrier_http
from bot.gateways.addresses import PublicResolver, is_public
from bot.gateways.carrier_http import CarrierHttp
from carriers.kit.discovery import UnknownCarrier
from carriers.kit.errors import CarrierError, Unavailable, Unreadable
from carriers.kit.model import Request

DHL = "https://api-eu.dhl.com/track/shipments"


class Names(AbstractResolver):
    """Implements aiohttp's resolver: every name is at these addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0) for one in self.addresses
        ]

    async def close(self) -> None: ...


async def echo(request: web.Request) -> web.Response:
    words = f"{request.method} {request.rel_url} {request.headers.get('DHL-API-Key')} {await request.text()}"
    return web.Response(text=words, headers={"X-Kind": "echo", "Set-Cookie": "shop=1"})


async def cookies(request: web.Request) -> web.Response:
    return web.Response(text=str(dict(request.cookies)))


async def redirect(request: web.Request) -> web.Response:
    raise web.HTTPFound("http://169.254.169.254/")


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x" * 65536)


async def huge(request: web.Request) -> web.Response:
    return web.Response(body=b"x" * (carrier_http.MOST + 1))


async def packed(request: web.Request) -> web.Response:
    zeros = gzip.compress(bytes(3 * carrier_http.MOST))
    return web.Response(body=zeros, headers={"Content-Encoding": "gzip"})


async def silence(request: web.Request) -> web.Response:
    await asyncio.sleep(5)
    return web.Response()


async def hangs_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[str]:
    app = web.Application()
    ways = {"silence": silence, "redirect": redirect, "endless": endless, "huge": huge, "cookies": cookies}
    for name, way in (ways | {"hangs-up": hangs_up, "packed": packed}).items():
        app.router.add_get(f"/{name}", way)
    app.router.add_route("*", "/track/shipments", echo)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def http(server: str) -> AsyncIterator[CarrierHttp]:
    async with CarrierHttp({"dhl_unified": server}, patience=timedelta(seconds=0.5)) as gateway:
        yield gateway


async def test_a_host_may_be_overridden_by_its_name() -> None:
    async with CarrierHttp({"api.fastlo.example": "http://127.0.0.1:1"}) as http:
        with pytest.raises(Unavailable, match="out of reach"):
            await http.send(Request("GET", "https://api.fastlo.example/track/1"))


async def test_an_override_replaces_scheme_host_and_port_and_keeps_the_path(http: CarrierHttp) -> None:
    question = Request("POST", DHL, {"DHL-API-Key": "k"}, {"trackingNumber": "A B"}, b"body")
    answer = await http.send(question)
    assert answer.body == b"POST /track/shipments?trackingNumber=A+B k body"
    assert (answer.status, answer.headers["x-kind"]) == (200, "echo")


async def test_one_shops_cookies_never_reach_anothers_question(http: CarrierHttp) -> None:
    await http.send(Request("GET", DHL))
    assert (await http.send(Request("GET", DHL.replace("track/shipments", "cookies")))).body == b"{}"


async def test_a_redirect_is_an_answer_and_is_not_followed(http: CarrierHttp) -> None:
    answer = await http.send(Request("GET", DHL.replace("track/shipments", "redirect")))
    assert (answer.status, answer.headers["location"]) == (302, "http://169.254.169.254/")


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("endless", Unreadable),
        ("huge", Unreadable),
        ("packed", Unreadable),
        ("silence", Unavailable),
        ("hangs-up", Unavailable),
    ],
)
async def test_an_answer_without_end_or_none_at_all_is_a_typed_error(
    http: CarrierHttp, path: str, error: type[CarrierError]
) -> None:
    with pytest.raises(error):
        await http.send(Request("GET", DHL.replace("track/shipments", path)))


async def test_a_server_that_is_not_there_is_out_of_reach() -> None:
    async with CarrierHttp({"dhl_unified": "http://127.0.0.1:1"}) as http:
        with pytest.raises(Unavailable) as caught:
            await http.send(Request("GET", DHL, {"DHL-API-Key": "secret"}))
    assert "secret" not in f"{caught.value} {http!r}"
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://api-eu.dhl.com/track",
        "https://127.0.0.1/track",
        "https://[::1]/track",
        "https://[::ffff:127.0.0.1]/track",
        "https://169.254.169.254/latest",
        "https://user:pass@api-eu.dhl.com/track",
        "ftp://api-eu.dhl.com/track",
        "https://",
    ],
)
async def test_nothing_but_https_to_public_addresses_is_asked(url: str) -> None:
    async with CarrierHttp() as http:
        with pytest.raises(Unavailable):
            await http.send(Request("GET", url))


async def test_a_name_that_points_into_our_own_network_is_not_asked() -> None:
    async with CarrierHttp(resolver=lambda: Names("10.0.0.7", "::1")) as http:
        with pytest.raises(Unavailable):
            await http.send(Request("GET", DHL))


async def test_only_the_public_addresses_of_a_name_are_used() -> None:
    found = await PublicResolver(resolver=Names("10.0.0.7", "93.184.216.34")).resolve("carrier.example")
    assert [one["host"] for one in found] == ["93.184.216.34"]


async def test_an_overridden_name_may_point_anywhere() -> None:
    found = await PublicResolver({"sandbox"}, Names("10.0.0.7")).resolve("sandbox")
    assert [one["host"] for one in found] == ["10.0.0.7"]


def test_an_override_must_name_a_carrier_and_an_address() -> None:
    with pytest.raises(UnknownCarrier):
        CarrierHttp({"nobody": "http://127.0.0.1"})
    with pytest.raises(ValueError, match="http"):
        CarrierHttp({"ups": "ups.example"})


OURS = """
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:0a00:0001:: ff02::1 words
"""
THEIRS = "93.184.216.34 2606:4700::1111 ::ffff:93.184.216.34 64:ff9b::5db8:d822"


@pytest.mark.parametrize("address", OURS.split())
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", THEIRS.split())
def test_other_addresses_are_public(address: str) -> None:
    assert is_public(address)


async def test_neither_headers_nor_bodies_are_logged(http: CarrierHttp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await http.send(Request("POST", DHL, {"DHL-API-Key": "hush"}, {}, b"hush"))
    assert "hush" not in caplog.text
