"""Builds what a process answers over HTTP: health and metrics; with `web` also what carriers and Telegram push."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.flows import inbox
from bot.flows.gauges import Gauges
from bot.flows.pushes import Receiver
from bot.service.building import Building
from bot.settings import SettingsError
from bot.web.health import Health, Server, application
from bot.web.hooks import Hooks
from bot.web.metrics import Metrics
from bot.web.telegram_hook import TelegramHook, secret_of

log = structlog.get_logger("herald")


async def add(to: Building) -> None:
    """On HTTP_PORT, with what is pushed. Raises SettingsError."""
    hooks = Hooks(Receiver(to.vault, to.clock, to.rules))
    await _listen_on(to, "HTTP_PORT", to.settings.http_port, hooks, _telegram_hook(to))


async def add_metrics(to: Building, port: int) -> None:
    """On METRICS_PORT, of a process without `web`. Raises SettingsError."""
    await _listen_on(to, "METRICS_PORT", port)


def _telegram_hook(to: Building) -> TelegramHook | None:
    if not to.settings.telegram_webhook:
        return None

    async def take(update: Mapping[str, Any]) -> None:
        await inbox.take_in(update, to.vault, to.clock.now())
        to.arrived()

    return TelegramHook(secret_of(to.settings.bot_token.get_secret_value()), take)


async def _listen_on(
    to: Building, name: str, port: int, hooks: Hooks | None = None, telegram: TelegramHook | None = None
) -> None:
    app = application(Health(to.checks), hooks, Metrics(Gauges(), to.clock, to.name).show, telegram)
    server = Server(app, to.settings.http_host, port)
    try:
        await server.start()
    except OSError as error:
        raise SettingsError(f"{name}: {port} cannot be opened ({error.strerror})") from error
    to.closing.push_async_callback(server.stop)
    log.info("health", address=f"http://{to.settings.http_host}:{server.port}")
