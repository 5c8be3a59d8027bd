"""Updates, stored before they are acknowledged; one row an update, emptied once handled."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

from bot.store import sql
from bot.store.ms import to_ms

_NEVER, _LONG_AGO = 2**62, datetime(1970, 1, 2, tzinfo=UTC)
NEW, HANDLED, FAILED = "new", "handled", "failed"
_NO_TRACES: Mapping[int, str | None] = MappingProxyType({})


class Waiting(Struct, frozen=True):
    """An update that nobody has handled yet; `body` is sealed."""

    update_id: int
    lane: int
    body: str
    attempts: int
    trace: str | None = None

    def __repr__(self) -> str:
        return f"Waiting({self.update_id})"


async def put(
    rows: Sequence[tuple[int, int, str]], now: datetime, traces: Mapping[int, str | None] = _NO_TRACES
) -> None:
    """Keep (update_id, lane, sealed body); a known update_id is ignored."""
    await sql.run_many(
        "INSERT INTO inbox (update_id, lane, body, state, attempts, received_ms, trace)"
        " VALUES (?, ?, ?, 'new', 0, ?, ?) ON CONFLICT (update_id) DO NOTHING",
        [(update_id, lane, body, to_ms(now), traces.get(update_id)) for update_id, lane, body in rows],
    )


class Gap(NamedTuple):
    """From this number on what came after `since` is early: one before it is still on its way."""

    update_id: int
    since: datetime


async def gap(since: datetime) -> Gap | None:
    """The first update that came after `since` while the number before it has not."""
    found = await sql.records(
        "SELECT MIN(update_id) FROM inbox WHERE state = 'new' AND received_ms > ? AND NOT EXISTS"
        " (SELECT 1 FROM inbox AS before WHERE before.update_id = inbox.update_id - 1)",
        (to_ms(since),),
    )
    return None if found[0][0] is None else Gap(found[0][0], since)


async def waiting(
    limit: int, lanes: Sequence[int] | None = None, full: Sequence[int] = (), behind: Gap | None = None
) -> list[Waiting]:
    """The oldest unhandled updates (of these lanes, none of the `full` ones), in their order; none that is early."""
    mine, given = sql.among("lane", full if lanes is None else [one for one in lanes if one not in set(full)])
    early, until = behind or Gap(_NEVER, _LONG_AGO)
    found = await sql.rows(
        "SELECT update_id, lane, body, attempts, trace FROM inbox"  # noqa: S608
        f" WHERE state = 'new' AND {'NOT ' if lanes is None else ''}{mine} AND (update_id < ? OR received_ms <= ?)"
        " ORDER BY update_id LIMIT ?",
        (given, early, to_ms(until), limit),
    )
    return [Waiting(**row) for row in found]


async def waits_in(lane: int) -> bool:
    """True while something that was said there is not handled yet."""
    return bool(await sql.records("SELECT 1 FROM inbox WHERE state = 'new' AND lane = ? LIMIT 1", (lane,)))


async def settle(update_id: int, now: datetime, state: str = HANDLED) -> bool:
    """Mark as handled (or failed) and forget what was said; False where that was done before."""
    touched = await sql.run(
        "UPDATE inbox SET state = ?, body = '', handled_ms = ? WHERE update_id = ? AND state = 'new'",
        (state, to_ms(now), update_id),
    )
    return touched > 0


async def is_settled(update_id: int) -> bool:
    """True where it came and was handled or given up."""
    return bool(await sql.rows("SELECT 1 FROM inbox WHERE update_id = ? AND state <> 'new'", (update_id,)))


async def count_attempt(update_id: int) -> None:
    """One more try went wrong."""
    await sql.run("UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ?", (update_id,))


async def mark(name: str) -> str | None:
    """A small named fact of the installation."""
    found = await sql.rows("SELECT value FROM mark WHERE name = ?", (name,))
    return str(found[0]["value"]) if found else None


async def marks(start: str) -> list[str]:
    """The names of those that begin so."""
    found = await sql.rows("SELECT name FROM mark WHERE SUBSTR(name, 1, ?) = ?", (len(start), start))
    return [str(row["name"]) for row in found]


async def add_mark(name: str, value: str) -> None:
    """Write one that is not known yet."""
    await sql.run("INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, value))


async def set_mark(name: str, value: str) -> None:
    """Write a small named fact of the installation."""
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
