"""How a carrier can fail: by script, for one carrier or one number, a number of times or until mended."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.parcels.wire import Break, Reply

HUGE = 50 * 2**20
PAGE = b"<!DOCTYPE html><html><head><title>We are down</title></head><body><h1>Maintenance</h1></body></html>"
PRIVATE = "http://169.254.169.254/latest/credentials"


@dataclass
class Breaking:
    """`times` None: until mended. `seconds`: Retry-After of throttled, the length of hang."""

    slug: str
    how: Break
    number: str | None = None
    times: int | None = None
    seconds: float = 60


class Broken:
    """The scripts that hold now."""

    def __init__(self) -> None:
        self.scripts: list[Breaking] = []

    def next_for(self, slug: str, numbers: Sequence[str]) -> Breaking | None:
        """The first that fits, counted down."""
        for script in self.scripts:
            if script.slug == slug and (script.number is None or script.number in numbers):
                self._count(script)
                return script
        return None

    def _count(self, script: Breaking) -> None:
        if script.times is not None:
            script.times -= 1
            if script.times <= 0:
                self.scripts.remove(script)


async def play(
    script: Breaking, request: web.Request, sound: Reply, refusals: Mapping[Break, Reply]
) -> web.StreamResponse:
    """The broken answer; `sound` is what would have been said, `refusals` are the carrier's own."""
    if script.how in refusals:
        headers = {"Retry-After": str(int(script.seconds))} if script.how is Break.THROTTLED else {}
        return said(refusals[script.how], headers)
    match script.how:
        case Break.HTML:
            return web.Response(body=PAGE, content_type="text/html")
        case Break.HALF:
            return said(Reply(sound.body[: len(sound.body) // 2], 200, sound.kind))
        case Break.REDIRECT:
            return web.Response(status=302, headers={"Location": PRIVATE})
        case Break.HUGE:
            return await _flood(request)
        case Break.HANG:
            await asyncio.sleep(script.seconds)
            return said(sound)
        case _:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)


async def _flood(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    chunk = b'{"shipments":' + b" " * (2**20 - 13)
    for _ in range(HUGE // len(chunk)):
        await response.write(chunk)
    await response.write_eof()
    return response


def said(reply: Reply, headers: Mapping[str, str] | None = None) -> web.Response:
    """The answer on its way."""
    return web.Response(status=reply.status, body=reply.body, headers=headers, content_type=reply.kind)
