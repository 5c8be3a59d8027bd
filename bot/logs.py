"""Structured logs: correlation ids, no secrets, no personal data."""

import logging
import re
import sys
from collections.abc import Callable, Hashable, MutableMapping
from typing import Any

import structlog

from bot import tracing
from bot.clock import RunningClock

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
)
"""Loggers that would tell a token, a statement's values or every request."""

SILENT = ("procrastinate", "psycopg.pool", "asyncpg.pool")
"""Loggers that tell of an absence of the database at length, once a second, for each part: the engine says it, too."""

SAID_AGAIN = 30.0
"""Seconds for which the same trouble is not said again, unless it changes."""


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRET.sub("[secret]", value)
    return event


class Repeats(logging.Filter):
    """Troubles that come again word for word are counted, and told with their number every half minute."""

    MOST = 1000

    def __init__(self, seconds: Callable[[], float]) -> None:
        super().__init__()
        self._seconds = seconds
        self._told: dict[Hashable, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """False where it was said just now."""
        if record.levelno < logging.WARNING:
            return True
        what = _what(record)
        now = self._seconds()
        at, more = self._told.get(what, (float("-inf"), 0))
        if now - at < SAID_AGAIN:
            self._told[what] = at, more + 1
            return False
        if len(self._told) >= self.MOST:
            self._told.clear()
        self._told[what] = now, 0
        if more:
            _note(record, more)
        return True


def _what(record: logging.LogRecord) -> Hashable:
    """What it says and of which error, but for when."""
    if isinstance(record.msg, dict):
        said = tuple(sorted((key, str(value)) for key, value in record.msg.items() if key not in _OF_A_LINE))
        return record.name, said, _error(record.msg.get("exc_info"))
    return record.name, record.msg, str(record.args), _error(record.exc_info)


def _error(told: object) -> Hashable:
    """Its kind and where it was raised."""
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if not isinstance(error, BaseException):
        return None
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return type(error).__name__, last and (last.tb_frame.f_code.co_filename, last.tb_lineno)


_OF_A_LINE = frozenset({"timestamp", "exc_info", "_record", "_logger", "trace_id", "span_id"})


def _note(record: logging.LogRecord, more: int) -> None:
    if isinstance(record.msg, dict):
        record.msg = record.msg | {"again": more}
    else:
        record.msg = f"{record.msg} ({more} times more)"


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
    handler.addFilter(Repeats(RunningClock().monotonic))
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=tail))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
