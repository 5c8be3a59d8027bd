"""Rows of the outbox, and the shop and customers they belong to, as tests want them."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.store.models import Customer, Merchant

NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
GROUP = -100500
_numbers = count(1)


def row(act: Act, **given: Any) -> Outgoing:
    """Any row; its cause is new unless given."""
    usual: dict[str, Any] = {"cause": f"cause:{next(_numbers)}", "payload": {}, "due_at": NOON}
    return Outgoing(act=act, **(usual | given))


def answer(chat_id: int = 5, **changes: Any) -> Outgoing:
    """An answer into a private chat."""
    said = {"kind": "forget_kept", "facts": {"order": "1001"}, "reader": {"locale": "en"}}
    given = {"payload": said, "lane": f"chat:{chat_id}", "priority": Priority.ANSWER} | changes
    return row(Act.ANSWER, chat_id=chat_id, **given)


def private(act: Act, chat_id: int = 5, priority: Priority = Priority.PERSON, **changes: Any) -> Outgoing:
    """Anything else into a private chat."""
    return row(act, chat_id=chat_id, priority=priority, **({"lane": f"chat:{chat_id}"} | changes))


def desk(act: Act, customer_id: int = 1, priority: Priority = Priority.PERSON, **changes: Any) -> Outgoing:
    """Something into a customer's topic."""
    return row(act, customer_id=customer_id, priority=priority, lane=f"desk:{customer_id}", **changes)


async def shop(**changes: Any) -> Merchant:
    """A shop with its desk bound."""
    given: dict[str, Any] = {"name": "Lavender", "locale": "en", "desk_chat_id": GROUP, "created_ms": 0} | changes
    return await Merchant.create(**given)


async def customer(merchant: Merchant, user_id: int = 5, **changes: Any) -> Customer:
    """A customer of that shop, without a topic yet."""
    given: dict[str, Any] = {"merchant_id": merchant.id, "user_id": user_id, "name": "Layla", "created_ms": 0} | changes
    return await Customer.create(**given)
