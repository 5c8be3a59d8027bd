"""Prebuilt bodies by tracking number, served as fast as one core can: the benchmarks' carrier."""

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import unquote

NUMBER = re.compile(rb"^GET /(?:track/shipments\?(?:[^ ]*&)?trackingNumber=|api/track/v1/details/)([^ &?]+)")
LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: *(\d+)")
TOKEN = b'{"access_token":"static","expires_in":"14399","token_type":"Bearer"}'
MISSING = b'{"title":"No result found","status":404}'


class StaticServer:
    """Answers every GET with the number's body, every POST with a token; `served` counts."""

    def __init__(self, bodies: Mapping[str, bytes]) -> None:
        self.answers = {number.encode(): _http(200, body) for number, body in bodies.items()}
        self.token, self.missing = _http(200, TOKEN), _http(404, MISSING)
        self.served = 0
        self.url = ""
        self._server: asyncio.Server | None = None

    def change(self, number: str, body: bytes) -> None:
        """Another body for this number from now on."""
        self.answers[number.encode()] = _http(200, body)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serves on a free port."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Line(self), host, port)
        self.url = f"http://{host}:{self._server.sockets[0].getsockname()[1]}"
        return self.url

    async def stop(self) -> None:
        """Closes the door; open lines end with the loop."""
        if self._server:
            self._server.close()
            self._server = None

    async def __aenter__(self) -> "StaticServer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def answer(self, head: bytes) -> bytes:
        """The answer to a request's head."""
        self.served += 1
        found = NUMBER.match(head)
        if found is None:
            return self.token if head.startswith(b"POST") else self.missing
        name = found[1]
        return self.answers.get(unquote(name.decode()).encode() if b"%" in name else name, self.missing)


class _Line(asyncio.Protocol):
    """One keep-alive connection: requests may come in pieces or several at once."""

    def __init__(self, server: StaticServer) -> None:
        self.server = server
        self.waiting = b""
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        out = []
        while (end := self._end()) is not None:
            out.append(self.server.answer(self.waiting[:end]))
            self.waiting = self.waiting[end:]
        if out and self.transport:
            self.transport.writelines(out)

    def _end(self) -> int | None:
        """Where the first whole request ends, body included."""
        head = self.waiting.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = LENGTH.search(self.waiting, 0, head)
        end = head + 4 + (int(length[1]) if length else 0)
        return end if len(self.waiting) >= end else None


def _http(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        status,
        len(body),
        body,
    )
