"""Bringing the tables up to date: Tortoise's own migrations, all or nothing.

A new one is written by `tortoise -c bot.store.schema.TORTOISE makemigrations` after models.py has changed.
"""

import re
from typing import Any

from tortoise.migrations.constraints import UniqueConstraint
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.schema_editor import BaseSchemaEditor, SqliteSchemaEditor
from tortoise.models import Model
from tortoise.utils import get_schema_sql

from bot.store import audit, core, sql

TORTOISE: dict[str, Any] = core.config("sqlite://herald.sqlite3", create=True)
_LOCK = 7_245_031
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


async def migrate(up_to: str | None = None) -> list[str]:
    """Apply what is missing (`up_to` a migration, in tests), in one transaction; the names that were missing.

    Safe to repeat and to run side by side.
    """
    async with core.transaction():
        if sql.dialect() == "postgres":
            await sql.rows("SELECT pg_advisory_xact_lock(?)", [_LOCK])
        executor = _executor()
        missing = await _missing(executor)
        if up_to is None and not await _recorded():
            await _make(executor, missing)
        else:
            await executor.migrate([MigrationTarget("store", up_to)] if up_to else None)
        return missing


async def _make(executor: MigrationExecutor, names: list[str]) -> None:
    """An empty database gets the tables as they are now: going through every change that led there takes seconds."""
    current = core.client()
    script = get_schema_sql(current, safe=False)
    if sql.dialect() == "postgres":
        await current.execute_script(script)
    else:  # its own executescript would commit in between
        for statement in _COMMENT.sub("", script).split(";"):
            await current.execute_query(statement)
    await audit.guard()
    await executor.recorder.ensure_schema(_Executor(current, core.apps(sql.dialect()))._schema_editor())
    for name in names:
        await executor.recorder.record_applied("store", name)


async def pending() -> list[str]:
    """The names of the migrations not yet applied, in order."""
    return await _missing(_executor())


class _SqliteEditor(SqliteSchemaEditor):
    """Writes no comments: Tortoise splits its SQL at each semicolon, also at those of a docstring."""

    def _get_table_comment_sql(self, table: str, comment: str) -> str:
        return ""

    async def remove_constraint(self, model: type[Model], constraint: Any) -> None:
        """What CREATE TABLE demands of a table is demanded until the table is made anew, which Tortoise does not do."""
        table = model._meta.db_table
        _, indexes = await self.client.execute_query(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [table]
        )
        await self._remake_table(model)
        for row in indexes:
            await self._run_sql(row["sql"])
        for fields in model._meta.unique_together:
            if tuple(fields) != tuple(constraint.fields):
                await self.add_constraint(model, UniqueConstraint(fields=tuple(fields)))


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
