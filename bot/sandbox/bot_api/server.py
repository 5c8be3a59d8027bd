"""HTTP around the Bot API: tokens, the three kinds of body, answers, broken lines."""

import asyncio
from typing import Any

import orjson
from aiohttp import web

from bot.sandbox.bot_api import schema
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.faults import AFTER, BEFORE, PAGE, Fault, Script
from bot.sandbox.bot_api.record import Call
from bot.sandbox.bot_api.refusals import Refused, bad

LARGEST_FILE = 50 * 2**20
MOST = LARGEST_FILE + 2**20
"""Bytes of a whole request: a file of 50 MB and what is said beside it."""


class BotApiServer:
    """Routes of one bot; a wrong token is 401, an unknown method 404."""

    def __init__(self, api: BotApi, token: str) -> None:
        self.api = api
        self.token = token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/file/bot{token}/{path:.+}", self._file),
            web.route("*", "/bot{token}/{method}", self._call),
        ]

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        path = request.match_info["path"]
        stored = next((one for one in self.api.world.files.values() if one.path == path), None)
        if stored is None:
            return _refusal(Refused(404, "Not Found"))
        return web.Response(body=stored.body, content_type=stored.mime)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        method = schema.method_named(request.match_info["method"])
        if method is None:
            return _refusal(Refused(404, "Not Found"))
        try:
            given = await _given(request)
        except ValueError:
            return _refusal(bad("can't parse request JSON object"))
        except web.HTTPRequestEntityTooLarge:
            return _refusal(Refused(413, "Request Entity Too Large"))
        call = self.api.begin(method, given)
        script = self.api.faults.next_for(method, _addressing(given))
        try:
            return await self._answer(request, call, given, script)
        except Refused as refused:
            return _refusal(refused)

    async def _answer(
        self, request: web.Request, call: Call, given: dict[str, Any], script: Script | None
    ) -> web.StreamResponse:
        if script and script.fault in BEFORE:
            return self._refuse(request, call, script)
        if script and script.fault is Fault.SLOW:
            await asyncio.sleep(script.seconds)
        result = await self.api.answer(call, given)
        if script and script.fault in AFTER:
            return await self._swallow(request, call, script)
        body = orjson.dumps({"ok": True, "result": result})
        return web.Response(body=body, content_type="application/json")

    def _refuse(self, request: web.Request, call: Call, script: Script) -> web.Response:
        call.outcome = f"scripted {script.fault}"
        if script.fault is Fault.DROP:
            return _hang_up(request)
        if script.fault is Fault.WEB_PAGE:
            return web.Response(status=502, body=PAGE, content_type="text/html")
        return _refusal(script.refusal())

    async def _swallow(self, request: web.Request, call: Call, script: Script) -> web.Response:
        """It is done, but nobody is told."""
        call.outcome = f"scripted {script.fault}"
        if script.fault is Fault.HANG:
            await _until_gone(request, script.seconds)
        if script.fault is Fault.LATE_GATEWAY:
            return _refusal(script.refusal())
        return _hang_up(request)


async def _given(request: web.Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if kind == "application/json" and request.can_read_body:
        body = orjson.loads(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("no object")
        return given | body
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            given[name] = await _part(value)
    return given


async def _part(value: Any) -> Any:
    if isinstance(value, web.FileField):
        body = await asyncio.to_thread(value.file.read)
        if len(body) > LARGEST_FILE:
            raise web.HTTPRequestEntityTooLarge(LARGEST_FILE, len(body))
        return schema.Upload(value.filename, body, value.content_type)
    return value.decode() if isinstance(value, bytes | bytearray) else value


def _addressing(given: dict[str, Any]) -> dict[str, Any]:
    """chat_id as a number, also out of a form."""
    chat_id = given.get("chat_id")
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        return {**given, "chat_id": int(chat_id)}
    return given


def _refusal(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.Response(status=refused.code, body=orjson.dumps(body), content_type="application/json")


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)


async def _until_gone(request: web.Request, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            # aiohttp tells nobody that the line was closed, so it is looked at.
            while request.transport and not request.transport.is_closing():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError:
        return
