"""Who has the word: of several processes at one PostgreSQL exactly one speaks. SQLite has one process anyway."""

from datetime import timedelta

from bot.store import sql

_NAME = "speaker"
_TAKE = (
    "INSERT INTO mark (name, value) VALUES (?, ?::text || '@' || (NOW + ?)::text)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE split_part(mark.value, '@', 1) = ? OR split_part(mark.value, '@', 2)::bigint < NOW RETURNING name"
).replace("NOW", sql.NOW_MS)
_LEAVE = "DELETE FROM mark WHERE name = ? AND split_part(value, '@', 1) = ?"


async def take(holder: str, span: timedelta) -> bool:
    """Have the word, or keep it, for so long from now; False while another has it."""
    if sql.dialect() == "sqlite":
        return True
    span_ms = span // timedelta(milliseconds=1)
    return bool(await sql.records(_TAKE, (_NAME, holder, span_ms, holder)))


async def leave(holder: str) -> None:
    """Let the next one speak at once."""
    if sql.dialect() == "postgres":
        await sql.run(_LEAVE, (_NAME, holder))
