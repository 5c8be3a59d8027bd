"""Tortoise's SQLite client with immediate transactions that survive errors and cancellation, and typed faults.

Tortoise's own begins deferred (a later write then fails at once when another process wrote meanwhile) and keeps its
lock forever when BEGIN fails. Its schema editor is chosen by the module's name: it must contain "sqlite".
"""

import sqlite3
from types import TracebackType
from typing import Any

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper, NestedTransactionContext, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import ConnectionToken, get_connections

from bot.store import faults


class Guarded(ConnectionWrapper[aiosqlite.Connection]):
    """The one connection, behind its lock; what goes wrong inside leaves as a typed fault."""

    __slots__ = ()

    async def __aenter__(self) -> aiosqlite.Connection:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
        fault = faults.of_sqlite(error) if error else None
        if fault:
            raise fault from error


class Inside(SqliteTransactionWrapper):
    """The client as seen from inside a transaction."""

    def acquire_connection(self) -> Guarded:
        return Guarded(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Inside(self))

    async def execute_script(self, query: str) -> None:
        # sqlite3's own executescript commits first: a migration would no longer be all or nothing.
        for statement in filter(None, map(str.strip, query.split(";"))):
            await self.execute_query(statement)


class Immediate(TransactionContext):
    """BEGIN IMMEDIATE … COMMIT: a writer waits for its turn at the start, never fails in the middle."""

    __slots__ = ("_client", "_inside", "_token")

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._inside: Inside | None = None
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> Inside:
        lock = self._client.lock
        await lock.acquire()
        try:
            connection = await self._client.opened()
            await self._begin(connection)
        except BaseException:
            lock.release()
            raise
        self._inside = Inside(self._client)
        self._token = get_connections().set(self._client.connection_name, self._inside)
        return self._inside

    async def _begin(self, connection: aiosqlite.Connection) -> None:
        try:
            await connection.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            # A cancelled BEGIN still runs in its thread: undo it before anybody else begins.
            await connection.rollback()
            raise faults.of_sqlite(error) or error from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._client.current
        try:
            if error is None:
                await connection.commit()
            else:
                await connection.rollback()
        except BaseException as trouble:
            await connection.rollback()
            raise faults.of_sqlite(trouble) or trouble from trouble
        finally:
            if self._inside:
                self._inside._finalized = True
            get_connections().reset(self._token)
            self._client.lock.release()


class Client(SqliteClient):
    """One connection, one lock. Opened at once, so that a broken file is known before the first question."""

    @property
    def lock(self) -> Any:
        """What serialises everything on this connection."""
        return self._lock

    @property
    def current(self) -> aiosqlite.Connection:
        """The open connection."""
        if self._connection is None:
            raise faults.StoreUnavailable("unreachable", "closed")
        return self._connection

    async def opened(self) -> aiosqlite.Connection:
        """The connection, opened if need be."""
        if self._connection is None:
            await self.create_connection(with_db=True)
        return self.current

    async def create_connection(self, with_db: bool) -> None:
        try:
            await super().create_connection(with_db)
            await self.current.execute_fetchall("PRAGMA schema_version")
        except sqlite3.Error as error:
            await self.close()
            raise faults.of_sqlite(error) or error from error

    def acquire_connection(self) -> Guarded:
        return Guarded(self._lock, self)

    def _in_transaction(self) -> Immediate:
        return Immediate(self)


client_class = Client
