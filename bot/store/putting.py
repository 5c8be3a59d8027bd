"""Putting rows into the outbox: each cause once, edits of one message collapsed to the newest."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from msgspec.structs import replace

from bot import tracing
from bot.apart import Bell
from bot.domain import worth
from bot.domain.outgoing import Outgoing
from bot.store import core, placing, sql
from bot.store.ms import to_ms

DESK = "desk:"
"""Lanes of customers' topics: their rows are addressed by customer, not by chat."""

_INSERTED = {
    "merchant_id": "bigint",
    "customer_id": "bigint",
    "lane": "text",
    "chat_id": "bigint",
    "act": "text",
    "payload": "text",
    "cause": "text",
    "collapse": "text",
    "priority": "bigint",
    "due_ms": "bigint",
    "created_ms": "bigint",
    "trace": "text",
}
_BATCH = 200
_bell = Bell()


def listen(listener: Callable[[], None]) -> Callable[[], None]:
    """Be called whenever rows are put in this process, by this bot; returns what ends it."""
    return _bell.listen(listener)


def wake() -> None:
    """Tell the dispatcher of this process that there may be something to send."""
    _bell.ring()


async def put(rows: Sequence[Outgoing]) -> list[int]:
    """Queue rows inside the caller's transaction; the ids of those that are new, in order.

    A known `cause` is ignored. A queued row of the same `collapse` takes over the newer row's payload and cause and
    keeps the earlier due time and the more urgent priority; one already leaving is left alone and a new row is queued.
    """
    if not rows:
        return []
    async with core.transaction():
        fresh = await _collapse(_newest([_weighed(row) for row in rows]))
        homes = await _homes([row for row in fresh if row.chat_id is None or row.merchant_id is None])
        ids = await _insert([_values(row, homes) for row in fresh])
    tracing.current().more("queued", len(ids))
    wake()
    return ids


def _weighed(row: Outgoing) -> Outgoing:
    """A group spends its budget by what an act is worth, not by what was wished for it."""
    if not row.lane.startswith(DESK) and (row.chat_id or 0) >= 0:
        return row
    urgency = worth.urgency(row.act, row.priority, row.payload)
    return row if urgency is row.priority else replace(row, priority=urgency)


def _newest(rows: Sequence[Outgoing]) -> list[Outgoing]:
    """Of several rows of one collapse in a batch the last, where the first one stood; each cause once."""
    kept: dict[str, Outgoing] = {}
    causes: set[str] = set()
    for row in rows:
        if row.cause not in causes:
            causes.add(row.cause)
            kept[row.collapse or f"\0{row.cause}"] = row
    return list(kept.values())


async def _collapse(rows: list[Outgoing]) -> list[Outgoing]:
    """Let queued rows of the same collapse take over the newer payload; the rows that found none."""
    names = [row.collapse for row in rows if row.collapse]
    if not names:
        return rows
    known = await _known([row.cause for row in rows if row.collapse])
    where, param = sql.among("collapse", names)
    lock = " FOR UPDATE" if sql.dialect() == "postgres" else ""
    found = await sql.records(
        "SELECT collapse, id, due_ms, priority, payload, trace FROM outbox"  # noqa: S608
        f" WHERE state = 'queued' AND {where} ORDER BY id{lock}",  # of two (one came back) the newer is replaced
        (param,),
    )
    queued = {str(one[0]): one for one in found}
    updates = [
        (*_newer(row, one), one[1])
        for row in rows
        if row.collapse and row.cause not in known and (one := queued.get(row.collapse))
    ]
    await sql.run_many(
        "UPDATE outbox SET payload = ?, cause = ?, due_ms = ?, priority = ?, trace = ? WHERE id = ?", updates
    )
    return [row for row in rows if row.cause not in known and row.collapse not in queued]


def _newer(row: Outgoing, before: Any) -> tuple[object, ...]:
    """What a queued row says from now on; what it was caused by before stays known."""
    due_ms, priority, payload, trace = before[2], before[3], before[4], before[5]
    causes = tracing.together(tracing.carried(), trace)
    return _repeat(row, payload), row.cause, min(to_ms(row.due_at), due_ms), min(row.priority, priority), causes


def _repeat(row: Outgoing, before: str) -> str:
    """The newer payload; that it may be a repeat is still true of it."""
    return dump(row.payload | {"repeat": True} if orjson.loads(before).get("repeat") else row.payload)


async def _known(causes: list[str]) -> set[str]:
    where, param = sql.among("cause", causes)
    return {str(one[0]) for one in await sql.records(f"SELECT cause FROM outbox WHERE {where}", (param,))}  # noqa: S608


async def _homes(rows: Sequence[Outgoing]) -> dict[int, placing.Home]:
    customers = {row.customer_id for row in rows if row.customer_id is not None}
    at_desk = {row.customer_id for row in rows if row.customer_id is not None and row.lane.startswith(DESK)}
    return await placing.homes(customers, at_desk)


def _values(row: Outgoing, homes: Mapping[int, placing.Home]) -> tuple[object, ...]:
    """The columns of a new row. A desk row's chat is written down too, so that the lease can pass over a group."""
    shop, group = homes.get(row.customer_id or 0, (row.merchant_id, None))
    due_ms = to_ms(row.due_at)
    return (
        row.merchant_id if row.merchant_id is not None else shop,
        row.customer_id,
        row.lane,
        row.chat_id if row.chat_id is not None else group,
        row.act.value,
        dump(row.payload),
        row.cause,
        row.collapse,
        int(row.priority),
        due_ms,
        due_ms,
        tracing.carried(),
    )


def dump(payload: Mapping[str, Any]) -> str:
    """A payload as it is stored."""
    return orjson.dumps(payload).decode()


async def _insert(values: Sequence[tuple[object, ...]]) -> list[int]:
    ids: list[int] = []
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        statement, params = _insertion(batch)
        ids += [int(one[0]) for one in await sql.records(statement, params)]
    return sorted(ids)


def _insertion(batch: Sequence[tuple[object, ...]]) -> tuple[str, list[object]]:
    head = f"INSERT INTO outbox ({', '.join(_INSERTED)}, state, attempts)"
    tail = " ON CONFLICT (cause) DO NOTHING RETURNING id"
    if sql.dialect() == "postgres":
        arrays = ", ".join(f"?::{kind}[]" for kind in _INSERTED.values())
        columns = [list(column) for column in zip(*batch, strict=True)]
        return f"{head} SELECT u.*, 'queued', 0 FROM unnest({arrays}) u{tail}", list(columns)  # noqa: S608
    one = f"({', '.join('?' * len(_INSERTED))}, 'queued', 0)"
    return f"{head} VALUES {', '.join([one] * len(batch))}{tail}", [value for row in batch for value in row]
