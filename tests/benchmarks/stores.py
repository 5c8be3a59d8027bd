"""Databases for benchmarks: SQLite in a file, a real PostgreSQL; migrated, and gone afterwards."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.store import core, schema
from tests.fakes import database

KINDS = ("sqlite", "postgres")


@contextlib.contextmanager
def address(kind: str) -> Iterator[str]:
    """The address of a fresh one."""
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        if kind == "sqlite":
            yield f"sqlite://{folder}/herald.sqlite3"
        else:
            with database.server(Path(folder) / "postgres", ()) as url:
                yield url


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """Connected, with its tables."""
    await core.connect(url, create=True)
    try:
        await schema.migrate()
        yield
    finally:
        await core.close()
