"""Bringing the tables up to date: Tortoise's own migrations, all or nothing.

A new one is written by `tortoise -c bot.store.schema.TORTOISE makemigrations` after models.py has changed.
"""

from typing import Any

from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import BaseSchemaEditor, SqliteSchemaEditor

from bot.store import core, sql

TORTOISE: dict[str, Any] = core.config("sqlite://herald.sqlite3", create=True)
_LOCK = 7_245_031


async def migrate() -> list[str]:
    """Apply what is missing, in one transaction; the names applied. Safe to repeat and to run side by side."""
    async with core.transaction():
        if sql.dialect() == "postgres":
            await sql.rows("SELECT pg_advisory_xact_lock(?)", [_LOCK])
        executor = _executor()
        missing = await _missing(executor)
        await executor.migrate()
        return missing


async def pending() -> list[str]:
    """The names of the migrations not yet applied, in order."""
    return await _missing(_executor())


class _SqliteEditor(SqliteSchemaEditor):
    """Writes no comments: Tortoise splits its SQL at each semicolon, also at those of a docstring."""

    def _get_table_comment_sql(self, table: str, comment: str) -> str:
        return ""


class _Executor(MigrationExecutor):
    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:
        if sql.dialect() == "sqlite":
            return _SqliteEditor(self.connection, atomic=atomic, collect_sql=collect_sql)
        return super()._schema_editor(atomic, collect_sql)


def _executor() -> MigrationExecutor:
    return _Executor(core.client(), core.apps(sql.dialect()))


async def _missing(executor: MigrationExecutor) -> list[str]:
    if not await _recorded():
        # Tortoise asks the absent table and swallows the error; inside a PostgreSQL transaction that is fatal.
        executor.recorder.applied_migrations = _none  # type: ignore[method-assign]
    return [step.migration.name for step in await executor.plan()]


async def _recorded() -> bool:
    listing = "pg_tables WHERE tablename" if sql.dialect() == "postgres" else "sqlite_master WHERE name"
    return bool(await sql.rows(f"SELECT 1 FROM {listing} = ?", ["tortoise_migrations"]))  # noqa: S608


async def _none() -> list[Any]:
    return []
