"""The life of a process: opened, built, run until it is told to stop, closed."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib import import_module

import structlog

from bot.clock import Clock, RunningClock
from bot.flows import joining, sealing
from bot.flows.experience import Experience
from bot.flows.ingest import Rules
from bot.flows.ports import Unfit
from bot.gateways.carrier_http import CarrierHttp
from bot.gateways.token import check_token
from bot.jobs.loop import supervise
from bot.jobs.one_time import KeptRight
from bot.keys import read_keys
from bot.service import traces
from bot.service.building import Building
from bot.service.ending import on_signal
from bot.settings import CannotRun, Settings, SettingsError
from bot.store import core, schema
from bot.store.crypt import Vault
from bot.store.faults import AlreadyRunning, StoreUnavailable

log = structlog.get_logger("herald")

SENDING = frozenset({"listen", "dispatch"})
"""Parts that speak with Telegram: without them no token is needed and neither of its libraries is loaded."""
ORDER = ("poll", "learn", "dispatch", "listen", "web")
"""In which parts are built: whatever answers over HTTP knows by then what there is to tell of."""


class Service:
    """A bot in this process: the parts that it was asked for, and what they share.

    `run` is to be awaited in a task of the bot's own, which nobody else's database or counts concern.
    """

    def __init__(self, settings: Settings, parts: Sequence[str], clock: Clock | None = None, *, name: str = "") -> None:
        self._settings = settings
        self._name = name
        self._wanted = parts
        self._clock = clock or settings.make_clock()
        self._closing = AsyncExitStack()
        self._stop = asyncio.Event()
        self._begun = False

    async def run(self) -> None:
        """Until `stop`. Raises SettingsError where something is missing, StoreUnavailable, AlreadyRunning."""
        checked_before(self._settings, self._wanted)
        async with self._closing:
            traces.add(self._settings, self._closing, self._name)
            await self._open()
            built = self._building()
            await self._join(built.vault)
            await self._keep_time(built)
            await self._compose(built)
            self._begun = True
            log.info("ready", parts=",".join(built.parts))
            await supervise(built.parts, self._stop)
            log.info("stopped")

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to finish when it is stopped."""
        return self._begun

    def stop(self) -> None:
        """Ask every part to finish what it has begun."""
        self._stop.set()

    # -- building

    async def _open(self) -> None:
        """The lock, the database and its tables."""
        path = core.lock_file(self._settings.database_url)
        if path is not None:
            self._closing.enter_context(core.hold_lock(path))
        await core.connect(self._settings.database_url, create=True, everywhere=False)
        self._closing.push_async_callback(core.close)
        if path is not None:
            await schema.migrate()
        elif await schema.pending() or await self._engine_pending():
            raise SettingsError("DATABASE_URL: the tables are not up to date; run herald migrate first")

    async def _engine_pending(self) -> bool:
        from bot.jobs import engine_tables

        return await engine_tables.pending(self._settings.database_url)

    async def _join(self, vault: Vault) -> None:
        """Raises Unfit. Who is alone, with a key file made anew, has nobody to agree with on keys."""
        await joining.check_whole()
        if self._settings.bot_number:
            if not await joining.is_somebodys():  # a mistyped token must not have it
                await check_token(self._settings.bot_api_url, self._settings.bot_token.get_secret_value())
            await joining.agree_on_bot(self._settings.bot_number)
        if self._settings.keys:
            await sealing.agree(vault)
        else:
            await sealing.announce(vault)

    def _building(self) -> Building:
        vault, experience = Vault(read_keys(self._settings)), Experience()
        rules = Rules(self._settings.poll_every, self._settings.quiet_hours, experience)
        http = carrier_http(self._settings)
        self._closing.push_async_callback(http.close)
        built = Building(self._settings, self._clock, vault, http, self._closing, rules, experience, self._name)
        built.checks |= {"database": _database, "parts": self._running}
        return built

    async def _keep_time(self, built: Building) -> None:
        """By the database's clock, where there are other processes with clocks of their own."""
        clock = self._clock
        if self._settings.on_postgres and isinstance(clock, RunningClock) and not clock.is_simulated:
            kept = KeptRight(clock)
            await kept.look()
            built.parts["clock"] = kept.forever

    async def _compose(self, built: Building) -> None:
        for part in ORDER:
            if part in self._wanted:
                await import_module(f"bot.service.{part}").add(built)
        if "web" not in self._wanted and self._settings.metrics_port is not None:
            from bot.service.web import add_metrics

            await add_metrics(built, self._settings.metrics_port)
        if not built.parts:
            built.parts["idle"] = _idle

    # -- health

    async def _running(self) -> str | None:
        if not self._begun:
            return "starting"
        return "stopping" if self._stop.is_set() else None


async def _database() -> str | None:
    try:
        if await schema.pending():
            return "migrations are missing"
        return None if await core.is_writable() else "takes no writes"
    except StoreUnavailable as error:
        return error.reason


async def _idle(stop: asyncio.Event) -> None:
    await stop.wait()


def checked_before(settings: Settings, wanted: Sequence[str]) -> None:
    """Raises SettingsError where these parts cannot be run by these settings."""
    token = settings.bot_token.get_secret_value()
    if SENDING & set(wanted) and not token:
        raise SettingsError("BOT_TOKEN: missing; ask @BotFather in Telegram for one (/newbot) and put it into .env")
    if settings.telegram_webhook and not token:
        raise SettingsError("BOT_TOKEN: missing; who takes in Telegram's updates must know it")
    if settings.telegram_webhook and not settings.public_url:
        raise SettingsError("PUBLIC_URL: missing; with TELEGRAM_WEBHOOK on Telegram must know where to bring updates")


def carrier_http(settings: Settings) -> CarrierHttp:
    """Who asks carriers. Raises SettingsError where CARRIER_URLS is wrong."""
    try:
        return CarrierHttp(settings.overrides)
    except (LookupError, ValueError) as error:
        raise SettingsError(f"CARRIER_URLS: {error}") from error


OUTSIDE = (AlreadyRunning, StoreUnavailable, Unfit)
"""What ends a bot though its settings are in order."""


def in_the_way(error: Exception) -> str:
    """What to tell of it, in a line."""
    if isinstance(error, AlreadyRunning):
        return f"the service runs already on this database (process {error.pid})"
    return f"DATABASE_URL: {error}" if isinstance(error, StoreUnavailable) else str(error)


async def serve(settings: Settings, parts: Sequence[str]) -> int:
    """Run until SIGTERM or Ctrl-C; the exit code. Raises CannotRun and SettingsError, each to be told in a line."""
    service = Service(settings, parts)
    on_signal(service.stop)
    try:
        await service.run()
    except OUTSIDE as error:
        raise CannotRun(in_the_way(error)) from error
    return 0
