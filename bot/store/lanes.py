"""Who handles which lane of the inbox: of several processes at one PostgreSQL each chat has one. SQLite has one anyway.

A lane stays with its holder for some seconds after the last word, so a conversation is not handed round; who dies or
stops loses his lanes to the next who looks.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.store import sql

_HOLD = (
    "INSERT INTO inbox_lane (lane, holder, until_ms)"
    " SELECT lane, ?, NOW + ? FROM ("
    " SELECT unnest(?::bigint[]) AS lane"
    " UNION SELECT lane FROM (SELECT lane FROM inbox WHERE state = 'new' AND NOT lane = ANY(?::bigint[]) AND NOT EXISTS"
    " (SELECT 1 FROM inbox_lane h WHERE h.lane = inbox.lane AND h.holder <> ? AND h.until_ms >= NOW)"
    " ORDER BY update_id LIMIT ?) AS waiting ORDER BY lane) AS wanted"
    " ON CONFLICT (lane) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms"
    " WHERE inbox_lane.holder = excluded.holder OR inbox_lane.until_ms < NOW RETURNING lane"
).replace("NOW", sql.NOW_MS)


async def hold(holder: str, working: Iterable[int], limit: int, span: timedelta) -> Sequence[int] | None:
    """Keep the lanes that are `working` and take those of the oldest `limit` updates of others, for `span`.

    The lanes that are the holder's now; None where all are (SQLite).
    """
    if sql.dialect() == "sqlite":
        return None
    span_ms = span // timedelta(milliseconds=1)
    lanes = list(working)
    found = await sql.records(_HOLD, (holder, span_ms, lanes, lanes, holder, limit))
    return [row[0] for row in found]


async def leave(holder: str) -> None:
    """Let others have all of them at once."""
    if sql.dialect() == "postgres":
        await sql.run("DELETE FROM inbox_lane WHERE holder = ?", (holder,))
