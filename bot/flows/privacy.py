"""/mydata and /forgetme: what we keep of a person, and its end."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import draft_words
from bot.flows.turn import Answer, Answers, Turn, lane
from bot.store import audit, customers, drafts, erasure, outbox
from bot.store.models import Customer
from bot.store.ms import from_ms

CHUNK = 3800
"""UTF-16 units of one message of a document; Telegram takes 4096."""
CONFIRM_HOLDS = timedelta(minutes=10)
MOST_DELETED = 100
"""Messages taken out of the group: more would spend its budget for minutes."""


async def my_data(turn: Turn) -> Answers:
    """All that is kept of him as one JSON document, in as many messages as it takes."""
    kept = await erasure.of_person(turn.user_id)
    await _note(turn, await customers.of_user(turn.user_id), "mydata", turn.user_id)
    document = orjson.dumps(readable(kept), option=orjson.OPT_INDENT_2).decode()
    parts = list(chunks(document))
    intro = turn.outgoing(Answer("mydata", {"count": len(parts)}), 0)
    await outbox.put([intro, *(_part(turn, number, part) for number, part in enumerate(parts))])
    return None


async def _note(turn: Turn, his: Sequence[Customer], deed: str, user_id: int | None) -> None:
    """Each shop that knows him can see that he was given, or had erased, what is kept of him."""
    for one in his:
        await audit.write(one.merchant_id, user_id, f"customer.{deed}", f"customer:{one.id}", turn.now)


def readable(kept: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Milliseconds as ISO times, without what is empty."""
    return {name: [_row(row) for row in rows] for name, rows in kept.items() if rows}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    named = ((name.removesuffix("_ms") + "_at", from_ms(value).isoformat()) if name.endswith("_ms") else (name, value)
             for name, value in row.items() if value is not None)  # fmt: skip
    return dict(named)


def chunks(document: str) -> Iterator[str]:
    """Pieces that fit in a message, cut between lines where a line fits; together they are the document."""
    piece = ""
    for line in document.splitlines(keepends=True):
        if piece and utf16(piece) + utf16(line) > CHUNK:
            yield piece
            piece = ""
        piece += line
        while utf16(piece) > CHUNK:
            yield piece[: CHUNK // 2]
            piece = piece[CHUNK // 2 :]
    if piece:
        yield piece


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _part(turn: Turn, number: int, part: str) -> Outgoing:
    entities = [{"type": "pre", "offset": 0, "length": utf16(part), "language": "json"}]
    return Outgoing(
        act=Act.TEXT,
        cause=f"u{turn.update_id}:mydata:{number}",
        payload={"text": part, "entities": entities},
        priority=Priority.ANSWER,
        lane=lane(turn.chat_id),
        due_at=turn.now,
        chat_id=turn.chat_id,
    )


# ---- to be forgotten


async def forget(turn: Turn, step: str = "", at: str = "") -> Answers:
    """Asks twice; the last button erases, for ten minutes after it was shown."""
    if step == "no":
        return Answer("forget_kept", edit=turn.message_id)
    if step not in ("sure", "now"):
        return Answer("forget_ask", {}, _buttons("forget_yes", "sure", turn.now))
    if not _fresh(at, turn.now):
        return Answer("forget_late", edit=turn.message_id)
    if step == "sure":
        return Answer("forget_sure", {}, _buttons("forget_now", "now", turn.now), edit=turn.message_id)
    return await _erase(turn)


def _buttons(label: str, step: str, now: datetime) -> list[list[tuple[str, str]]]:
    return [[(label, f"forget:{step}:{int(now.timestamp())}")], [("forget_no", "forget:no")]]


def _fresh(at: str, now: datetime) -> bool:
    shown = int(at) if at.isascii() and at.isdecimal() and len(at) < 12 else 0
    return 0 <= int(now.timestamp()) - shown <= CONFIRM_HOLDS.total_seconds()


async def _erase(turn: Turn) -> Answers:
    mine = await customers.of_user(turn.user_id)
    ids = [one.id for one in mine]
    gone = await erasure.relayed(ids, turn.now)
    await erasure.erase(turn.user_id, ids, turn.now)
    await _note(turn, mine, "forgotten", None)
    shown = await drafts.shown_of(ids)
    rows = [_deletion(turn, chat_id, message_id) for chat_id, message_id in gone[-MOST_DELETED:]]
    for one in mine:
        rows += await _tell_desk(one.id, one.merchant_id, one.topic_id, turn)
    await outbox.put(rows)
    await draft_words.refresh(shown, f"u{turn.update_id}", turn.now)
    return Answer("forgotten", keyboard="gone")


def _deletion(turn: Turn, chat_id: int, message_id: int) -> Outgoing:
    return Outgoing(
        act=Act.DELETE,
        cause=f"forget:{chat_id}:{message_id}",
        payload={"message_id": message_id},
        priority=Priority.BULK,
        lane=lane(chat_id),
        due_at=turn.now,
        chat_id=chat_id,
    )


async def _tell_desk(customer_id: int, merchant_id: int, topic_id: int | None, turn: Turn) -> list[Outgoing]:
    """The agents see why the topic ends; the card shows nothing of him any more."""
    if topic_id is None:
        return []
    said: tuple[tuple[Act, dict[str, Any], str | None], ...] = (
        (Act.TOPIC, {"rename": True}, None),
        (Act.DESK, {"kind": "desk_forgotten", "facts": {"at": turn.now.isoformat()}}, None),
        (Act.CARD, {}, f"card:{customer_id}"),
    )
    return [
        Outgoing(
            act=act,
            cause=f"forgotten:{act}:{customer_id}:u{turn.update_id}",
            payload=payload,
            priority=Priority.NEWS,
            lane=f"desk:{customer_id}",
            due_at=turn.now,
            customer_id=customer_id,
            merchant_id=merchant_id,
            collapse=collapse,
        )
        for act, payload, collapse in said
    ]
