"""The three carriers' doors: paths, keys, tokens; what is behind them is one set of lives."""

from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiohttp import web

from bot.clock import Clock
from bot.sandbox.parcels import dhl, track17, ups
from bot.sandbox.parcels.breaking import Broken, play, said
from bot.sandbox.parcels.life import Life, Standing

Json = dict[str, Any]
TOKEN_LIFE = timedelta(hours=4)
MOST_17TRACK = 40


@dataclass(frozen=True)
class Asked:
    """A question that a carrier was asked."""

    slug: str
    path: str
    numbers: tuple[str, ...]
    at: datetime


class Doors:
    """`keys`: what each carrier accepts (UPS: `id:secret`); None: everything but what begins with `wrong`."""

    def __init__(self, clock: Clock, keys: Mapping[str, str] | None = None) -> None:
        self.clock = clock
        self.keys = keys
        self.lives: dict[str, Life] = {}
        self.broken = Broken()
        self.registered: set[str] = set()
        self.tokens: dict[str, datetime] = {}
        self.asked: list[Asked] = []
        self.counts: Counter[str] = Counter()
        self.listeners: list[Callable[[str, Standing], None]] = []

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/track/shipments", self._dhl),
            web.post("/security/v1/oauth/token", self._token),
            web.get("/api/track/v1/details/{number}", self._ups),
            web.post("/track/v2.2/{verb}", self._track17),
        ]

    async def _dhl(self, request: web.Request) -> web.StreamResponse:
        number = request.query.get("trackingNumber", "")
        if not self._accepts("dhl_unified", request.headers.get("DHL-API-Key")):
            return _said(401, dhl.UNAUTHORIZED)
        standing = self._standing("dhl_unified", number)
        sound = dhl.answer(standing) if standing else dhl.NOT_FOUND
        return await self._answer("dhl_unified", request, [number], 200 if standing else 404, sound)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        script = self.broken.next_for("ups-token", [])
        if script:
            return await play(script, request, b'{"access_token":"half')
        if not self._accepts("ups", _basic(request.headers.get("Authorization", ""))):
            return _said(401, ups.BAD_CLIENT)
        token = f"sandbox-token-{len(self.tokens) + 1}"
        now = self.clock.now()
        self.tokens[token] = now + TOKEN_LIFE
        granted = {
            "token_type": "Bearer",
            "issued_at": str(int(now.timestamp() * 1000)),
            "access_token": token,
            "expires_in": str(int(TOKEN_LIFE.total_seconds()) - 1),
            "status": "approved",
        }
        return _said(200, granted)

    async def _ups(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, self.clock.now()) <= self.clock.now():
            return _said(401, ups.UNAUTHORIZED)
        if not {"transId", "transactionSrc"} <= request.headers.keys():
            return _said(400, ups.errors("9123", "transId and transactionSrc headers are required"))
        if not 7 <= len(number) <= 34:
            return _said(400, ups.errors("TV1002", "Invalid inquiry number"))
        standing = self._standing("ups", number)
        sound = ups.answer(standing) if standing else ups.NOT_FOUND
        return await self._answer("ups", request, [number], 200, sound)

    async def _track17(self, request: web.Request) -> web.StreamResponse:
        if not self._accepts("17track", request.headers.get("17token")):
            return _said(200, track17.UNAUTHORIZED)
        numbers = [str(one["number"]) for one in orjson.loads(await request.read())]
        if not 1 <= len(numbers) <= MOST_17TRACK:
            return _said(200, track17.answer([], [track17.rejected(one, track17.BAD_NUMBER) for one in numbers]))
        sound = self._register(numbers) if request.match_info["verb"] == "register" else self._told(numbers)
        return await self._answer("17track", request, numbers, 200, sound)

    def _register(self, numbers: list[str]) -> Json:
        known = [track17.rejected(one, track17.ALREADY_REGISTERED) for one in numbers if one in self.registered]
        new = [track17.registered(one) for one in numbers if one not in self.registered]
        self.registered.update(numbers)
        return track17.answer(new, known)

    def _told(self, numbers: list[str]) -> Json:
        taken: list[Json] = []
        refused: list[Json] = []
        for number in numbers:
            if number not in self.registered:
                refused.append(track17.rejected(number, track17.NOT_REGISTERED))
            elif (standing := self._standing("17track", number)) is None or not standing.scans:
                refused.append(track17.rejected(number, track17.NOTHING_YET))
            else:
                taken.append(track17.accepted(standing))
        return track17.answer(taken, refused)

    def _standing(self, slug: str, number: str) -> Standing | None:
        """What is known by now; whoever listens is told of it."""
        life = self.lives.get(number)
        if life is None:
            return None
        standing = life.known(self.clock.now())
        for listener in self.listeners:
            listener(slug, standing)
        return standing

    async def _answer(
        self, slug: str, request: web.Request, numbers: list[str], status: int, sound: Json
    ) -> web.StreamResponse:
        self.asked.append(Asked(slug, request.path, tuple(numbers), self.clock.now()))
        self.counts[slug] += 1
        script = self.broken.next_for(slug, numbers)
        body = orjson.dumps(sound)
        return await play(script, request, body) if script else said(status, body)

    def _accepts(self, slug: str, key: str | None) -> bool:
        if not key:
            return False
        return not key.startswith("wrong") if self.keys is None else key == self.keys.get(slug)


def _basic(header: str) -> str | None:
    try:
        return b64decode(header.removeprefix("Basic "), validate=True).decode() or None
    except ValueError:
        return None


def _said(status: int, body: Json) -> web.Response:
    return said(status, orjson.dumps(body))
