"""Words to a customer that wait for somebody to press Send."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.store import sql
from bot.store.models import PendingReply
from bot.store.ms import to_ms

TRAINEE, WARNED, MACRO, SUGGESTED = "trainee", "warned", "macro", "suggested"
WAITING, SENT, DROPPED, RENEWED = "waiting", "sent", "dropped", "renewed"
"""RENEWED: words that hold now were shown instead."""

Entities = Sequence[Mapping[str, Any]]


class Held(Struct, frozen=True):
    """What waits: `source` is the (chat, message) in which an agent wrote it, None for words of ours."""

    merchant_id: int
    customer_id: int
    user_id: int
    why: str
    text: str
    entities: Entities = ()
    media: str | None = None
    source: tuple[int, int] | None = None
    reply_to: int | None = None
    subject: str = ""


async def hold(held: Held, now: datetime) -> int | None:
    """The id under which it waits; None where this message waits already, or has been decided on."""
    chat_id, message_id = held.source or (None, None)
    found = await sql.rows(
        "INSERT INTO pending_reply (merchant_id, customer_id, user_id, why, subject, text, entities, media,"
        " source_chat_id, source_message_id, reply_to, state, made_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source_chat_id, source_message_id) DO NOTHING RETURNING id",
        (
            held.merchant_id,
            held.customer_id,
            held.user_id,
            held.why,
            held.subject,
            held.text,
            orjson.dumps(list(held.entities)).decode(),
            held.media,
            chat_id,
            message_id,
            held.reply_to,
            WAITING,
            to_ms(now),
        ),
    )
    return int(found[0]["id"]) if found else None


async def hold_again(pending_id: int, held: Held, now: datetime) -> None:
    """What was decided on waits once more, for other words."""
    await PendingReply.filter(id=pending_id).update(
        user_id=held.user_id,
        why=held.why,
        subject=held.subject,
        text=held.text,
        entities=orjson.dumps(list(held.entities)).decode(),
        media=held.media,
        state=WAITING,
        decided_by=None,
        decided_ms=None,
        made_ms=to_ms(now),
    )


async def find(pending_id: int) -> PendingReply | None:
    """What waits under this id, or waited."""
    return await PendingReply.get_or_none(id=pending_id)


async def decide(pending_id: int, state: str, user_id: int | None, now: datetime) -> bool:
    """Send it or drop it; False where somebody was faster."""
    touched = await PendingReply.filter(id=pending_id, state=WAITING).update(
        state=state, decided_by=user_id, decided_ms=to_ms(now)
    )
    return touched > 0


async def end(ids: Sequence[int], state: str, now: datetime) -> None:
    """Nobody decides on these any more."""
    await PendingReply.filter(id__in=list(ids), state=WAITING).update(state=state, decided_ms=to_ms(now))


async def at(chat_id: int, message_id: int) -> PendingReply | None:
    """What somebody wrote there and that waits, or waited."""
    return await PendingReply.get_or_none(source_chat_id=chat_id, source_message_id=message_id)


async def of_customer(customer_id: int) -> list[PendingReply]:
    """What waits to be said to him, oldest first."""
    return await PendingReply.filter(customer_id=customer_id, state=WAITING).order_by("id")


async def uproot(pending_id: int, now: datetime, *, keep_source: bool) -> None:
    """It waits anew, alone; its message is no longer there. `keep_source`: earlier words of it have left."""
    source = {} if keep_source else {"source_chat_id": None, "source_message_id": None, "reply_to": None}
    await PendingReply.filter(id=pending_id).update(subject="", made_ms=to_ms(now), **source)


async def together(row: PendingReply) -> list[PendingReply]:
    """What is decided at once: the items of an album that wait, oldest first; else itself alone."""
    if not row.subject:
        return [row]
    return await album(row.source_chat_id or 0, row.why, row.subject)


async def album(chat_id: int, why: str, name: str) -> list[PendingReply]:
    """The items of an album that wait there, oldest first."""
    same = PendingReply.filter(source_chat_id=chat_id, why=why, subject=name, state=WAITING)
    return await same.order_by("id")


async def undecided(why: str, before: datetime) -> list[PendingReply]:
    """What nobody has decided on and was made before then."""
    return await PendingReply.filter(why=why, state=WAITING, made_ms__lt=to_ms(before)).order_by("id")


async def stands_at(name: str) -> int | None:
    """The message that asks under this name; None where it has not left (or long ago)."""
    found = await sql.rows(
        "SELECT message_id FROM outbox WHERE collapse = ? AND state = 'sent' AND message_id IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        (name,),
    )
    return int(found[0]["message_id"]) if found else None


async def reword(source: tuple[int, int], text: str, entities: Entities) -> bool:
    """Its author has corrected it while it waits; False where it does not."""
    chat_id, message_id = source
    waiting = PendingReply.filter(source_chat_id=chat_id, source_message_id=message_id, state=WAITING)
    return await waiting.update(text=text, entities=orjson.dumps(list(entities)).decode()) > 0


async def changed(rows: Sequence[PendingReply], now: datetime) -> list[PendingReply]:
    """One of these was corrected: as they are together now, the first with the time of it."""
    await PendingReply.filter(id=rows[0].id, state=WAITING).update(made_ms=to_ms(now))
    return await together(await PendingReply.get(id=rows[0].id))
