"""Raw statements in batches. SQL is written with `?`; PostgreSQL gets `$1 …`. No `?` inside literals."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import orjson

from bot.store.core import Dialect, client
from bot.store.core import dialect as dialect

NOW_MS = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
"""PostgreSQL's own time, for leases: the processes' clocks may differ, or run faster."""

__all__ = ["NOW_MS", "Dialect", "among", "dialect", "records", "remove", "rows", "run", "run_many"]

_REMOVE = "DELETE FROM {table} WHERE {these}"


async def rows(sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
    """What a SELECT or a RETURNING gives, as dicts."""
    return [dict(one) for one in await records(sql, params)]


async def records(sql: str, params: Sequence[object] = ()) -> Sequence[Any]:
    """The same as the driver's own rows: by position or by name, cheaper than dicts."""
    current = client()
    async with current.acquire_connection() as connection:
        if current.capabilities.dialect == "postgres":
            return await connection.fetch(numbered(sql), *params)  # type: ignore[no-any-return]
        return list(await connection.execute_fetchall(sql, params))


async def run(sql: str, params: Sequence[object] = ()) -> int:
    """The number of rows touched."""
    current = client()
    async with current.acquire_connection() as connection:
        if current.capabilities.dialect == "postgres":
            status: str = await connection.execute(numbered(sql), *params)
            return int(status.rpartition(" ")[2]) if status[-1:].isdigit() else 0
        before: int = connection.total_changes
        await connection.execute_fetchall(sql, params)
        return int(connection.total_changes) - before


async def remove(table: str, column: str, values: Sequence[int]) -> int:
    """Delete the rows with these values in a column; how many."""
    these, listed = among(column, values)
    return await run(_REMOVE.format(table=table, these=these), (listed,))


async def run_many(sql: str, params: Sequence[Sequence[object]]) -> None:
    """One statement for many rows; all or nothing."""
    if params:
        current = client()
        postgres = current.capabilities.dialect == "postgres"
        await current.execute_many(numbered(sql) if postgres else sql, params)  # type: ignore[arg-type]


def among(column: str, values: Iterable[int] | Iterable[str]) -> tuple[str, object]:
    """`column in values` as one fragment with one parameter: any number of values is one statement to the cache."""
    listed = list(values)
    if dialect() == "postgres":
        kind = "text" if listed and isinstance(listed[0], str) else "bigint"
        return f"{column} = ANY(?::{kind}[])", listed
    return f"{column} IN (SELECT value FROM json_each(?))", orjson.dumps(listed).decode()  # noqa: S608  (our column)


@lru_cache(maxsize=1024)
def numbered(sql: str) -> str:
    """`?` → `$1`, `$2` …"""
    first, *rest = sql.split("?")
    numbers = count(1)
    return first + "".join(f"${next(numbers)}{part}" for part in rest)
