"""Composition root: builds, starts and stops every part of a process."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import structlog

from bot.clock import Clock, RunningClock
from bot.flows.experience import Experience
from bot.flows.ingest import Rules
from bot.flows.polling import Poller
from bot.flows.ports import TokenRefused
from bot.gateways.carrier_http import CarrierHttp
from bot.jobs.loop import Part, supervise
from bot.jobs.one_time import KeptRight
from bot.jobs.poll import poll_forever
from bot.keys import read_keys
from bot.settings import CannotRun, Settings, SettingsError
from bot.store import core, schema
from bot.store.crypt import Vault
from bot.store.faults import AlreadyRunning, StoreUnavailable

if TYPE_CHECKING:
    from bot.chat.listen import Listening
    from bot.jobs.crews import Crew
    from bot.web.health import Check
    from bot.web.hooks import Hooks
    from bot.web.telegram_hook import TelegramHook

log = structlog.get_logger("herald")

SENDING = frozenset({"listen", "dispatch"})
"""Parts that speak with Telegram: without them no token is needed and neither of its libraries is loaded."""


class Service:
    """One process of the installation: the parts it was asked for, and what they share."""

    def __init__(self, settings: Settings, parts: Sequence[str], clock: Clock | None = None) -> None:
        self._settings = settings
        self._wanted = parts
        self._experience = Experience()
        self._rules = Rules(settings.poll_every, settings.quiet_hours, self._experience)
        self._clock = clock or settings.make_clock()
        self._closing = AsyncExitStack()
        self._parts: dict[str, Part] = {}
        self._crews: dict[str, Check] = {}
        self._stop = asyncio.Event()
        self._begun = False
        self._arrived: Callable[[], None] | None = None

    async def run(self) -> None:
        """Until `stop`. Raises SettingsError where something is missing, StoreUnavailable, AlreadyRunning."""
        async with self._closing:
            await self._open()
            await self._compose()
            await self._answer_health()
            self._begun = True
            log.info("ready", parts=",".join(self._parts))
            await supervise(self._parts, self._stop)
            log.info("stopped")

    def stop(self) -> None:
        """Ask every part to finish what it has begun."""
        self._stop.set()

    # -- building

    async def _open(self) -> None:
        """The lock, the database and its tables."""
        path = core.lock_file(self._settings.database_url)
        if path is not None:
            self._closing.enter_context(core.hold_lock(path))
        await core.connect(self._settings.database_url, create=True)
        self._closing.push_async_callback(core.close)
        if path is not None:
            await schema.migrate()
        elif await schema.pending() or await self._engine_pending():
            raise SettingsError("DATABASE_URL: the tables are not up to date; run herald migrate first")
        self._vault = Vault(read_keys(self._settings))
        if path is None and isinstance(self._clock, RunningClock) and not self._clock.is_simulated:
            kept = KeptRight(self._clock)
            await kept.look()
            self._parts["clock"] = kept.forever

    async def _engine_pending(self) -> bool:
        from bot.jobs import engine_tables

        return await engine_tables.pending(self._settings.database_url)

    async def _compose(self) -> None:
        if SENDING & set(self._wanted) and not self._settings.bot_token.get_secret_value():
            raise SettingsError("BOT_TOKEN: missing; ask @BotFather in Telegram for one (/newbot) and put it into .env")
        self._check_webhook()
        http = self._carrier_http()
        self._closing.push_async_callback(http.close)
        if "poll" in self._wanted:
            self._add_poll(http)
        if "learn" in self._wanted:
            self._add_learn()
        if "dispatch" in self._wanted:
            self._add_dispatch()
        if "listen" in self._wanted:
            await self._add_listen(http)
        self._parts = self._parts or {"idle": _idle}

    def _check_webhook(self) -> None:
        settings = self._settings
        if not settings.telegram_webhook:
            return
        if not settings.bot_token.get_secret_value():
            raise SettingsError("BOT_TOKEN: missing; who takes in Telegram's updates must know it")
        if not settings.public_url:
            raise SettingsError(
                "PUBLIC_URL: missing; with TELEGRAM_WEBHOOK on Telegram must know where to bring updates"
            )

    def _carrier_http(self) -> CarrierHttp:
        try:
            return CarrierHttp(self._settings.overrides)
        except (LookupError, ValueError) as error:
            raise SettingsError(f"CARRIER_URLS: {error}") from error

    def _add_poll(self, http: CarrierHttp) -> None:
        poller = Poller(http.send, self._vault, self._clock, self._rules)
        if self._settings.on_postgres:
            from bot.jobs import crews

            self._add_crew("poll", crews.polling(self._settings.database_url, poller, self._clock))
        else:
            self._parts["poll"] = lambda stop: poll_forever(poller, self._clock, stop)

    def _add_crew(self, part: str, crew: "Crew") -> None:
        async def check() -> str | None:
            return None if crew.is_at_work() else "takes no jobs: it has no connection to PostgreSQL"

        self._parts[part], self._crews[part] = crew.run, check

    def _add_learn(self) -> None:
        from bot.jobs.learn import learn_forever

        self._watch("learn", {"learn": lambda stop: learn_forever(self._clock, self._experience, stop)})

    def _watch(self, part: str, loops: Mapping[str, Part]) -> None:
        """Loops of which there is one in the installation: as many processes as there are agree by the engine."""
        if self._settings.on_postgres:
            from bot.jobs import crews

            self._add_crew(part, crews.watches(self._settings.database_url, part, loops))
        else:
            self._parts.update(loops)

    def _add_dispatch(self) -> None:
        from bot.flows import card, draft_words, facts, place, weekly
        from bot.flows.outgoing import Composer
        from bot.gateways.drawing import Drawing
        from bot.gateways.pacer import Pacer
        from bot.gateways.telegram import Speaker
        from bot.jobs.dispatch import Dispatch, dispatch_forever
        from bot.jobs.sweep import sweep_forever

        pacer = Pacer(self._clock)
        speaker = Speaker(self._settings.bot_token.get_secret_value(), self._settings.bot_api_url, pacer)
        self._closing.push_async_callback(speaker.close)
        quiet = self._settings.quiet_hours
        drawing = Drawing()
        self._closing.push_async_callback(drawing.close)
        drafts, picture = draft_words.composer(quiet), weekly.composer(drawing.drawn)
        composer = Composer(facts.notice, facts.live, card.card, quiet, drafts, place.place, picture)
        deps = Dispatch(speaker, pacer, composer, self._clock)
        loops: dict[str, Part] = {
            "dispatch": lambda stop: dispatch_forever(deps, stop),
            "sweep": lambda stop: sweep_forever(self._clock, quiet, stop),
        }
        self._watch("dispatch", loops)

    async def _add_listen(self, http: CarrierHttp) -> None:
        from bot.chat.app import AskTelegram, make_bot
        from bot.chat.listen import Listening
        from bot.flows.asking import AskCarriers

        bot = make_bot(self._settings.bot_token.get_secret_value(), self._settings.bot_api_url)
        self._closing.push_async_callback(bot.session.close)
        listening = Listening(
            bot=bot,
            api_url=self._settings.bot_api_url,
            clock=self._clock,
            vault=self._vault,
            telegram=AskTelegram(bot),
            carriers=AskCarriers(http.send, self._clock.now),
            settings=self._settings,
            rules=self._rules,
        )
        await self._add_source(listening)

    async def _add_source(self, listening: "Listening") -> None:
        """Whence updates come: a webhook, or one process that fetches. Every process handles."""
        from bot.chat.listen import Fetcher, fetch_forever, listen_forever

        settings = self._settings
        alone = not (settings.telegram_webhook or settings.on_postgres)
        self._arrived = listening.arrived.set
        self._parts["listen"] = lambda stop: listen_forever(listening, stop, fetch=alone)
        if settings.telegram_webhook:
            from bot.web.telegram_hook import PATH, secret_of

            secret = secret_of(settings.bot_token.get_secret_value())
            await Fetcher(listening).ask_for_pushes(f"{settings.public_url.rstrip('/')}{PATH}", secret)
        elif settings.on_postgres:
            self._watch("listen.fetch", {"fetch": lambda stop: fetch_forever(listening, stop)})

    async def _answer_health(self) -> None:
        settings = self._settings
        if "web" in self._wanted:
            from bot.flows.pushes import Receiver
            from bot.web.hooks import Hooks

            hooks = Hooks(Receiver(self._vault, self._clock, self._rules))
            await self._listen_on("HTTP_PORT", settings.http_port, hooks, self._telegram_hook())
        elif settings.metrics_port is not None:
            await self._listen_on("METRICS_PORT", settings.metrics_port)

    def _telegram_hook(self) -> "TelegramHook | None":
        if not self._settings.telegram_webhook:
            return None
        from bot.flows import inbox
        from bot.web.telegram_hook import TelegramHook, secret_of

        async def take(update: Mapping[str, Any]) -> None:
            await inbox.take_in(update, self._vault, self._clock.now())
            if self._arrived is not None:
                self._arrived()

        return TelegramHook(secret_of(self._settings.bot_token.get_secret_value()), take)

    async def _listen_on(
        self, name: str, port: int, hooks: "Hooks | None" = None, telegram: "TelegramHook | None" = None
    ) -> None:
        """Health and metrics over HTTP, with `hooks` also what carriers push, with `telegram` what Telegram brings."""
        from bot.flows.gauges import Gauges
        from bot.web.health import Health, Server, application
        from bot.web.metrics import Metrics

        health = Health({"database": self._database, "parts": self._running, **self._crews})
        app = application(health, hooks, Metrics(Gauges(), self._clock).show, telegram)
        server = Server(app, self._settings.http_host, port)
        try:
            await server.start()
        except OSError as error:
            raise SettingsError(f"{name}: {port} cannot be opened ({error.strerror})") from error
        self._closing.push_async_callback(server.stop)
        log.info("health", address=f"http://{self._settings.http_host}:{server.port}")

    # -- health

    async def _database(self) -> str | None:
        try:
            return None if not await schema.pending() else "migrations are missing"
        except StoreUnavailable as error:
            return error.reason

    async def _running(self) -> str | None:
        if not self._begun:
            return "starting"
        return "stopping" if self._stop.is_set() else None


async def _idle(stop: asyncio.Event) -> None:
    await stop.wait()


async def serve(settings: Settings, parts: Sequence[str]) -> int:
    """Run until SIGTERM or Ctrl-C; the exit code. Raises CannotRun and SettingsError, each to be told in a line."""
    service = Service(settings, parts)
    loop = asyncio.get_running_loop()
    for sent in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sent, service.stop)
    try:
        await service.run()
    except AlreadyRunning as error:
        raise CannotRun(f"the service runs already on this database (process {error.pid})") from error
    except StoreUnavailable as error:
        raise CannotRun(f"DATABASE_URL: {error}") from error
    except TokenRefused as error:
        raise CannotRun(str(error)) from error
    return 0
