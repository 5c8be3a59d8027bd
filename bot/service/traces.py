"""Traces to a collector, where the operator asked for them: nothing of OpenTelemetry is imported otherwise."""

from contextlib import AsyncExitStack

from bot import tracing
from bot.settings import Settings, SettingsError


def add(settings: Settings, closing: AsyncExitStack, bot: str = "") -> None:
    """Keep traces of this bot from now on; the last of them leave when all else is closed. Raises SettingsError."""
    if not settings.traces_url:
        return
    try:
        from bot.gateways.collector import Traces
    except ModuleNotFoundError as error:
        raise SettingsError(f"TRACES_URL: {tracing.EXTRA}") from error
    traces = Traces(settings.traces_url, settings.traces_ratio, bot=bot)
    closing.push_async_callback(traces.stop)
    tracing.use(traces.tracer)
    closing.callback(tracing.use, None)
