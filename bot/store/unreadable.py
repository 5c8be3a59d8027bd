"""Carriers' answers that could not be read, sealed, for the operator: the newest few of each carrier."""

from datetime import datetime
from typing import Any

from bot.store import sql
from bot.store.ms import to_ms

KEPT = 20


async def keep(slug: str, number: str, reason: str, sealed: str, now: datetime) -> None:
    """One more; the oldest of this carrier make room."""
    await sql.run(
        "INSERT INTO unreadable (slug, number, reason, payload, at_ms) VALUES (?, ?, ?, ?, ?)",
        (slug, number[:64], reason[:160], sealed, to_ms(now)),
    )
    await sql.run(
        "DELETE FROM unreadable WHERE slug = ? AND id NOT IN"
        " (SELECT id FROM unreadable WHERE slug = ? ORDER BY id DESC LIMIT ?)",
        (slug, slug, KEPT),
    )


async def counts() -> list[dict[str, Any]]:
    """How many are kept of each carrier, and since when."""
    return await sql.rows(
        "SELECT slug, count(*) AS kept, min(at_ms) AS since_ms, max(at_ms) AS last_ms FROM unreadable"
        " GROUP BY slug ORDER BY slug"
    )
