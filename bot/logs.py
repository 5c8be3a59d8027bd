"""Structured logs: correlation ids, no secrets, no personal data."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot import tracing

SECRET = re.compile(r"(?:/bot)?\d{6,12}:[A-Za-z0-9_-]{30,}")
"""A bot token, alone or in a Bot API address."""

QUIET = (
    "httpx",
    "httpcore",
    "aiogram.event",
    "aiohttp.access",
    "asyncio",
    "tortoise",
    "tortoise.db_client",
    "procrastinate",
    "psycopg.pool",
)
"""Loggers that would tell a token, a statement's values or every request."""


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRET.sub("[secret]", value)
    return event


def _traced(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.update(tracing.ids())
    return event


def configure_logs(level: str, form: str) -> None:
    """Send structlog's and the libraries' records to stderr in one form: `text` or `json`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _traced,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: Any = structlog.dev.ConsoleRenderer(colors=False)
    tail: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    tail += [structlog.processors.format_exc_info, _redact, last]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=tail))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
