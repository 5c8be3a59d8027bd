"""Which row of the outbox leaves next: the most urgent whose chat may be spoken to, one a lane."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.domain import pacing, worth
from bot.domain.outgoing import Act, Leaving, Priority
from bot.store import core, sql
from bot.store.ms import from_ms, to_ms

HELD = (
    "id, act, payload, cause, priority, lane, attempts, created_ms, due_ms, chat_id, customer_id, merchant_id, collapse"
    ", trace"
)
_KNOWN = f"act IN ({', '.join(repr(act.value) for act in Act)})"
"""A newer program beside this one may put what only it can do."""
_MAY_LEAVE = (
    "state = 'queued' AND priority = ? AND due_ms <= ? AND chat_id IS NOT NULL"
    " AND lane NOT IN (SELECT lane FROM outbox WHERE state = 'leaving')"
    # an album that is still coming in holds its lane: what was said after it stays behind it
    " AND NOT EXISTS (SELECT 1 FROM outbox AS album WHERE album.state = 'queued' AND album.priority = 0"
    " AND album.due_ms > ? AND album.act = 'album' AND album.lane = outbox.lane AND album.id < outbox.id)"
    " AND NOT (act IN ('notice', 'live') AND COALESCE(merchant_id, 0) IN"
    " (SELECT id FROM merchant WHERE paused_ms IS NOT NULL))"
)
_WAITS = "({held} AND NOT (act = 'react' AND payload NOT LIKE '%\"of\":%')) OR {resting}"
"""A reaction costs a group nothing, but for one to words that may wait themselves; a resting chat takes nothing."""
_NEVER = 2**62


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
            leaving.append(leaving_of(row, attempts=row["attempts"] + 1))
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
    head = f"SELECT {HELD} FROM outbox WHERE {_MAY_LEAVE} AND {_KNOWN} AND NOT ({waits})"  # noqa: S608
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


def leaving_of(row: Any, attempts: int) -> Leaving:
    """A row of HELD as the dispatcher holds it."""
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
        trace=row["trace"],
    )
