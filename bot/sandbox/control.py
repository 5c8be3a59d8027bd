"""The sandbox's own methods over HTTP: POST /_sandbox/<part>/<method> with the arguments as a JSON object."""

import inspect
from typing import Any

import msgspec
import orjson
from aiohttp import web

from bot.sandbox.bot_api.record import Call, Violation
from bot.sandbox.bot_api.seen import Seen
from bot.sandbox.bot_api.world import Chat

HIDDEN = frozenset({"start", "stop", "application", "wait_for", "chat", "topic", "find", "press_data"})
LISTED = "args"


class Control:
    """Every public method of `part` under its own name; positional ones as `args`."""

    def __init__(self, name: str, part: object) -> None:
        self.name = name
        self.part = part

    def routes(self) -> list[web.RouteDef]:
        return [web.post(f"/_sandbox/{self.name}/{{method}}", self._call)]

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        method = None if name.startswith("_") or name in HIDDEN else getattr(self.part, name, None)
        if not callable(method):
            return _json({"error": f"{self.name} has no {name}"}, 404)
        try:
            given = orjson.loads(await request.read() or b"{}")
            result = method(*given.pop(LISTED, ()), **given)
            result = await result if inspect.isawaitable(result) else result
        except (LookupError, TypeError, ValueError, PermissionError, TimeoutError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)
        return _json({"result": plain(result)})


def plain(value: Any) -> Any:
    """A result as JSON: persons, chats and topics with their numbers."""
    if isinstance(value, Chat):
        return {"id": value.id, "kind": value.kind, "title": value.title, "is_forum": value.is_forum}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Seen | Call | Violation):
        return msgspec.to_builtins(value)
    return msgspec.to_builtins(value, enc_hook=repr)


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
