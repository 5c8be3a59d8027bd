"""The engine's own tables, made and renewed beside ours by `herald migrate`. Which state they are in stands in a
comment on the table of jobs: the name of the last of procrastinate's scripts, and of those before it that wait.

A script that takes away what an older procrastinate calls (`_post_`) waits until its tables are brought to a yet newer
one: by then no worker of the older runs any more.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

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
        step = next_step(state, [one.name for one in _scripts()])
        if state is None:
            await connection.execute(SchemaManager.get_schema())
        for script in _scripts():
            if script.name in step.run:
                await connection.execute(script.read_bytes())
        if step.state != state:
            await connection.execute(SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(Literal(step.state)))
    return ["engine"] if state is None else [f"engine {name.removesuffix('.sql')}" for name in step.run]


async def pending(url: str) -> bool:
    """Whether they are absent or old."""
    async with connected(url) as connection:
        state = await _state(connection)
    return state is None or bool(next_step(state, [one.name for one in _scripts()]).run)


class Step(NamedTuple):
    """Scripts to be run, in order, and the state after them."""

    run: list[str]
    state: str


def next_step(state: str | None, scripts: list[str]) -> Step:
    """From a state (None: no tables, which are made as they are at the end) to the newest."""
    last, *waiting = state.split() if state else [scripts[-1]]
    new = [name for name in scripts if name > last]
    if not new:
        return Step([], state or last)
    hold = [name for name in new if _takes_away(name) and _version(name) > _version(last)]
    run = sorted({*waiting, *new} - set(hold))
    return Step(run, " ".join([new[-1], *hold]))


def _version(script: str) -> str:
    return script.partition("_")[0]


def _takes_away(script: str) -> bool:
    return "_post_" in script


async def _state(connection: AsyncConnection) -> str | None:
    found = await (await connection.execute(_STATE)).fetchone()
    return found[0] if found else None
