"""Warnings that were planned to leave by themselves and have not: out of the outbox, to be shown first."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.domain.outgoing import Act
from bot.store import sql
from bot.store.ms import from_ms


class Unsent(Struct, frozen=True):
    """A notice that was queued and is taken back."""

    id: int
    customer_id: int
    cause: str
    collapse: str | None
    due_at: datetime
    payload: dict[str, Any]


async def take_back(merchant_id: int, kinds: Collection[str], but: str) -> list[Unsent]:
    """A shop's queued notices of these kinds; those whose payload has `but`, and what has begun to leave, stay."""
    found = await sql.records(
        "SELECT id, customer_id, cause, collapse, due_ms, payload FROM outbox"
        " WHERE merchant_id = ? AND state = 'queued' AND act = ? ORDER BY id",
        (merchant_id, Act.NOTICE.value),
    )
    queued = [Unsent(row[0], row[1], row[2], row[3], from_ms(row[4]), orjson.loads(row[5])) for row in found]
    mine = {one.id: one for one in queued if one.payload.get("kind") in kinds and not one.payload.get(but)}
    where, listed = sql.among("id", list(mine))
    gone = await sql.records(f"DELETE FROM outbox WHERE state = 'queued' AND {where} RETURNING id", (listed,))  # noqa: S608
    return [mine[number] for number in sorted(row[0] for row in gone)]
