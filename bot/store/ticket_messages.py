"""Words between a customer and his topic, both ends: the map for replies, edits, deletions."""

from datetime import datetime, timedelta

from bot.store import sql
from bot.store.models import TicketMessage
from bot.store.ms import to_ms

OUT, IN, NOTE = "out", "in", "note"
QUEUED, IN_DOUBT, FAILED, DELETED = "queued", "in_doubt", "failed", "deleted"
KNOWN_FOR = timedelta(days=1)
"""So long a name is remembered where no ticket is open."""

_KEEP = (
    "INSERT INTO ticket_message (customer_id, ticket_id, direction, user_id, text, media, source_chat_id,"
    " source_message_id, fate, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (source_chat_id, source_message_id) DO NOTHING RETURNING id"
)


async def keep(
    customer_id: int,
    ticket_id: int | None,
    direction: str,
    user_id: int,
    source: tuple[int, int],
    text: str,
    media: str | None,
    now: datetime,
) -> TicketMessage | None:
    """An agent's message, written down once by its `source` (chat, message); None where it was kept before."""
    fate = QUEUED if direction == OUT else "kept"
    given = (customer_id, ticket_id, direction, user_id, text, media, *source, fate, to_ms(now))
    found = await sql.rows(_KEEP, given)
    return await TicketMessage.get(id=found[0]["id"]) if found else None


async def by_source(chat_id: int, message_id: int) -> TicketMessage | None:
    """What became of a message that was said there."""
    return await TicketMessage.get_or_none(source_chat_id=chat_id, source_message_id=message_id)


async def is_introduced(kept: TicketMessage) -> bool:
    """True where its agent has written to the customer before in the same ticket (or of late, without one)."""
    earlier = TicketMessage.filter(customer_id=kept.customer_id, user_id=kept.user_id, direction=OUT, id__lt=kept.id)
    if kept.ticket_id is not None:
        return await earlier.filter(ticket_id=kept.ticket_id).exists()
    return await earlier.filter(created_ms__gt=kept.created_ms - int(KNOWN_FOR.total_seconds() * 1000)).exists()


async def reword(message_id: int, text: str) -> None:
    """Its author has corrected it."""
    await TicketMessage.filter(id=message_id).update(text=text)


async def set_fate(message_id: int, fate: str) -> None:
    """What became of it."""
    await TicketMessage.filter(id=message_id).update(fate=fate)


async def recall(cause: str, now: datetime) -> bool:
    """Take a row out of the outbox that has not left; False where it is too late."""
    return await _recall("cause", cause, now)


async def recall_all(collapse: str, now: datetime) -> bool:
    """The same for whatever waits under this name."""
    return await _recall("collapse", collapse, now)


async def _recall(column: str, value: str, now: datetime) -> bool:
    touched = await sql.run(
        "UPDATE outbox SET state = 'dropped', settled_ms = ?, trouble = 'recalled', payload = '{}'"  # noqa: S608
        f" WHERE {column} = ? AND state = 'queued'",
        (to_ms(now), value),
    )
    return touched > 0
