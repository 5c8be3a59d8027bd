"""The engine's connections to PostgreSQL: one pool a process, whichever parts are at work in it."""

import asyncio
from typing import Any

from procrastinate import PsycopgConnector
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

MOST = 4
"""Held for moments: to take a job, to end it, to say that one lives. The parts of a process share them."""
PATIENCE = 3
"""Seconds that PostgreSQL gets to answer: with more, a process could not end in time while it hangs."""
_SESSION = {"application_name": "herald-engine", "connect_timeout": PATIENCE}

_SETTINGS = (
    "SET timezone = 'UTC'; SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on"
)
"""Whatever the database's own defaults are."""


class Connections:
    """Those of a process to one database; open as long as a part of it is at work."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._users = 0
        self._pool: AsyncConnectionPool | None = None
        self._opening = asyncio.Lock()

    async def take(self) -> AsyncConnectionPool:
        """The pool, to be given back. Raises psycopg's error where PostgreSQL does not answer."""
        async with self._opening:
            if self._pool is None:
                await self._answers()
                self._pool = await self._open()
            self._users += 1
            return self._pool

    async def give_back(self) -> None:
        """Who was the last closes it."""
        async with self._opening:
            self._users -= 1
            if self._pool is not None and not self._users:
                pool, self._pool = self._pool, None
                await pool.close()

    async def _answers(self) -> None:
        """Raises psycopg's error where it does not: the pool would wait, and say less."""
        async with await AsyncConnection.connect(self._url, connect_timeout=PATIENCE):
            pass

    async def _open(self) -> AsyncConnectionPool:
        pool = AsyncConnectionPool(
            self._url,
            min_size=1,
            max_size=MOST,
            timeout=float(PATIENCE),
            kwargs=_SESSION,
            configure=_settle,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        try:
            await pool.open(wait=True, timeout=float(PATIENCE))
        except BaseException:
            await pool.close()
            raise
        return pool


class Connector(PsycopgConnector):
    """procrastinate's way to them."""

    def __init__(self, shared: Connections) -> None:
        super().__init__(configure=_settle)
        self._shared = shared

    async def open_async(self, pool: Any = None) -> None:
        """Raises psycopg's error where PostgreSQL does not answer."""
        if self._async_pool is None:
            self._async_pool = await self._shared.take()

    async def close_async(self) -> None:
        """The others go on."""
        if self._async_pool is not None:
            self._async_pool = None
            await self._shared.give_back()


async def _settle(connection: AsyncConnection) -> None:
    """Once a connection, and not while it is made: a pooler in front would not let that pass."""
    await connection.execute(_SETTINGS)
    await connection.commit()
