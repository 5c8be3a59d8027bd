"""How large the tables are, as cheaply as the database knows it: estimates, no row is counted."""

from msgspec import Struct

from bot.store import sql

_TABLES = (
    "SELECT c.relname, GREATEST(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid) FROM pg_class c"
    " WHERE c.relkind = 'r' AND c.relnamespace ="
    " (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY c.relname"
)


class Size(Struct, frozen=True):
    """A table: its rows as last estimated by autovacuum, its bytes with indexes."""

    table: str
    rows: int
    size: int


async def tables() -> list[Size]:
    """Each of PostgreSQL's; SQLite keeps no such figures."""
    if sql.dialect() == "sqlite":
        return []
    return [Size(row[0], row[1], row[2]) for row in await sql.records(_TABLES)]


async def whole() -> tuple[int, int]:
    """Bytes of the database, and those of its pages that are free for new rows (PostgreSQL does not tell: 0)."""
    if sql.dialect() == "postgres":
        return int((await sql.records("SELECT pg_database_size(current_database())"))[0][0]), 0
    pages, free, size = [
        int((await sql.records(f"PRAGMA {name}"))[0][0]) for name in ("page_count", "freelist_count", "page_size")
    ]
    return pages * size, free * size
