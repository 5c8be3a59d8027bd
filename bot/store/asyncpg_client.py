"""Tortoise's asyncpg client with transactions that give their connection back whatever happens, and typed faults.

Tortoise's schema editor is chosen by the module's name: it must contain "asyncpg".
"""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    PoolConnectionWrapper,
    TransactionContext,
)
from tortoise.connection import ConnectionToken, get_connections

from bot.store import faults


class Pooled(PoolConnectionWrapper[asyncpg.Connection]):
    """A connection of the pool; what goes wrong inside leaves as a typed fault."""

    __slots__ = ()

    async def __aenter__(self) -> asyncpg.Connection:
        try:
            return await super().__aenter__()
        except Exception as error:
            raise faults.of_postgres(error) or error from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        fault = faults.of_postgres(error) if error else None
        if fault:
            raise fault from error


class Held(ConnectionWrapper[asyncpg.Connection]):
    """The transaction's own connection, behind its lock."""

    __slots__ = ()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
        fault = faults.of_postgres(error) if error else None
        if fault:
            raise fault from error


class Inside(TransactionWrapper):
    """The client as seen from inside a transaction."""

    def acquire_connection(self) -> Held:
        return Held(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Inside(self))


class Block(TransactionContext):
    """One connection and one transaction of it."""

    __slots__ = ("_client", "_inside", "_stack", "_token")

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._stack = AsyncExitStack()
        self._inside: Inside | None = None
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> Inside:
        try:
            pool = await self._client.opened()
            connection = await self._stack.enter_async_context(pool.acquire())
            await self._stack.enter_async_context(connection.transaction())
        except BaseException as error:
            await self._stack.aclose()
            raise faults.of_postgres(error) or error from error
        self._inside = Inside(self._client)
        self._inside._connection = connection
        self._token = get_connections().set(self._client.connection_name, self._inside)
        return self._inside

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._inside:
            self._inside._finalized = True
        get_connections().reset(self._token)
        try:
            await self._stack.__aexit__(kind, error, trace)
        except Exception as trouble:
            raise faults.of_postgres(trouble) or trouble from trouble


class Client(AsyncpgDBClient):
    """A pool of connections to where its `dsn` says."""

    async def create_pool(self, **settings: Any) -> Any:
        """asyncpg reads the address itself: several hosts, sslmode and the rest of it."""
        for name in ("host", "port", "user", "password", "database"):
            settings.pop(name)
        return await asyncpg.create_pool(settings.pop("dsn"), **settings)

    async def opened(self) -> Any:
        """The pool, opened if need be."""
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)
        return self._pool

    def acquire_connection(self) -> Pooled:
        return Pooled(self, self._pool_init_lock)

    def _in_transaction(self) -> Block:
        return Block(self)


client_class = Client
