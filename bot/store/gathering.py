"""Rows of the outbox that gather: an album waits there for its last item."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bot.domain.outgoing import Act, Leaving
from bot.store import sql
from bot.store.ms import to_ms
from bot.store.putting import dump

_NO_SOONER = "UPDATE outbox SET due_ms = ? WHERE collapse = ? AND state = 'queued' AND due_ms < ?"


async def note_payload(row: Leaving, payload: Mapping[str, Any]) -> None:
    """What a leaving row carries, known only now: so that a restart knows it, too."""
    await sql.run("UPDATE outbox SET payload = ? WHERE id = ?", (dump(payload), row.id))


async def queued_of(act: Act) -> list[tuple[int, dict[str, Any]]]:
    """(row, payload) of what waits to be done of this sort."""
    found = await sql.records("SELECT id, payload FROM outbox WHERE act = ? AND state = 'queued'", (act.value,))
    return [(int(one[0]), orjson.loads(one[1])) for one in found]


async def wait_with(row_id: int, payload: Mapping[str, Any], until: datetime) -> None:
    """Let a queued row wait until then at least, with another payload."""
    await sql.run(
        "UPDATE outbox SET payload = ?, due_ms = CASE WHEN due_ms > ? THEN due_ms ELSE ? END WHERE id = ?",
        (dump(payload), to_ms(until), to_ms(until), row_id),
    )


async def wait_at_least(collapse: str, until: datetime) -> None:
    """What waits under this name leaves no sooner."""
    await sql.run(_NO_SOONER, (to_ms(until), collapse, to_ms(until)))
