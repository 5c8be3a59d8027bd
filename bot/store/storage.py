"""How PostgreSQL keeps the tables whose rows change all the time. SQLite has nothing of the kind.

A parcel is claimed and saved some five times a day, and each time PostgreSQL writes a new version of its row. As it
comes, it gives the old ones back once a fifth of the table is old: 200,000 of a million parcels. With room left in each
page a new version stays beside the old one, which then goes at the next look; earlier rounds keep indexes small.
(measured: tests/soak)
"""

from collections.abc import Mapping

from bot.store import sql

KEPT: Mapping[str, str] = {
    "shipment": "fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,"
    " autovacuum_analyze_scale_factor = 0.05",
    "outbox": "fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000",
    "follow": "fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000",
}


def statements() -> list[str]:
    """Holds for what is written from now on; readers and writers are not kept waiting."""
    return [f"ALTER TABLE {table} SET ({how})" for table, how in KEPT.items()]


async def settle() -> None:
    """On PostgreSQL, in the caller's transaction."""
    if sql.dialect() == "postgres":
        for statement in statements():
            await sql.run(statement)
