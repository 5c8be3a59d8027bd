"""Indexes on tables that are in use: on PostgreSQL they are built beside their writers, after the change itself.

Until then each stands in `mark` with its statement, so that whoever was interrupted goes on.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from bot.store import core, sql

_MARK = "index:"
_LOCK = 7_245_033
_LONGEST = 86_400.0
"""Seconds that one may take: it keeps nobody waiting."""
_STATE = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)"


async def note(statements: Mapping[str, str]) -> None:
    """Want these, by name; within the transaction of the change."""
    rows = [(_MARK + name, statement) for name, statement in statements.items()]
    await sql.run_many("INSERT INTO mark (name, value) VALUES (?, ?)", rows)


async def wanted() -> dict[str, str]:
    """Which are still to be built."""
    found = await sql.records("SELECT name, value FROM mark WHERE name LIKE 'index:%' ORDER BY name")
    return {row[0].removeprefix(_MARK): row[1] for row in found}


async def build(tell: Callable[[str], None], pause: float) -> None:
    """Build them, one after the other; of several who want to, one at a time."""
    if not await wanted():
        return
    async with core.client().acquire_connection() as connection:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):  # noqa: ASYNC110
            await asyncio.sleep(pause)
        try:
            for name, statement in (await wanted()).items():
                tell(f"building index {name}")
                await _built(connection, name, statement)
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


async def _built(connection: Any, name: str, statement: str) -> None:
    if await connection.fetchval(_STATE, f'"{name}"') is False:  # left half built by one who was interrupted
        await connection.execute(f'DROP INDEX CONCURRENTLY "{name}"', timeout=_LONGEST)
    beside = statement.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY IF NOT EXISTS", 1)
    await connection.execute(beside, timeout=_LONGEST)
    await connection.execute("DELETE FROM mark WHERE name = $1", _MARK + name)
