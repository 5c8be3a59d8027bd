"""The engine's own tables, made and renewed beside ours by `herald migrate`. Which state they are in stands in a
comment on the table of jobs: the name of the last of procrastinate's scripts that was run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection, Error
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Literal

from bot.flows.installation import of_libpq

_LOCK = 7_245_032
_STATE = "SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')"


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """The engine's way to the database, for a moment. Raises StoreUnavailable."""
    try:
        async with await AsyncConnection.connect(url) as connection:
            yield connection
    except LockNotAvailable:
        raise
    except Error as error:
        raise of_libpq(error) or error from error


def _scripts() -> list[Path]:
    """procrastinate's scripts from one release to the next, in order; a new installation needs none of them."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


async def prepare(url: str, pause: float = 1.0) -> list[str]:
    """Make the tables or bring them up to date, all or nothing; what was done. Safe to repeat and side by side.

    Nobody waits for long behind us: where a table is held, it is tried again after `pause` seconds.
    """
    while True:
        with suppress(LockNotAvailable):
            return await _prepared(url)
        await asyncio.sleep(pause)


async def _prepared(url: str) -> list[str]:
    async with connected(url) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        await connection.execute("SET LOCAL lock_timeout = '2s'")
        state = await _state(connection)
        missing = missing_after(state, [one.name for one in _scripts()])
        if state is None:
            await connection.execute(SchemaManager.get_schema())
        else:
            for script in _scripts():
                if script.name in missing:
                    await connection.execute(script.read_bytes())
        if state is None or missing:
            last = _scripts()[-1].name
            await connection.execute(SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(Literal(last)))
    return ["engine"] if state is None else [f"engine {name.removesuffix('.sql')}" for name in missing]


async def pending(url: str) -> bool:
    """Whether they are absent or old."""
    async with connected(url) as connection:
        state = await _state(connection)
    return state is None or bool(missing_after(state, [one.name for one in _scripts()]))


def missing_after(state: str | None, scripts: list[str]) -> list[str]:
    """Which scripts are still to be run; of an absent schema none."""
    return [] if state is None else [name for name in scripts if name > state]


async def _state(connection: AsyncConnection) -> str | None:
    found = await (await connection.execute(_STATE)).fetchone()
    return found[0] if found else None
