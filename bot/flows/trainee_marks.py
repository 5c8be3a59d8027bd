"""What stands about an agent's words while they wait, and what is left of them: a question, a reaction, a line."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows.turn import Turn
from bot.store import audit, outbox, ticket_messages
from bot.store.models import PendingReply

LET_GO, NOT_SENT = "👌", "🤷"
"""Reactions to the trainee's message: what became of it. They cost the group's budget nothing."""


def name_of(row: PendingReply) -> str:
    """Under which the question waits and stands."""
    return f"asks:{row.id}"


def mark_of(rows: Sequence[PendingReply]) -> str:
    """What the words are, so that a button for others does nothing; further items of an album change nothing.

    Media can be replaced under the same caption: so the time of the last change belongs to it.
    """
    words = f"{rows[0].made_ms}" + "".join(f"{one.text}{one.entities}" for one in rows if one.text)
    return f"{zlib.crc32(words.encode()):x}"


async def write_down(row: PendingReply, user_id: int, deed: str, now: datetime) -> None:
    """Who did what with whose words."""
    target, about = f"customer:{row.customer_id}", f"user:{row.user_id}"
    await audit.write(row.merchant_id, user_id, f"trainee.{deed}", target, now, about)


async def take_question(row: PendingReply, message_id: int | None, turn: Turn) -> None:
    """The question vanishes, which costs the group's budget nothing; what has not been asked yet is not."""
    await ticket_messages.recall_all(name_of(row), turn.now)
    if message_id is not None:
        said: dict[str, Any] = {"message_id": message_id}
        await outbox.put([_beside(row, Act.DELETE, f"asked:{turn.chat_id}:{message_id}", said, turn.now)])


def reaction(row: PendingReply, emoji: str, now: datetime) -> Outgoing:
    """On the trainee's message."""
    said = {"message_id": row.source_message_id, "emoji": emoji}
    return _beside(row, Act.REACT, f"{name_of(row)}:{emoji}:{now.timestamp():.3f}", said, now)


def _beside(row: PendingReply, act: Act, cause: str, said: dict[str, Any], now: datetime) -> Outgoing:
    return Outgoing(
        act=act,
        cause=cause,
        payload=said,
        priority=Priority.ANSWER,
        lane=f"{outbox.DESK}{row.customer_id}",
        due_at=now,
        chat_id=row.source_chat_id,
        customer_id=row.customer_id,
        merchant_id=row.merchant_id,
    )
