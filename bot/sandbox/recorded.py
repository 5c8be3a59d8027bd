"""The record of calls, to be questioned: GET /_sandbox/record?method=send*&chat_id=5&outcome=4*&after=10&limit=5."""

import orjson
from aiohttp import web

from bot.sandbox.bot_api.record import Question, Record, answered


class Recorded:
    """Answers {"count": …, "calls": […]}; a question it does not know is 400. The parameters: see record.Question."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/_sandbox/record", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            body, status = answered(self.record, Question.of(request.query)), 200
        except ValueError as error:
            body, status = {"error": str(error)}, 400
        return web.Response(body=orjson.dumps(body, default=repr), status=status, content_type="application/json")
