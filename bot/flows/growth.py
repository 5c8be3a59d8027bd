"""How large the tables are, as gauges: what grows where nothing should is seen."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.store import sizes
from bot.store.sizes import Size

GROWTH_GAUGES: Mapping[str, tuple[str, ...]] = {
    "herald_table_rows": ("Rows of a table, as PostgreSQL estimates them", "table"),
    "herald_table_bytes": ("Bytes of a table with its indexes, on PostgreSQL", "table"),
    "herald_database_bytes": ("Bytes of the whole database",),
    "herald_database_free_bytes": ("Of these, bytes free for new rows, on SQLite",),
}
"""Name to its help and then its labels; what each means exactly: docs/metrics.md."""


class Grown(NamedTuple):
    """All of it at one time."""

    tables: list[Size]
    whole: int
    free: int


async def grown() -> Grown:
    """How it is now. Raises StoreUnavailable."""
    return Grown(await sizes.tables(), *await sizes.whole())


def measured(found: Grown) -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """Name, value and labels of every gauge."""
    for one in found.tables:
        yield "herald_table_rows", one.rows, (one.table,)
        yield "herald_table_bytes", one.size, (one.table,)
    yield "herald_database_bytes", found.whole, ()
    if found.free or not found.tables:
        yield "herald_database_free_bytes", found.free, ()
