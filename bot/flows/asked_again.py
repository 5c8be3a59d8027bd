"""Words that wait for a tap and whose topic is gone: the question is put again where the talk goes on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.outgoing import Act, Outgoing
from bot.flows import agents, pending_replies, trainees
from bot.flows.cards import desk_row
from bot.store import audit, customers, outbox, pending, ticket_messages
from bot.store.models import Customer, PendingReply
from bot.store.ms import from_ms
from bot.store.pending import TRAINEE, WARNED

HOLDS: Mapping[str, timedelta] = {TRAINEE: trainees.HOLDS, WARNED: pending_replies.HOLDS}
"""Why words wait → how long they could have been let go."""


async def topic_gone(customer_id: int, chat_id: int, now: datetime) -> None:
    """The topic in that group is no longer there, and what was said in it neither."""
    await _put([one for one in await pending.of_customer(customer_id) if one.source_chat_id == chat_id], now)


async def topic_made(customer_id: int, chat_id: int, now: datetime) -> None:
    """The talk goes on in that group: whoever was asked in another is asked no more."""
    await _put([one for one in await pending.of_customer(customer_id) if one.source_chat_id != chat_id], now)


async def _put(found: list[PendingReply], now: datetime) -> None:
    waiting = [one for one in found if one.why in HOLDS and now - from_ms(one.made_ms) <= HOLDS[one.why]]
    customer = await customers.customer(waiting[0].customer_id) if waiting else None
    if customer is not None:
        await outbox.put([await _question(customer, one, now) for one in waiting if one.source_message_id is not None])


async def _question(customer: Customer, row: PendingReply, now: datetime) -> Outgoing:
    """Text can still be sent, shown whole; a picture went with its message, so its author is to say it again."""
    who = await agents.name_of(row.merchant_id, row.user_id)
    facts: dict[str, Any] = {"at": now.isoformat(), "who": who, row.why: True}
    if row.media is not None:
        await pending.decide(row.id, trainees.GONE, None, now)
        await audit.by_itself([(row.merchant_id, f"reply.{row.why}.{trainees.GONE}", f"customer:{customer.id}")], now)
        said: dict[str, Any] = {"kind": "reply_lost", "facts": facts}
    else:
        is_correction = await ticket_messages.by_source(row.source_chat_id or 0, row.source_message_id or 0) is not None
        await pending.uproot(row.id, now, keep_source=is_correction)
        under = pending_replies.once_more(await PendingReply.get(id=row.id))
        said = {"kind": "reply_uprooted", "facts": pending_replies.shown(row.text, **facts), "buttons": under}
    return desk_row(customer, Act.DESK, f"uprooted:{row.id}:{customer.topic_generation}", said, now)
