"""The sandbox's own methods over HTTP: POST /_sandbox/<part>/<method> with the arguments as a JSON object."""

import inspect
from typing import Any

import msgspec
import orjson
from aiohttp import web

from bot.sandbox.bot_api.record import Call, Violation
from bot.sandbox.bot_api.seen import Seen
from bot.sandbox.bot_api.world import Chat

HIDDEN = frozenset(
    ["start", "stop", "application", "frozen", "wait_for", "chat", "topic", "find", "press_data", "monotonic", "sleep"]
)
LISTED = "args"


class Control:
    """Every public method of `part` under its own name; positional ones as `args`."""

    def __init__(self, name: str, part: object) -> None:
        self.name = name
        self.part = part

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"/_sandbox/{self.name}", self._list),
            web.post(f"/_sandbox/{self.name}/{{method}}", self._call),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        """What can be done here: name, arguments, a line about it."""
        names = [one for one in dir(type(self.part)) if not one.startswith("_") and one not in HIDDEN]
        methods = {one: getattr(self.part, one) for one in names if inspect.isfunction(getattr(type(self.part), one))}
        return _json({one: _described(method) for one, method in sorted(methods.items())})

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


def _described(method: Any) -> str:
    arguments = ", ".join(str(one).split(":")[0].strip() + _default(one) for one in _parameters(method))
    return f"({arguments}) {inspect.getdoc(method) or ''}".strip()


def _parameters(method: Any) -> list[inspect.Parameter]:
    return list(inspect.signature(method).parameters.values())


def _default(one: inspect.Parameter) -> str:
    return "" if one.default is inspect.Parameter.empty else f"={one.default!r}"


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
