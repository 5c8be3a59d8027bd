"""A customer who writes very fast: all is kept, words are read together, media come apart, he is told once an hour."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from msgspec.structs import replace

from bot.domain.flood import GATHERED_FOR, SPACED, SPAN, is_flood
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import spoken
from bot.flows.readers import reader_of
from bot.flows.spoken import Content
from bot.flows.turn import Answer, lane, payload
from bot.store import audit, customers, floods, outbox
from bot.store.floods import Waiting
from bot.store.models import Customer, Merchant, TicketMessage
from bot.store.tickets import Words
from bot.texts.bidi import utf16_len
from bot.texts.splitting import LONGEST

MOST_TOGETHER = 3500
"""UTF-16 units of what is shown together; the rest is left to corrections."""
GROUP = "flood:"
"""Words that are shown together are an album named after the first of them."""
_QUOTES = ("reply_to", "reply_of")


async def gathered(customer: Customer, merchant: Merchant, row: Outgoing, now: datetime) -> Outgoing:
    """The row of his words, or one that shows them with those that wait already; the order is kept."""
    name = f"{GROUP}{customer.id}"
    queue = await floods.waiting(customer.id)
    open_one = next((one for one in queue if one.collapse == name), None)
    if open_one is None and not is_flood(await floods.said_since(customer.id, now - SPAN), now):
        return _behind(row, queue, now)
    due_at = max(now, await floods.last_due(customer.id) + SPACED)
    if row.act is not Act.TEXT:
        await floods.close(name)
        return replace(row, due_at=due_at)
    if open_one is None:
        await _tell(customer, merchant, now)
    said = await _joined(row, open_one, name)
    return replace(row, payload=said, cause=_cause(row.cause), collapse=name, due_at=max(due_at, now + GATHERED_FOR))


def _behind(row: Outgoing, queue: Sequence[Waiting], now: datetime) -> Outgoing:
    """No sooner than what waits before it."""
    return replace(row, due_at=max(now, *(one.due_at for one in queue))) if queue else row


async def _joined(row: Outgoing, waits: Waiting | None, name: str) -> dict[str, Any]:
    """What is shown once these words have come to those that wait; what has a quote of its own begins anew."""
    message, quote = row.payload["message"], _quote(row.payload)
    before = waits.payload["messages"] if waits is not None and not quote else []
    mates = await floods.of_group(_group(before[0])) if before else []
    content = Content(Act.TEXT, row.payload)
    if mates:
        content = spoken.together([*_words(mates), _own(row)])
    if waits is not None and (not mates or utf16_len(content.payload["text"]) > MOST_TOGETHER):
        await floods.close(name)
        before, content = [], Content(Act.TEXT, row.payload)
    messages = [*before, message]
    await floods.join(message, _group(messages[0]))
    words = {key: content.payload[key] for key in ("text", "entities") if key in content.payload}
    return words | {"messages": messages} | (_quote(waits.payload) if waits is not None and before else quote)


def _quote(said: dict[str, Any]) -> dict[str, Any]:
    return {key: said[key] for key in _QUOTES if key in said}


def _group(first: int) -> str:
    return f"{GROUP}{first}"


def _cause(cause: str) -> str:
    """A name of its own: the words of one message must not take the place of all."""
    return f"{GROUP}{cause}"


def _own(row: Outgoing) -> Words:
    return Words(0, row.payload["text"], entities=row.payload.get("entities", ()))


def _words(kept: Sequence[TicketMessage]) -> list[Words]:
    marks = [orjson.loads(one.entities) if one.entities else () for one in kept]
    return [
        Words(one.source_message_id, one.text, entities=entities) for one, entities in zip(kept, marks, strict=True)
    ]


async def in_order(row: Outgoing, now: datetime) -> Outgoing:
    """The row, no sooner than what waits before it."""
    return _behind(row, await floods.waiting(row.customer_id or 0), now)


# ---- corrected


def is_together(kept: TicketMessage) -> bool:
    """True for words that are shown with others in one message."""
    return kept.album is not None and kept.album.startswith(GROUP)


async def corrected(kept: TicketMessage) -> tuple[Content, str] | None:
    """All that stands in that message as it is kept now, and the cause by which it waits; None where it is too much."""
    mates = await floods.of_group(kept.album or "")
    content = spoken.together(_words(mates))
    if any(one.media for one in mates) or utf16_len(content.payload["text"]) > LONGEST:
        return None
    last = mates[-1]
    return content, _cause(f"in:{last.source_chat_id}:{last.source_message_id}")


# ---- told


async def _tell(customer: Customer, merchant: Merchant, now: datetime) -> None:
    reader = reader_of(merchant, await customers.person(customer.user_id), customer)
    traits = {"locale": reader.locale, "zone": reader.zone, "calendar": reader.calendar, "digits": reader.digits}
    told = Outgoing(
        act=Act.ANSWER,
        cause=f"flood:{customer.id}:{now:%Y%m%d%H}",
        payload=payload(Answer("flood_noted"), traits, now=now),
        priority=Priority.ANSWER,
        lane=lane(customer.user_id),
        due_at=now,
        chat_id=customer.user_id,
        merchant_id=merchant.id,
    )
    if await outbox.put([told]):
        await audit.by_itself([(merchant.id, "customer.flood", f"customer:{customer.id}")], now)
