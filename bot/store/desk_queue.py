"""What waits for the groups of desks, and which of them are known to have more to say than they may."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from bot.domain.outgoing import Priority
from bot.store import sql
from bot.store.ms import from_ms_or_none, to_ms


class Queue(Struct, frozen=True):
    """A group with words waiting for it, or told of as full since `full_at`; `topics` must be made before."""

    chat_id: int
    merchant_id: int
    title: str
    full_at: datetime | None
    words: int = 0
    topics: int = 0


_WAITING = (
    "SELECT o.chat_id, COUNT(*), COUNT(DISTINCT CASE WHEN c.topic_id IS NULL THEN c.id END) FROM outbox o"
    " LEFT JOIN customer c ON c.id = o.customer_id WHERE o.state = 'queued' AND o.priority = ? AND o.due_ms <= ?"
    " AND o.chat_id < 0 GROUP BY o.chat_id"
)
_GROUPS = (
    "SELECT chat_id, merchant_id, title, full_ms FROM desk_group"
    " WHERE (full_ms IS NOT NULL OR {waited_for}) AND trouble IS NULL ORDER BY chat_id"
)


async def queues(now: datetime) -> Sequence[Queue]:
    """Groups that work, with the words that could be said now."""
    waiting = {row[0]: (row[1], row[2]) for row in await sql.records(_WAITING, (int(Priority.PERSON), to_ms(now)))}
    waited_for, chats = sql.among("chat_id", sorted(waiting))
    found = await sql.records(_GROUPS.format(waited_for=waited_for), (chats,))
    return [Queue(row[0], row[1], row[2], from_ms_or_none(row[3]), *waiting.get(row[0], (0, 0))) for row in found]


async def set_full(chat_id: int, since: datetime | None) -> None:
    """Note since when a group is told of as full; None: it is no more."""
    await sql.run("UPDATE desk_group SET full_ms = ? WHERE chat_id = ?", (to_ms(since) if since else None, chat_id))


async def message_of(cause: str) -> int | None:
    """The number that a message of ours has where it arrived."""
    found = await sql.records("SELECT message_id FROM outbox WHERE cause = ? AND state = 'sent'", (cause,))
    return found[0][0] if found else None
