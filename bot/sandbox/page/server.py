"""The page over HTTP on loopback: static files, a stream of events, what the visitor does."""

import asyncio
from contextlib import suppress
from importlib.resources import files
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.page.controls import VERBS, Controls, Given
from bot.sandbox.page.saying import Unsayable
from bot.sandbox.page.stream import Showing

TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SAFE = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
MOST = 8 * 2**20
PREPARING = b"event: preparing\ndata: {}\n\n"
"""Nothing is played: the next showing is being built."""
LOOK_EVERY = 0.2
REFUSED = (Unsayable, PermissionError, LookupError, msgspec.MsgspecError)
NOT_THERE = "That is not there any more."
UNREAD = "The page asked in a way that is not understood here; load it anew."
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})


class Theatre(Protocol):
    """Where the stage is that is played on now; both None while the next one is being built."""

    showing: Showing | None
    controls: Controls | None

    async def again(self) -> None:
        """Begins anew."""
        ...


class PageServer:
    """Routes; nothing that comes in from another site is obeyed."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre

    def application(self) -> web.Application:
        """To be served on loopback only."""
        app = web.Application(client_max_size=MOST, middlewares=[_own_pages_only])
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/events", self._events),
                web.get("/file/{id}", self._file),
                web.get("/{name}", self._static),
                web.post("/do/again", self._again),
                web.post("/do/photo", self._photo),
                web.post("/do/{verb}", self._do),
            ]
        )
        return app

    async def _index(self, request: web.Request) -> web.Response:
        return _static("index.html")

    async def _static(self, request: web.Request) -> web.Response:
        return _static(request.match_info["name"])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        headers = SAFE | {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        with suppress(ConnectionResetError):
            await response.write(b"retry: 700\n\n")
            while not _is_gone(request):
                if (showing := self.theatre.showing) is not None:
                    await self._tell(request, response, showing)
                else:
                    await response.write(PREPARING)
                    await asyncio.sleep(LOOK_EVERY)
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse, showing: Showing) -> None:
        last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        async for event in showing.events(last):
            if _is_gone(request) or self.theatre.showing is not showing:
                return
            if event:
                await response.write(event)

    async def _file(self, request: web.Request) -> web.Response:
        world = self.theatre.showing.stage.telegram.world if self.theatre.showing else None
        stored = world.files.get(request.match_info["id"]) if world else None
        if stored is None:
            raise web.HTTPNotFound
        if stored.mime not in SHOWN:
            return web.Response(body=stored.body, headers=SAFE | {"Content-Disposition": "attachment"})
        return web.Response(body=stored.body, content_type=stored.mime, headers=SAFE)

    async def _do(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        if verb not in VERBS:
            raise web.HTTPNotFound
        try:
            given = msgspec.json.decode(await request.read() or b"{}", type=Given)
            return _json({"said": await self._controls().do(verb, given)})
        except REFUSED as error:
            return _json({"error": _kindly(error)}, 400)

    async def _photo(self, request: web.Request) -> web.Response:
        try:
            given = msgspec.convert(dict(request.query), Given, strict=False)
            body = await request.read()
            if not body:
                raise Unsayable("The file is empty.")
            await self._controls().photo(given, body, request.content_type)
        except REFUSED as error:
            return _json({"error": _kindly(error)}, 400)
        return _json({"said": None})

    async def _again(self, request: web.Request) -> web.Response:
        await self.theatre.again()
        return _json({"said": None})

    def _controls(self) -> Controls:
        if self.theatre.controls is None:
            raise Unsayable("The next showing is being prepared.")
        return self.theatre.controls


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


@web.middleware
async def _own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A browser says which site a request comes from; a name that is not this machine's is a trick with addresses."""
    origin = request.headers.get("Origin")
    strange = origin is not None and urlsplit(origin).netloc != request.host
    if strange or request.host.rpartition(":")[0] not in ("127.0.0.1", "localhost"):
        raise web.HTTPForbidden
    return await handler(request)


def _static(name: str) -> web.Response:
    kind = TYPES.get(name.rpartition(".")[2])
    found = files(__package__).joinpath("static", name)
    if kind is None or not found.is_file():
        raise web.HTTPNotFound
    return web.Response(body=found.read_bytes(), content_type=kind, charset="utf-8", headers=SAFE)


def _kindly(error: Exception) -> str:
    """What a visitor reads; names of keys and of types are none of his."""
    if isinstance(error, LookupError):
        return NOT_THERE
    return UNREAD if isinstance(error, msgspec.MsgspecError) else str(error)


def _json(body: dict[str, str | None], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=SAFE)
