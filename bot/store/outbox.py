"""The outbox: what shall leave for Telegram, in which order, and what became of it.

A row is marked `leaving` in the database before it leaves: whatever is found so marked at start-up is in doubt.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from msgspec import Struct

from bot.domain import pacing, worth
from bot.domain.outgoing import Act, Leaving, Priority
from bot.store import core, sql
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

_HELD = (
    "id, act, payload, cause, priority, lane, attempts, created_ms, due_ms, chat_id, customer_id, merchant_id, collapse"
)
_MAY_LEAVE = (
    "state = 'queued' AND priority = ? AND due_ms <= ? AND chat_id IS NOT NULL"
    " AND lane NOT IN (SELECT lane FROM outbox WHERE state = 'leaving')"
    # an album that is still coming in holds its lane: what was said after it stays behind it
    " AND lane NOT IN (SELECT lane FROM outbox"
    " WHERE state = 'queued' AND priority = 0 AND due_ms > ? AND act = 'album')"
    " AND NOT (act IN ('notice', 'live') AND COALESCE(merchant_id, 0) IN"
    " (SELECT id FROM merchant WHERE paused_ms IS NOT NULL))"
)
_WAITS = "({held} AND NOT (act = 'react' AND payload NOT LIKE '%\"of\":%')) OR {resting}"
"""A reaction costs a group nothing, but for one to words that may wait themselves; a resting chat takes nothing."""
_NEVER = 2**62
_RECENT = 2000
"""Newest rows among which those that left within the last minute are looked for: 28 a second, and some to spare."""


class Settled(Struct, frozen=True):
    """What became of a row: sent | failed | in_doubt | dropped. `trouble` is a short key."""

    row: Leaving
    state: str
    message_id: int | None = None
    trouble: str | None = None


# ---- leaving


async def lease(
    limit: int,
    now: datetime,
    held: Collection[int] = (),
    resting: Collection[int] = (),
    spared: Collection[int] = (),
) -> list[Leaving]:
    """Mark up to `limit` due rows as leaving, most urgent first: one a lane, none whose lane has one in flight.

    `held` are chats whose budget is spent for now, `resting` take nothing at all, what is left of `spared` ones is kept
    for words. A shop on pause keeps its notices and live messages back.
    """
    leaving: list[Leaving] = []
    chats = [list(held), list(resting), list(spared)]
    async with core.transaction():
        while len(leaving) < limit:
            row = await _most_urgent(now, chats)
            if row is None:
                break
            await sql.run(
                "UPDATE outbox SET state = 'leaving', left_ms = ?, attempts = attempts + 1, trouble = NULL"
                " WHERE id = ?",
                (to_ms(now), row["id"]),
            )
            leaving.append(_leaving(row, attempts=row["attempts"] + 1))
    return leaving


async def _most_urgent(now: datetime, chats: Sequence[Sequence[int]]) -> Any | None:
    """The best of the heads of each priority: the index serves each head, however long the queue."""
    (held, spent), (resting, rest), (spared, kept) = (sql.among("chat_id", among) for among in chats)
    waits = f"{_WAITS} OR ({spared} AND due_ms > ?)".format(held=held, resting=resting)
    aged = to_ms(now - worth.WAITS_FOR_SPARE)
    params: list[object] = []
    for priority in Priority:
        # `spared` holds back what is younger than `aged`: of the urgent nothing is
        since = aged if worth.may_spare(priority) else _NEVER
        params += [int(priority), to_ms(now), to_ms(now), spent, rest, kept, since]
    heads = await sql.records(_heads(waits), params)
    return min(heads, key=lambda row: _urgency(row, now), default=None)


def _heads(waits: str) -> str:
    lock = " FOR UPDATE SKIP LOCKED" if sql.dialect() == "postgres" else ""
    head = f"SELECT {_HELD} FROM outbox WHERE {_MAY_LEAVE} AND NOT ({waits})"  # noqa: S608
    return " UNION ALL ".join(
        f"SELECT * FROM ({head} ORDER BY {_order(priority)} LIMIT 1{lock}) AS of_{priority.name}"  # noqa: S608
        for priority in Priority
    )


def _order(priority: Priority) -> str:
    # Persons' words leave strictly in the order they were put; `id + 0` keeps the planner off the whole primary key.
    return "id + 0" if priority is Priority.PERSON else "due_ms, id"


def _urgency(row: Any, now: datetime) -> tuple[timedelta, int]:
    ageing = worth.GROUP_AGEING if row["chat_id"] < 0 else pacing.AGEING
    return pacing.rank(Priority(row["priority"]), from_ms(row["due_ms"]), now, ageing), row["id"]


async def words_waiting(chat_id: int, lane: str, now: datetime, most: int) -> int:
    """How many words of others than this lane's wait for a chat, counted up to `most`."""
    found = await sql.records(
        "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE state = 'queued' AND priority = ? AND due_ms <= ?"
        " AND chat_id = ? AND lane <> ? LIMIT ?) AS others",
        (int(Priority.PERSON), to_ms(now), chat_id, lane, most),
    )
    return int(found[0][0])


