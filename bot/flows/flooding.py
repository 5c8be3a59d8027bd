"""A customer who writes very fast: every word is kept, the desk reads them together, and he is told so once an hour."""

from datetime import datetime

from msgspec.structs import replace

from bot.domain.flood import GATHERED_FOR, SPAN, is_flood
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows.readers import reader_of
from bot.flows.turn import Answer, lane, payload
from bot.store import audit, customers, floods, outbox
from bot.store.models import Customer, Merchant
from bot.texts.bidi import utf16_len

LONGEST = 3500
"""UTF-16 units of what is shown together."""


async def gathered(customer: Customer, merchant: Merchant, row: Outgoing, now: datetime) -> Outgoing:
    """The row of his words, or one that shows them with those that wait already; the order is kept."""
    name = f"flood:{customer.id}"
    waits = await floods.waiting(name)
    if waits is None and not is_flood(await floods.said_since(customer.id, now - SPAN), now):
        return row
    if row.act is not Act.TEXT:
        await floods.close(name, now)
        return row
    if waits is None:
        await _tell(customer, merchant, now)
    text = row.payload["text"] if waits is None else f"{waits['text']}\n{row.payload['text']}"
    if utf16_len(text) > LONGEST:
        await floods.close(name, now)
        text = row.payload["text"]
    said = {"text": text, "message": row.payload["message"]}
    return replace(row, payload=said, collapse=name, due_at=now + GATHERED_FOR)


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
