"""How fast a customer writes, and what of his words waits to be shown together."""

from datetime import datetime
from typing import Any

import orjson

from bot.store import sql
from bot.store.ms import from_ms, to_ms


async def said_since(customer_id: int, since: datetime) -> list[datetime]:
    """When his messages came."""
    rows = await sql.rows(
        "SELECT created_ms FROM ticket_message WHERE customer_id = ? AND direction = 'in' AND created_ms > ?",
        (customer_id, to_ms(since)),
    )
    return [from_ms(row["created_ms"]) for row in rows]


async def waiting(name: str) -> dict[str, Any] | None:
    """The payload that waits under this name."""
    rows = await sql.rows("SELECT payload FROM outbox WHERE collapse = ? AND state = 'queued'", (name,))
    return dict(orjson.loads(rows[0]["payload"])) if rows else None


async def close(name: str, now: datetime) -> None:
    """What waits under this name takes nothing more and leaves now."""
    await sql.run(
        "UPDATE outbox SET collapse = NULL, due_ms = ? WHERE collapse = ? AND state = 'queued'", (to_ms(now), name)
    )
