"""The carriers' doors: paths, keys, tokens; what is behind them is one set of lives."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.clock import Clock
from bot.sandbox.parcels.breaking import Breaking, Broken, play, said
from bot.sandbox.parcels.life import Life, Standing
from bot.sandbox.parcels.wire import Break, Key, Question, Reply, Token, Writer, says
from bot.sandbox.parcels.writers import beside, token_of, writers

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PLAIN = {
    Break.AUTH: says({"message": "Unauthorized"}, 401),
    Break.THROTTLED: says({"message": "Too Many Requests"}, 429),
    Break.UNAVAILABLE: says({"message": "Service Unavailable"}, 503),
}
"""What gateways say where a carrier has no words of its own."""
STRANGE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What a question that is none trips a writer over."""
UNREADABLE = says({"message": "Bad Request"}, 400)
TOO_MANY = says({"message": "More numbers than one question takes"}, 400)


@dataclass(frozen=True)
class Asked:
    """A question that a carrier was asked."""

    slug: str
    path: str
    numbers: tuple[str, ...]
    at: datetime


class Doors:
    """`keys`: what each carrier accepts (of two parts `id:secret`); None: everything but what begins with `wrong`."""

    def __init__(self, clock: Clock, keys: Mapping[str, str] | None = None) -> None:
        self.clock = clock
        self.keys = keys
        self.lives: dict[str, Life] = {}
        self.broken = Broken()
        self.tokens: dict[str, datetime] = {}
        self.registered: set[tuple[str, str]] = set()
        self.asked: list[Asked] = []
        self.counts: Counter[str] = Counter()
        self.listeners: list[Callable[[str, Standing], None]] = []

    def routes(self) -> list[web.RouteDef]:
        found: list[web.RouteDef] = []
        for writer in writers().values():
            found += [web.route(method, path, self._door(writer)) for method, path in writer.routes]
            token = token_of(writer)
            if token:
                found.append(web.post(token.path, self._grants(writer, token)))
        return found

    def _door(self, writer: Writer) -> Handler:
        async def enter(request: web.Request) -> web.StreamResponse:
            question = await _question(request)
            try:
                if not self._admits(writer, question):
                    return said(_refusals(writer)[Break.AUTH])
                return await self._answer(writer, question, request)
            except STRANGE:
                return said(UNREADABLE)

        return enter

    async def _answer(self, writer: Writer, question: Question, request: web.Request) -> web.StreamResponse:
        numbers = tuple(writer.numbers(question))
        sound = self._sound(writer, question, numbers)
        self.asked.append(Asked(writer.slug, request.path, numbers, self.clock.now()))
        self.counts[writer.slug] += 1
        script = self.broken.next_for(writer.slug, numbers)
        return await play(script, request, sound, _refusals(writer)) if script else said(sound)

    def _sound(self, writer: Writer, question: Question, numbers: Sequence[str]) -> Reply:
        complaint: Reply | None = beside(writer, "complaint", _none)(question, numbers)
        if complaint is not None:
            return complaint
        if len(numbers) > beside(writer, "most", 1):
            return TOO_MANY
        registering = beside(writer, "registers", None)
        if registering is not None:
            return self._registered(writer, registering, question, numbers)
        return writer.answer(question, {number: self._standing(writer, number) for number in numbers})

    def _registered(
        self, writer: Writer, registers: Callable[[Question], bool], question: Question, numbers: Sequence[str]
    ) -> Reply:
        """Of carriers that must be told a number before they can be asked about it."""
        before = frozenset(number for number in numbers if (writer.slug, number) in self.registered)
        if registers(question):
            self.registered.update((writer.slug, number) for number in numbers)
        known = {number: self._standing(writer, number) for number in numbers}
        reply: Reply = beside(writer, "answer_registered", None)(question, known, before)
        return reply

    def _grants(self, writer: Writer, token: Token) -> Handler:
        async def grant(request: web.Request) -> web.StreamResponse:
            script = self.broken.next_for(f"{writer.slug}-token", ())
            if script:
                return await self._breaks_token(writer, script, request)
            if not self._accepts(writer.slug, _read(token.key, await _question(request))):
                return said(beside(writer, "bad_client", _refusals(writer)[Break.AUTH]))
            value = f"{writer.slug}-token-{len(self.tokens) + 1}"
            self.tokens[value] = self.clock.now() + timedelta(seconds=token.seconds)
            return said(token.granted(value, token.seconds))

        return grant

    async def _breaks_token(self, writer: Writer, script: Breaking, request: web.Request) -> web.StreamResponse:
        return await play(script, request, Reply(b'{"access_token":"half","expires_in":1}'), _refusals(writer))

    def _admits(self, writer: Writer, question: Question) -> bool:
        key = writer.key(question)
        if token_of(writer) is None:
            return self._accepts(writer.slug, key)
        holds = bool(key) and str(key).startswith(f"{writer.slug}-token-")
        return holds and self.tokens.get(str(key), self.clock.now()) > self.clock.now()

    def _standing(self, writer: Writer, number: str) -> Standing | None:
        """What is known by now; whoever listens is told of it."""
        life = self.lives.get(number)
        if life is None:
            return None
        standing = life.known(self.clock.now(), writer.codes.keys())
        for listener in self.listeners:
            listener(writer.slug, standing)
        return standing

    def _accepts(self, slug: str, key: str | None) -> bool:
        if not key:
            return False
        return not key.startswith("wrong") if self.keys is None else key == self.keys.get(slug)


def _read(key: Key, question: Question) -> str | None:
    try:
        return key(question)
    except STRANGE:
        return None


def _refusals(writer: Writer) -> Mapping[Break, Reply]:
    return {**PLAIN, **writer.refusals}


def _none(question: Question, numbers: Sequence[str]) -> None:
    return None


async def _question(request: web.Request) -> Question:
    return Question(
        request.method,
        request.path,
        dict(request.match_info),
        dict(request.query),
        {name.lower(): value for name, value in request.headers.items()},
        await request.read(),
        request.rel_url.raw_query_string,
    )
