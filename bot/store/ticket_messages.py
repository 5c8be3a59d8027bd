"""Words between a customer and his topic, both ends: the map for replies, edits, deletions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.store import sql
from bot.store.models import TicketMessage
from bot.store.ms import to_ms
from bot.store.putting import dump
from bot.store.tickets import Words, marked

OUT, IN, NOTE = "out", "in", "note"
QUEUED, SENT, IN_DOUBT, FAILED, DELETED = "queued", "sent", "in_doubt", "failed", "deleted"
KNOWN_FOR = timedelta(days=1)
"""So long a name is remembered where no ticket is open."""

_KEEP = (
    "INSERT INTO ticket_message (customer_id, ticket_id, direction, user_id, text, media, source_chat_id,"
    " source_message_id, fate, created_ms, album, file, entities) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (source_chat_id, source_message_id) DO NOTHING RETURNING id"
)


async def keep(
    customer_id: int,
    ticket_id: int | None,
    direction: str,
    user_id: int,
    chat_id: int,
    words: Words,
    now: datetime,
) -> TicketMessage | None:
    """An agent's message, written down once by its chat and number; None where it was kept before."""
    given = {
        "customer_id": customer_id,
        "ticket_id": ticket_id,
        "direction": direction,
        "user_id": user_id,
        "text": words.text,
        "media": words.media,
        "source_chat_id": chat_id,
        "source_message_id": words.message_id,
        "fate": QUEUED if direction == OUT else "kept",
        "created_ms": to_ms(now),
        "album": words.album,
        "file": words.file,
        "entities": marked(words),
    }
    found = await sql.rows(_KEEP, list(given.values()))
    return TicketMessage(id=found[0]["id"], **given) if found else None


async def by_source(chat_id: int, message_id: int) -> TicketMessage | None:
    """What became of a message that was said there."""
    return await TicketMessage.get_or_none(source_chat_id=chat_id, source_message_id=message_id)


async def is_introduced(kept: TicketMessage) -> bool:
    """True where its agent has written to the customer before in the same ticket (or of late, without one)."""
    his = TicketMessage.filter(customer_id=kept.customer_id, user_id=kept.user_id, direction=OUT, id__lt=kept.id)
    earlier = his.filter(fate__not_in=(FAILED, DELETED))
    if kept.ticket_id is not None:
        return await earlier.filter(ticket_id=kept.ticket_id).exists()
    return await earlier.filter(created_ms__gt=kept.created_ms - int(KNOWN_FOR.total_seconds() * 1000)).exists()


async def reword(message_id: int, words: Words) -> None:
    """Its author has corrected it."""
    found = TicketMessage.filter(id=message_id)
    await found.update(text=words.text, media=words.media, file=words.file, entities=marked(words))


async def set_fate(message_id: int, fate: str) -> None:
    """What became of it."""
    await TicketMessage.filter(id=message_id).update(fate=fate)


async def recall(cause: str, now: datetime) -> bool:
    """Take a row out of the outbox that has not left; False where it is too late."""
    return await recall_causes([cause], now)


async def recall_causes(causes: Sequence[str], now: datetime) -> bool:
    """The same for whatever waits under one of these causes."""
    return await _recall(*sql.among("cause", causes), now)


async def recall_all(collapse: str, now: datetime) -> bool:
    """The same for whatever waits under this name."""
    return await _recall("collapse = ?", collapse, now)


_STILL_HERE = "SELECT id, payload FROM outbox WHERE cause = ? AND state = 'queued'"
_QUEUED = {"sqlite": _STILL_HERE, "postgres": f"{_STILL_HERE} FOR UPDATE"}
_WORDED = frozenset({"text", "entities", "caption", "caption_entities", "from_chat_id", "from_message_id"})


async def reworded(cause: str, act: str, words: Mapping[str, Any]) -> bool:
    """Let what waits under this cause leave with other words; False where it is too late."""
    found = await sql.records(_QUEUED[sql.dialect()], (cause,))
    for row in found:
        rest = {name: value for name, value in orjson.loads(row[1]).items() if name not in _WORDED}
        await sql.run("UPDATE outbox SET act = ?, payload = ? WHERE id = ?", (act, dump({**rest, **words}), row[0]))
    return bool(found)


async def is_gathering(name: str) -> bool:
    """True while an album of this name waits."""
    return bool(await sql.records("SELECT 1 FROM outbox WHERE collapse = ? AND state = 'queued'", (name,)))


_RECALL = (
    "UPDATE outbox SET state = 'dropped', settled_ms = ?, trouble = 'recalled', payload = '{}'"
    " WHERE state = 'queued' AND "
)


async def _recall(which: str, named: object, now: datetime) -> bool:
    return await sql.run(_RECALL + which, (to_ms(now), named)) > 0
