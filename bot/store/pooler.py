"""Something between us and PostgreSQL that shares out its connections, as PgBouncer does.

Each client must keep one connection (session mode): the engine hears of jobs by LISTEN, statements are prepared, and
settings are made, once a connection. What hands connections round after each transaction is refused before any harm.
"""

from typing import Any

from asyncpg import PostgresError  # type: ignore[import-untyped]

from bot.store.faults import StoreUnavailable

_PID = "SELECT pg_backend_pid()"
_TRIES = 3
_HANDED_ROUND = frozenset({"26000", "42P05", "08003", "08P01"})
"""A prepared statement is unknown or known already, a transaction ends the connection."""


async def check(pool: Any) -> None:
    """Raises StoreUnavailable where a connection does not stay ours."""
    async with pool.acquire() as connection:
        if connection.get_server_pid() == await connection.fetchval(_PID):  # a pooler makes up its own
            return
    try:
        for _ in range(_TRIES):
            await _stays(pool)
    except PostgresError as error:
        if error.sqlstate in _HANDED_ROUND:
            raise StoreUnavailable("pooled") from error
        raise


async def _stays(pool: Any) -> None:
    """A transaction beside it would get the connection that was ours a moment ago."""
    async with pool.acquire() as connection, pool.acquire() as other:
        before = await connection.fetchval(_PID)
        async with other.transaction():
            await other.fetchval(_PID)
            if await connection.fetchval(_PID) != before:
                raise StoreUnavailable("pooled")
