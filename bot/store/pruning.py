"""What nobody needs any more goes, a bite at a time: each a short transaction over a stretch of the table's key.

No index is needed that is not there: a stretch is so many keys, whether its rows go or stay, so that no bite holds
anything for long, and one that was cut off is taken again. What each table keeps, and for how long: docs/retention.md.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from bot.store import sql
from bot.store.core import Dialect
from bot.store.ms import to_ms

DAY = timedelta(days=1)
_ORPHAN = "{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {of} home WHERE home.id = {table}.{column})"
_DELETE = "DELETE FROM {table} WHERE {key} > ?{upto} AND {over}"
_LAST = "SELECT {key}, {since} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT 1 OFFSET ?"
NOTHING = timedelta()
Key = int | str


class Old(Struct, frozen=True):
    """Rows of a table that are not needed once `over` holds; its `?` is the time `kept` ago.

    `since`: a column that never falls while the key grows, so that the first young row ends the walk. `only`: there
    are such rows on that database alone.
    """

    table: str
    over: str
    kept: timedelta = NOTHING
    key: str = "id"
    since: str | None = None
    first: Key = -(2**63)
    only: Dialect | None = None


class Bite(Struct, frozen=True):
    """What a bite took; `after` is where the next one begins, None at the end."""

    gone: int
    after: Key | None = None


def _orphans(table: str, column: str, of: str, key: str = "id") -> Old:
    """Rows whose own row in another table has gone."""
    return Old(table, _ORPHAN.format(table=table, column=column, of=of), key=key)


RULES: tuple[Old, ...] = (
    Old("outbox", "state NOT IN ('queued', 'leaving') AND settled_ms < ?", 30 * DAY, since="created_ms"),
    Old("inbox", "state <> 'new' AND received_ms < ?", 14 * DAY, key="update_id"),
    Old("inbox_lane", f"until_ms < {sql.NOW_MS}", key="lane", only="postgres"),
    Old("dialogue", "expires_ms <= ?", key="user_id"),
    Old("proof_try", "tried_ms < ?", 30 * DAY, since="tried_ms"),
    Old("unreadable", "at_ms < ?", 30 * DAY, since="at_ms"),
    Old("pending_reply", "made_ms < ?", 30 * DAY, since="made_ms"),
    Old("invite", "expires_ms < ?", 90 * DAY, key="token_hash", first=""),
    Old("desk_code", "expires_ms < ?", DAY, key="code_hash", first=""),
    Old("follow_link", "user_id IS NULL AND expires_ms < ?", 30 * DAY, key="token_hash", first=""),
    Old("told", "at_ms < ?", 400 * DAY),
    Old("trouble", "at_ms < ?", 400 * DAY),
    Old("promise", "open = 0 AND made_ms < ?", 400 * DAY, since="made_ms"),
    Old("heads_up", "open = 0 AND due_ms < ?", 180 * DAY),
    Old("draft", "state NOT IN ('waiting', 'open', 'allowed') AND due_ms < ?", 400 * DAY),
    _orphans("draft_part", "draft_id", "draft"),
    Old("draft_post", "made_ms < ?", 400 * DAY, since="made_ms"),
    Old("draft_score", "outcome IS NOT NULL AND drafted_ms < ?", 730 * DAY, key="shipment_id"),
    Old("incident", "state = 'over' AND closed_ms < ?", 60 * DAY),
    _orphans("incident_parcel", "incident_id", "incident"),
    _orphans("consent", "customer_id", "customer"),
    _orphans("old_topic", "customer_id", "customer"),
    Old("unheard", "until_ms < ?", 60 * DAY),
    Old("usual_gap", "seen_ms < ?", 60 * DAY),
    Old("warned_slot", "slot_ms < ?", DAY),
)
"""In this order: what hangs on another row goes after it."""


async def bite(old: Old, after: Key | None, now: datetime, most: int) -> Bite:
    """Look at the next `most` rows after a key (None: from the first on); those that are over go."""
    if old.only is not None and old.only != sql.dialect():
        return Bite(0)
    before, start = to_ms(now - old.kept), old.first if after is None else after
    last = await _last(old, start, most)
    upto = "" if last is None else f" AND {old.key} <= ?"
    bounds = (start,) if last is None else (start, last[0])
    times = (before,) * old.over.count("?")
    text = _DELETE.format(table=old.table, key=old.key, upto=upto, over=old.over)
    gone = await sql.run(text, (*bounds, *times))
    return Bite(gone, None if last is None or last[1] >= before else last[0])


async def _last(old: Old, start: Key, most: int) -> tuple[Key, int] | None:
    """The last key of the stretch, and since when its row is there; None where fewer rows are left."""
    since = old.since or str(-(2**62))
    text = _LAST.format(table=old.table, key=old.key, since=since)
    found = await sql.records(text, (start, most - 1))
    return (found[0][0], found[0][1]) if found else None
