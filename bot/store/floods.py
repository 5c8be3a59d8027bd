"""How fast a customer writes, and what of his words waits to be shown together."""

from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.store import sql
from bot.store.models import TicketMessage
from bot.store.ms import from_ms, to_ms
from bot.store.putting import DESK


class Waiting(Struct, frozen=True):
    """A customer's words on their way to his topic."""

    due_at: datetime
    collapse: str | None
    payload: dict[str, Any]


async def said_since(customer_id: int, since: datetime) -> list[datetime]:
    """When his messages came."""
    rows = await sql.rows(
        "SELECT created_ms FROM ticket_message WHERE customer_id = ? AND direction = 'in' AND created_ms > ?",
        (customer_id, to_ms(since)),
    )
    return [from_ms(row["created_ms"]) for row in rows]


async def waiting(customer_id: int) -> list[Waiting]:
    """What of his words has not left, in order."""
    rows = await sql.rows(
        "SELECT due_ms, collapse, payload FROM outbox WHERE customer_id = ? AND state = 'queued' AND lane = ?"
        " AND act IN ('text', 'copy', 'album') ORDER BY id",
        (customer_id, f"{DESK}{customer_id}"),
    )
    return [Waiting(from_ms(row["due_ms"]), row["collapse"], orjson.loads(row["payload"])) for row in rows]


async def last_due(customer_id: int) -> datetime:
    """When the latest of his words leaves, or left."""
    rows = await sql.rows(
        "SELECT MAX(due_ms) AS latest FROM outbox WHERE customer_id = ? AND lane = ?"
        " AND act IN ('text', 'copy', 'album')",
        (customer_id, f"{DESK}{customer_id}"),
    )
    return from_ms(rows[0]["latest"] or 0)


async def close(name: str) -> None:
    """What waits under this name takes nothing more; it leaves when it was to leave."""
    await sql.run("UPDATE outbox SET collapse = NULL WHERE collapse = ? AND state = 'queued'", (name,))


async def join(message: int, group: str) -> None:
    """A message belongs to those that are shown together under this name."""
    await TicketMessage.filter(id=message).update(album=group)


async def of_group(group: str) -> list[TicketMessage]:
    """What is shown together, oldest first."""
    return await TicketMessage.filter(album=group).order_by("id")
