"""Opening, closing and locking the database; transactions."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext, get_current_context

from bot import tracing
from bot.store import faults
from bot.store.faults import AlreadyRunning, StoreUnavailable

Dialect = Literal["sqlite", "postgres"]

__all__ = ["AlreadyRunning", "StoreUnavailable", "client", "close", "connect", "dialect", "hold_lock", "transaction"]

_PRAGMAS: dict[str, str | int] = {
    "synchronous": "NORMAL",
    "cache_size": -65536,
    "busy_timeout": 5000,
    "temp_store": "MEMORY",
    "journal_size_limit": 67108864,
    "wal_autocheckpoint": 4000,
}


async def _nothing(connection: object) -> None:
    """Instead of asyncpg's four resets after each use: no session state of ours outlives a transaction."""


_SESSION = (
    "SET jit = off; SET timezone = 'UTC'; SET default_transaction_isolation = 'read committed';"
    " SET standard_conforming_strings = on"
)
"""Whatever the database's own defaults are: statements here read and lock as it is written beside them."""


async def _settle(connection: Any) -> None:
    """Once a connection, and not while it is made: a pooler in front would not let that pass."""
    await connection.execute(_SESSION)


_POOL: dict[str, Any] = {
    "minsize": 1,
    "maxsize": 10,
    "timeout": 10,
    "command_timeout": 60,
    "reset": _nothing,
    "init": _settle,
    "application_name": "herald",
}


async def connect(url: str, *, create: bool = False, everywhere: bool = True) -> None:
    """Open the database for this process; `create` also makes an absent SQLite file. Raises StoreUnavailable.

    Not `everywhere`: for this task and those that it starts, as each bot of a process has a database of its own.
    """
    context = TortoiseContext()
    with context:  # Tortoise looks its own context up while it is built
        await context.init(config=config(url, create=create), _enable_global_fallback=everywhere)
    try:
        await _check(context.db())
    except StoreUnavailable:
        await context.close_connections()
        raise
    except Exception as error:
        await context.close_connections()
        raise faults.of_postgres(error) or error from error
    if not everywhere:
        context.__enter__()  # for good: it is let go with the task


async def _check(database: BaseDBAsyncClient) -> None:
    """It answers, and can hold what people write."""
    if database.capabilities.dialect != "postgres":
        await database.execute_query("SELECT 1")
        return
    _, found = await database.execute_query("SHOW server_encoding")
    if found[0]["server_encoding"] != "UTF8":
        raise StoreUnavailable("encoding", found[0]["server_encoding"])
    from bot.store import pooler

    await pooler.check(await database.opened())  # type: ignore[attr-defined]


async def close() -> None:
    """Close it; safe to repeat. SQLite's worker thread keeps the process alive until this is called."""
    context = get_current_context()
    if context is not None:
        await context.close_connections()


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One transaction; nested use joins the outer one. Await nothing but the database inside, and start no task."""
    current = client()
    if isinstance(current, TransactionalDBClient):
        yield
        return
    with tracing.transaction():
        async with current._in_transaction():
            yield


def client() -> BaseDBAsyncClient:
    """Tortoise's client: the transaction's own inside one."""
    context = get_current_context()
    if context is None or context.default_connection is None or context._connections is None:
        raise StoreUnavailable("unreachable", "not connected")
    return get_connection(context.default_connection)


async def is_writable() -> bool:
    """False on a standby, and where PostgreSQL was set to read only."""
    if dialect() == "sqlite":
        return True
    _, found = await client().execute_query("SELECT current_setting('transaction_read_only') AS read_only")
    return found[0]["read_only"] == "off"  # type: ignore[no-any-return]


async def time_there() -> datetime:
    """The time by PostgreSQL's own clock."""
    _, found = await client().execute_query("SELECT clock_timestamp() AS at")
    return found[0]["at"].astimezone(UTC)  # type: ignore[no-any-return]


def dialect() -> Dialect:
    """Which of the two databases is open."""
    return "postgres" if client().capabilities.dialect == "postgres" else "sqlite"


def config(url: str, *, create: bool = False) -> dict[str, Any]:
    """Tortoise's configuration; the connection is named after its kind, as Tortoise caches SQL by that name."""
    name, connection = _connection(url, create)
    return {"connections": {name: connection}, "apps": apps(name)}


def apps(kind: Dialect) -> dict[str, dict[str, Any]]:
    """Where Tortoise finds the tables and their migrations, on the connection of this kind."""
    models = {"models": ["bot.store.models"], "default_connection": kind, "migrations": "bot.store.migrations"}
    return {"store": models}


def database_file(url: str) -> Path | None:
    """The SQLite file of `sqlite://relative` or `sqlite:///absolute`; None for a server."""
    return Path(url.removeprefix("sqlite://").partition("?")[0]) if url.startswith("sqlite://") else None


def lock_file(url: str) -> Path | None:
    """Where the lock of an SQLite database lies; None for a server, which needs none."""
    path = database_file(url)
    if path is None:
        return None
    file = path.resolve()  # by whatever link it is reached
    return file.with_name(file.name + ".lock")


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Be the only process that works with this database: flock, gone with its process.

    Makes the folder. Raises AlreadyRunning, StoreUnavailable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise faults.of_file(error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(os.pread(descriptor, 16, 0).decode(errors="replace").strip()) from error
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def _sign(descriptor: int) -> None:
    """Say whose the lock is."""
    try:
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise faults.of_file(error) from error


def _connection(url: str, create: bool) -> tuple[Dialect, dict[str, Any]]:
    path = database_file(url)
    if path is None:
        from bot.store import address  # SQLite pays for no driver of PostgreSQL

        return "postgres", {"engine": "bot.store.asyncpg_client", "credentials": {"dsn": address.read(url), **_POOL}}
    if not create and not path.exists():
        raise StoreUnavailable("missing", path.name)
    return "sqlite", {"engine": "bot.store.sqlite_client", "credentials": {"file_path": str(path), **_PRAGMAS}}
