"""Who waits for a person's answer reads, when half of the time is gone, that he is not forgotten."""

from datetime import datetime, timedelta

import structlog

from bot.domain import hours
from bot.domain.feasts import feasts_around
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.store import core, outbox, promises
from bot.store.models import Customer, Merchant, Promise
from bot.store.ms import from_ms

log = structlog.get_logger(__name__)
HALF = hours.FIRST_RESPONSE / 2
"""Of the staffed time within which an answer is owed."""
TOO_LATE = timedelta(minutes=15)
"""So shortly before the answer is due a word in between is only noise."""


async def reassure(now: datetime) -> int:
    """A holding word to each whose answer is half due and unwritten, once an answer; returns how many."""
    said = 0
    for row in await promises.half_due(now - HALF, now + TOO_LATE):
        try:
            async with core.transaction():
                said += await _say(row, now)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("holding_word_not_said", promise=row.id)
    return said


async def _say(row: Promise, now: datetime) -> int:
    merchant = await Merchant.get(id=row.merchant_id)
    if now < _half(row, merchant):
        return 0
    customer = await Customer.get(id=row.customer_id)
    return len(await outbox.put([_word(row, customer, now)]))


def _half(row: Promise, merchant: Merchant) -> datetime:
    """When half of the staffed time is gone: nobody is told in the night that somebody is on it."""
    made_at = from_ms(row.made_ms)
    text = merchant.staffed or hours.default_staffed(merchant.country)
    return hours.answer_by(made_at, merchant.zone, text, HALF, feasts_around(merchant.country, made_at.year))


def _word(row: Promise, customer: Customer, now: datetime) -> Outgoing:
    due = from_ms(row.due_ms).isoformat()
    said = {"kind": "holding", "shipments": [], "promise": row.id, "expires_at": due, "facts": {"next_at": due}}
    return Outgoing(
        act=Act.NOTICE,
        cause=promises.holding_cause(row.id),
        payload=said,
        priority=Priority.WARNING,
        lane=f"chat:{customer.user_id}",
        due_at=now,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=row.merchant_id,
    )
