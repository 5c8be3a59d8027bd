"""The only way to carriers' servers. Knows no carrier; logs neither headers nor bodies."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.gateways.addresses import PublicResolver, is_address, is_public
from carriers.kit.discovery import find
from carriers.kit.errors import Unavailable, Unreadable
from carriers.kit.model import Request, Response

PATIENCE = timedelta(seconds=30)
CONNECT = timedelta(seconds=5)
MOST = 8 * 1024 * 1024
"""Bytes of an answer, unpacked; the largest real one is far below."""
AT_ONCE = 256
_KEPT_OF_TOO_MUCH = 4096
_HEADERS = {"User-Agent": "parcel-herald"}


class CarrierHttp:
    """One session for all carriers: https to public addresses only, but for hosts that the operator overrides."""

    def __init__(
        self,
        overrides: Mapping[str, str] | None = None,
        *,
        patience: timedelta = PATIENCE,
        resolver: Callable[[], AbstractResolver] | None = None,
    ) -> None:
        """`overrides`: carrier slug to the address that stands in for its hosts. Raises UnknownCarrier, ValueError."""
        self._routes: dict[str, str] = {}
        self._bases = _bases(overrides or {})
        self._trusted = {urlsplit(base).hostname or "" for base in self._bases.values()}
        self._timeout = aiohttp.ClientTimeout(total=patience.total_seconds(), sock_connect=CONNECT.total_seconds())
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return "CarrierHttp()"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up; a later question opens a new session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, request: Request) -> Response:
        """Ask. Redirects are not followed. Raises Unavailable (out of reach), Unreadable (too much to read)."""
        url = self._address(request.url)
        session = self._session or self._open()
        try:
            async with session.request(
                request.method,
                url,
                params=request.query or None,
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
            ) as answer:
                body = await _read(answer)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(answer.status, body, headers)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable(f"the carrier is out of reach ({type(error).__name__})") from error

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=AT_ONCE,
            ttl_dns_cache=60,
            resolver=PublicResolver(self._trusted, self._resolver() if self._resolver else None),
        )
        # Cookies would carry one shop's session into another's question.
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar(), headers=_HEADERS
        )
        return self._session

    def _address(self, url: str) -> str:
        """The address that is really asked; judged once an origin."""
        end = url.find("/", 8)
        origin = url if end < 0 else url[:end]
        route = self._routes.get(origin)
        if route is None:
            route = self._routes[origin] = self._judge(origin)
        return route if end < 0 else route + url[end:]

    def _judge(self, origin: str) -> str:
        parts = urlsplit(origin)
        base = self._bases.get(parts.hostname or "")
        if base is not None:
            return base
        if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
            raise Unavailable("only https is spoken to carriers")
        if is_address(parts.hostname) and not is_public(parts.hostname):
            raise Unavailable("a carrier's address lies in a private network")
        return origin


def _bases(overrides: Mapping[str, str]) -> dict[str, str]:
    """A carrier's own host (or a host by its name) to scheme, host and port of what stands in for it."""
    return {
        host: _origin(url) for name, url in overrides.items() for host in ([name] if "." in name else find(name).hosts)
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a carrier's address must begin with http:// or https:// and name a host")
    return f"{parts.scheme}://{parts.netloc}"


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body, or Unreadable as soon as it is too much."""
    if (answer.content_length or 0) > MOST:
        raise _too_much(answer, b"")
    first = await answer.content.readany()
    if not first or answer.content.at_eof():
        return first
    chunks, length = [first], len(first)
    while chunk := await answer.content.readany():
        chunks.append(chunk)
        length += len(chunk)
        if length > MOST:
            raise _too_much(answer, first)
    return b"".join(chunks)


def _too_much(answer: aiohttp.ClientResponse, beginning: bytes) -> Unreadable:
    answer.close()
    return Unreadable(f"the answer is longer than {MOST} bytes", payload=beginning[:_KEPT_OF_TOO_MUCH])