def _leaving(row: Any, attempts: int) -> Leaving:
    return Leaving(
        id=row["id"],
        act=Act(row["act"]),
        payload=orjson.loads(row["payload"]),
        cause=row["cause"],
        priority=Priority(row["priority"]),
        lane=row["lane"],
        attempts=attempts,
        created_at=from_ms(row["created_ms"]),
        chat_id=row["chat_id"],
        customer_id=row["customer_id"],
        merchant_id=row["merchant_id"],
        collapse=row["collapse"],
    )


async def note_step(row_id: int, step: str) -> None:
    """What a row does before its own act: so that a restart knows what is in doubt."""
    await sql.run("UPDATE outbox SET trouble = ? WHERE id = ?", (step, row_id))


async def stranded() -> list[tuple[Leaving, str | None]]:
    """Rows that were leaving when the last process ended, oldest first, with the step that was noted."""
    found = await sql.records(f"SELECT {_HELD}, trouble FROM outbox WHERE state = 'leaving' ORDER BY id")  # noqa: S608
    return [(_leaving(row, row["attempts"]), row["trouble"]) for row in found]


async def left_since(since: datetime) -> list[tuple[int, Act, datetime]]:
    """Chat, act and time of what has left since then, oldest first; an album once for each of its items."""
    found = await sql.records(
        "SELECT chat_id, act, left_ms, payload FROM"
        " (SELECT chat_id, act, left_ms, CASE WHEN act = 'album' THEN payload END AS payload"
        " FROM outbox ORDER BY id DESC LIMIT ?) AS newest"
        " WHERE left_ms >= ? AND chat_id IS NOT NULL ORDER BY left_ms",
        (_RECENT, to_ms(since)),
    )
    return [(one[0], Act(one[1]), from_ms(one[2])) for one in found for _ in range(_messages(one[3]))]


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
        "UPDATE outbox SET state = 'queued', left_ms = NULL, payload = ?, attempts = ? WHERE id = ?",
        (dump(row.payload if payload is None else payload), row.attempts - (not counted), row.id),
    )


async def put_off(row: Leaving, until: datetime) -> None:
    """Put a leaving row back until then."""
    await requeue(row, counted=False)
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
        f"SELECT {_HELD} FROM outbox WHERE lane = ? AND state = 'queued' ORDER BY id",  # noqa: S608
        (lane,),
    )
    rows = [_leaving(row, row["attempts"]) for row in found]
    await settle([Settled(row, "dropped", trouble=trouble) for row in rows], now)
    return rows


async def prune(before: datetime) -> int:
    """Forget rows settled before `before`; how many."""
    return await sql.run(
        "DELETE FROM outbox WHERE state NOT IN ('queued', 'leaving') AND settled_ms < ?", (to_ms(before),)
    )


async def depth(now: datetime) -> dict[str, tuple[int, float]]:
    """Priority's name to (rows due and waiting, seconds the oldest of them has waited)."""
    found = await sql.records(
        "SELECT priority, COUNT(*), MIN(due_ms) FROM outbox WHERE state = 'queued' AND due_ms <= ? GROUP BY priority",
        (to_ms(now),),
    )
    return {Priority(one[0]).name.lower(): (one[1], (to_ms(now) - one[2]) / 1000) for one in found}
