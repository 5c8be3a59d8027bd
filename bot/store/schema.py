"""Bringing the tables up to date: Tortoise's own migrations, each all or nothing, while older workers go on.

A new one is written by `tortoise -c bot.store.schema.TORTOISE makemigrations` after models.py has changed. What it may
do is told in CONTRIBUTING (Change the tables). Two marks of its own: `beside`, why older workers are not disturbed by
what only its author can judge; `needs`, on one that takes something away: the migration that a program must know to
live with that.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import Operation, RunPython, RunSQL
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import State
from tortoise.utils import get_schema_sql

from bot.store import audit, core, indexes, sql, storage
from bot.store.editors import PostgresEditor, editor
from bot.store.faults import StoreUnavailable

TORTOISE: dict[str, Any] = core.config("sqlite://herald.sqlite3", create=True)
_LOCK = 7_245_031
_NEEDS = "needs"
"""Stands in the table of migrations as an app of its own: which ones a program must know."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
Tell = Callable[[str], None]


class Patience(NamedTuple):
    """Seconds. `lock`: how long others wait behind us, `pause`: between two tries, `most`: how many tries a step."""

    lock: float = 2.0
    pause: float = 1.0
    most: int = 300


USUAL = Patience()


async def migrate(up_to: str | None = None, tell: Tell = lambda line: None, patience: Patience = USUAL) -> list[str]:
    """Apply what is missing (`up_to` a migration, in tests); the names of what was done. `tell` hears how it goes.

    SQLite: in one transaction. PostgreSQL: a transaction each, which gives way to whoever holds a table for longer and
    comes again. Safe to repeat and to run side by side.
    """
    if sql.dialect() == "sqlite":
        async with core.transaction():
            return await _brought(up_to, tell, patience)
    done = await _brought(up_to, tell, patience)
    await indexes.build(tell, patience.pause)
    return done


async def pending() -> list[str]:
    """The names of the migrations not yet applied, in order. Raises StoreUnavailable where one is beyond us."""
    executor = _executor()
    missing = [step.migration.name for step in await executor.plan()]
    needed = {key.name for key in executor.loader.applied_migrations if key.app_label == _NEEDS}
    if unknown := needed - {key.name for key in executor.loader.graph.nodes}:
        raise StoreUnavailable("contracted", max(unknown))
    return missing


async def _brought(up_to: str | None, tell: Tell, patience: Patience) -> list[str]:
    missing = await pending()
    if not await _is_recorded():
        if up_to is None:
            return await _patiently(partial(_made, missing, patience), tell, patience)
        await _recorder().ensure_schema(editor())
    executor, done = _executor(), []
    plan = await executor.plan([MigrationTarget("store", up_to)] if up_to else None)
    if not plan:  # to work out what the tables are like by now takes a second: a start need not pay for it
        return []
    state = await executor._project_state(set(executor.loader.applied_migrations))
    for place, step in enumerate(plan, 1):
        tell(f"{place} of {len(plan)}: {step.migration.name}")
        change = await _change(step.migration, state)
        done += await _patiently(partial(_applied, step.migration, change, patience), tell, patience)
    return done


Change = Callable[[], Awaitable[None]]
"""What a migration does, within a transaction."""


async def _change(migration: Migration, state: State) -> Change:
    """Worked out before anything is locked, where it can be; `state` becomes what it is afterwards."""
    if sql.dialect() == "sqlite" or not all(map(_is_plain, migration.operations)):
        before = state.clone()
        await migration.apply(state, dry_run=True)
        return partial(_by_tortoise, migration, before)
    book = PostgresEditor()
    await migration.apply(state, schema_editor=book)
    return partial(_by_the_book, book)


def _is_plain(operation: Operation) -> bool:
    """Whether it can be written down as statements; a RunSQL with parameters and a RunPython go their own way."""
    if isinstance(operation, RunSQL):
        return isinstance(operation.sql, str) or all(isinstance(one, str) for one in operation.sql)
    return not isinstance(operation, RunPython)


async def _by_tortoise(migration: Migration, before: State) -> None:
    await migration.apply(before.clone(), schema_editor=editor())


async def _by_the_book(book: PostgresEditor) -> None:
    for statement in book.statements:
        await core.client().execute_script(statement)
    await indexes.note(book.later)


async def _applied(migration: Migration, change: Change, patience: Patience) -> list[str]:
    """Its name; nothing where somebody was faster."""
    async with core.transaction():
        await _alone(patience)
        if MigrationKey("store", migration.name) in await _recorder().applied_migrations():
            return []
        await change()
        await _record([migration])
        return [migration.name]


async def _made(names: list[str], patience: Patience) -> list[str]:
    """An empty database gets the tables as they are now: going through every change that led there takes seconds."""
    async with core.transaction():
        await _alone(patience)
        if await _is_recorded():
            return []
        current = core.client()
        script = get_schema_sql(current, safe=False)
        if sql.dialect() == "postgres":
            await current.execute_script(script)
        else:  # its own executescript would commit in between
            for statement in _COMMENT.sub("", script).split(";"):
                await current.execute_query(statement)
        await audit.guard()
        await storage.settle()
        await _recorder().ensure_schema(editor())
        await _record([step.migration for step in await _executor().plan()])
        return names


async def _alone(patience: Patience) -> None:
    """Nobody else changes tables meanwhile, and nobody waits for long behind us."""
    if sql.dialect() == "postgres":
        await sql.run(f"SET LOCAL lock_timeout = {round(patience.lock * 1000)}")
        if not (await sql.records("SELECT pg_try_advisory_xact_lock(?)", [_LOCK]))[0][0]:
            raise StoreUnavailable("locked", "another migration is under way")


async def _patiently(attempt: Callable[[], Awaitable[list[str]]], tell: Tell, patience: Patience) -> list[str]:
    """Try until nobody is in the way."""
    for tries in range(patience.most):
        try:
            return await attempt()
        except StoreUnavailable as error:
            if error.reason != "locked" or sql.dialect() == "sqlite":
                raise
            if not tries:
                tell(f"waiting: others hold what is to be changed ({error.detail}); they are not disturbed")
        await asyncio.sleep(patience.pause)
    return await attempt()


async def _record(migrations: list[Migration]) -> None:
    recorder = _recorder()
    known = set(await recorder.applied_migrations())
    for one in migrations:
        await recorder.record_applied("store", one.name)
        needs = getattr(one, _NEEDS, None)
        if needs and MigrationKey(_NEEDS, needs) not in known:
            known.add(MigrationKey(_NEEDS, needs))
            await recorder.record_applied(_NEEDS, needs)


class _Recorder(MigrationRecorder):
    async def applied_migrations(self) -> list[MigrationKey]:
        """Tortoise takes whatever goes wrong for an absent table; inside a PostgreSQL transaction that is fatal."""
        if not await _is_recorded():
            return []
        found = await sql.records("SELECT app, name FROM tortoise_migrations ORDER BY applied_at, app, name")
        return [MigrationKey(row[0], row[1]) for row in found]


def _recorder() -> _Recorder:
    return _Recorder(core.client())


def _executor() -> MigrationExecutor:
    executor = MigrationExecutor(core.client(), core.apps(sql.dialect()))
    executor.recorder = executor.loader.recorder = _recorder()
    return executor


async def _is_recorded() -> bool:
    listing = "pg_tables WHERE tablename" if sql.dialect() == "postgres" else "sqlite_master WHERE name"
    return bool(await sql.rows(f"SELECT 1 FROM {listing} = ?", ["tortoise_migrations"]))  # noqa: S608
