"""How a carrier can fail: by script, for one carrier or one number, a number of times or until mended."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from aiohttp import web

from bot.sandbox.parcels import dhl, track17, ups

HUGE = 50 * 2**20
PAGE = b"<!DOCTYPE html><html><head><title>We are down</title></head><body><h1>Maintenance</h1></body></html>"
PRIVATE = "http://169.254.169.254/latest/credentials"


class Break(StrEnum):
    """What goes wrong."""

    AUTH = "auth"
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    HTML = "html"
    HALF = "half"
    ERROR_INSIDE = "error_inside"
    HUGE = "huge"
    REDIRECT = "redirect"
    HANG = "hang"
    DROP = "drop"


@dataclass
class Breaking:
    """`times` None: until mended. `seconds`: Retry-After of throttled, the length of hang."""

    slug: str
    how: Break
    number: str | None = None
    times: int | None = None
    seconds: float = 60


# Status and body of each carrier's own refusals. 17TRACK says nearly all with 200.
SHAPES: dict[tuple[str, Break], tuple[int, dict[str, Any]]] = {
    ("dhl_unified", Break.AUTH): (401, dhl.UNAUTHORIZED),
    ("dhl_unified", Break.NOT_FOUND): (404, dhl.NOT_FOUND),
    ("dhl_unified", Break.THROTTLED): (429, dhl.TOO_MANY),
    ("dhl_unified", Break.UNAVAILABLE): (503, dhl.UNAVAILABLE),
    ("dhl_unified", Break.ERROR_INSIDE): (200, dhl.BROKEN_INSIDE),
    ("ups", Break.AUTH): (401, ups.UNAUTHORIZED),
    ("ups", Break.NOT_FOUND): (200, ups.NOT_FOUND),
    ("ups", Break.THROTTLED): (429, ups.TOO_MANY),
    ("ups", Break.UNAVAILABLE): (503, ups.UNAVAILABLE),
    ("ups", Break.ERROR_INSIDE): (200, ups.BROKEN_INSIDE),
    ("17track", Break.AUTH): (200, track17.UNAUTHORIZED),
    ("17track", Break.NOT_FOUND): (200, track17.answer([], [])),
    ("17track", Break.THROTTLED): (429, track17.TOO_MANY),
    ("17track", Break.UNAVAILABLE): (503, track17.BROKEN_INSIDE),
    ("17track", Break.ERROR_INSIDE): (200, track17.BROKEN_INSIDE),
}


class Broken:
    """The scripts that hold now."""

    def __init__(self) -> None:
        self.scripts: list[Breaking] = []

    def next_for(self, slug: str, numbers: list[str]) -> Breaking | None:
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


async def play(script: Breaking, request: web.Request, sound: bytes) -> web.StreamResponse:
    """The broken answer; `sound` is what would have been said."""
    shape = SHAPES.get((script.slug.removesuffix("-token"), script.how))
    if shape:
        headers = {"Retry-After": str(int(script.seconds))} if script.how is Break.THROTTLED else {}
        return said(shape[0], orjson.dumps(shape[1]), headers)
    match script.how:
        case Break.HTML:
            return web.Response(body=PAGE, content_type="text/html")
        case Break.HALF:
            return said(200, sound[: len(sound) // 2])
        case Break.REDIRECT:
            return web.Response(status=302, headers={"Location": PRIVATE})
        case Break.HUGE:
            return await _flood(request)
        case Break.HANG:
            await asyncio.sleep(script.seconds)
            return said(200, sound)
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


def said(status: int, body: bytes, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(status=status, body=body, headers=headers, content_type="application/json")
