"""Traces to a collector, where the operator asked for them: nothing of OpenTelemetry is imported otherwise."""

from contextlib import AsyncExitStack

from bot import tracing
from bot.settings import Settings, SettingsError


def add(settings: Settings, closing: AsyncExitStack) -> None:
    """Keep traces from now on; what is left of them leaves when all else is closed. Raises SettingsError."""
    if not settings.traces_url:
        return
    try:
        from bot.gateways.collector import Traces
    except ModuleNotFoundError as error:
        raise SettingsError("TRACES_URL: needs an extra: pip install 'parcel-herald[traces]'") from error
    traces = Traces(settings.traces_url, settings.traces_ratio)
    closing.push_async_callback(traces.stop)
    tracing.use(traces.tracer)
    closing.callback(tracing.use, None)
