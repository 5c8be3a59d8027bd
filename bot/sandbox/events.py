"""What happens, as a stream of server-sent events: for a page that shows the phones."""

import asyncio
from typing import Any

import msgspec
import orjson
from aiohttp import web

from bot.sandbox.bot_api.seen import seen
from bot.sandbox.bot_api.world import Happening, World


class Events:
    """GET /_sandbox/events?after=N: what happened since, then what happens."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/_sandbox/events", self._stream)]

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        last = int(request.query.get("after", 0))
        while request.transport is not None and not request.transport.is_closing():
            changed = self.world.changed
            for happening in [one for one in self.world.happenings if one.number > last]:
                await response.write(self._event(happening))
                last = happening.number
            await _either(changed)
        return response

    def _event(self, happening: Happening) -> bytes:
        return b"id: %d\ndata: %s\n\n" % (happening.number, orjson.dumps(self.shown(happening)))

    def shown(self, happening: Happening) -> dict[str, Any]:
        """The happening with the message as it stands now, None if it is gone."""
        chat = self.world.chats[happening.chat_id]
        message = chat.messages.get(happening.message_id) if happening.message_id else None
        body: dict[str, Any] = msgspec.to_builtins(happening)
        body["message"] = msgspec.to_builtins(seen(message)) if message and not message.deleted else None
        return body


async def _either(changed: asyncio.Event) -> None:
    """Until something changes, at most a second: then the line is looked at again."""
    try:
        async with asyncio.timeout(1):
            await changed.wait()
    except TimeoutError:
        return
