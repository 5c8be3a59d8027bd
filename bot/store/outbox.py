"""The outbox: what shall leave for Telegram, in which order, and what became of it.

A row is marked `leaving` in the database before it leaves: whatever is found so marked at start-up is in doubt.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.domain.outgoing import Act, Leaving, Priority
from bot.store import sql
from bot.store.leasing import HELD, leaving_of
from bot.store.leasing import lease as lease
from bot.store.leasing import words_waiting as words_waiting
from bot.store.ms import from_ms, to_ms
from bot.store.putting import DESK as DESK
from bot.store.putting import dump
from bot.store.putting import listen as listen
from bot.store.putting import put as put
from bot.store.putting import wake as wake

KEPT = frozenset(
    {"kind", "shipments", "finding", "findings", "follow", "message", "messages", "of", "part", "post", "promise"}
    | {"repeat", "digest", "rating", "ticket"}
)
"""What is kept of a settled row's payload: ids and kinds, never anybody's words."""


class Settled(Struct, frozen=True):
    """What became of a row: sent | failed | in_doubt | dropped. `trouble` is a short key."""

    row: Leaving
    state: str
    message_id: int | None = None
    trouble: str | None = None


# ---- leaving


async def note_step(row_id: int, step: str) -> None:
    """What a row does before its own act: so that a restart knows what is in doubt."""
    await sql.run("UPDATE outbox SET trouble = ?, steps = steps + 1 WHERE id = ?", (step, row_id))


async def stranded() -> list[tuple[Leaving, str | None]]:
    """Rows that were leaving when the last process ended, oldest first, with the step that was noted."""
    found = await sql.records(f"SELECT {HELD}, trouble FROM outbox WHERE state = 'leaving' ORDER BY id")  # noqa: S608
    return [(leaving_of(row, row["attempts"]), row["trouble"]) for row in found]


async def left_since(since: datetime) -> list[tuple[int, Act, datetime | None, int]]:
    """Chat, act, time and number of calls of what has left since then, oldest first; an album counts by its items.

    A row that is queued again has made its steps, by the last of them; its own call is still to come. No time: it was
    leaving when its process ended, and may have arrived until now.
    """
    found = await sql.records(
        "SELECT chat_id, act, left_ms, steps, state, CASE WHEN act = 'album' THEN payload END FROM outbox"
        " WHERE left_ms >= ? AND chat_id IS NOT NULL ORDER BY left_ms",
        (to_ms(since),),
    )
    return [
        (one[0], Act(one[1]), None if one[4] == "leaving" else from_ms(one[2]), one[3] + _own(one[4], one[5]))
        for one in found
    ]


def _own(state: str, payload: str | None) -> int:
    return 0 if state == "queued" else _messages(payload)


def _messages(payload: str | None) -> int:
    return len(orjson.loads(payload).get("messages", ())) or 1 if payload else 1


# ---- settling


async def settle(results: Iterable[Settled], now: datetime) -> None:
    """Write down what became of rows. Words are forgotten; a notice in doubt keeps its own for the live message."""
    await sql.run_many(
        "UPDATE outbox SET state = ?, settled_ms = ?, message_id = ?, trouble = ?, payload = ? WHERE id = ?",
        [
            (one.state, to_ms(now), one.message_id, one.trouble, dump(_without_words(one)), one.row.id)
            for one in results
        ],
    )


def _without_words(one: Settled) -> dict[str, Any]:
    if one.state == "in_doubt" and one.row.act is Act.NOTICE:
        return one.row.payload
    return {key: value for key, value in one.row.payload.items() if key in KEPT}


async def requeue(row: Leaving, payload: Mapping[str, Any] | None = None, *, counted: bool) -> None:
    """Put a leaving row back in its old place; `counted` = this try went wrong."""
    await sql.run(
        "UPDATE outbox SET state = 'queued', payload = ?, attempts = ? WHERE id = ?",
        (dump(row.payload if payload is None else payload), row.attempts - (not counted), row.id),
    )


async def put_off(row: Leaving, until: datetime, *, counted: bool = False) -> None:
    """Put a leaving row back until then."""
    await requeue(row, counted=counted)
    await sql.run("UPDATE outbox SET due_ms = ? WHERE id = ?", (to_ms(until), row.id))


async def readdress(row: Leaving, chat_id: int) -> None:
    """Put a leaving row back: it goes to another chat than was known when it was put."""
    await requeue(row, counted=False)
    await sql.run("UPDATE outbox SET chat_id = ? WHERE id = ?", (chat_id, row.id))


async def unaddress(row: Leaving) -> None:
    """Put a desk row back until its shop has a desk again."""
    await requeue(row, counted=False)
    await sql.run("UPDATE outbox SET chat_id = NULL WHERE id = ?", (row.id,))


async def waits_until(cause: str) -> datetime | None:
    """When what still waits under this cause may leave."""
    found = await sql.records("SELECT due_ms FROM outbox WHERE cause = ? AND state = 'queued'", (cause,))
    return from_ms(found[0][0]) if found else None


async def drop_lane(lane: str, trouble: str, now: datetime) -> list[Leaving]:
    """Drop everything queued in a lane, and what was dropped."""
    found = await sql.records(
        f"SELECT {HELD} FROM outbox WHERE lane = ? AND state = 'queued' ORDER BY id",  # noqa: S608
        (lane,),
    )
    rows = [leaving_of(row, row["attempts"]) for row in found]
    await settle([Settled(row, "dropped", trouble=trouble) for row in rows], now)
    return rows


async def depth(now: datetime) -> dict[str, tuple[int, float]]:
    """Priority's name to (rows due and waiting, seconds the oldest of them has waited)."""
    found = await sql.records(
        "SELECT priority, COUNT(*), MIN(due_ms) FROM outbox WHERE state = 'queued' AND due_ms <= ? GROUP BY priority",
        (to_ms(now),),
    )
    return {Priority(one[0]).name.lower(): (one[1], (to_ms(now) - one[2]) / 1000) for one in found}
