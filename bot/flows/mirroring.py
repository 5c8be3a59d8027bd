"""Reactions are mirrored: what one side shows under a message, the bot shows under its counterpart."""

from collections.abc import Sequence
from typing import Any

import orjson

from bot.domain import reactions
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows.agents import Agent, Place
from bot.flows.turn import Answers, Turn, lane
from bot.store import counterparts, customers, outbox
from bot.store.counterparts import Counterpart
from bot.store.models import Customer
from bot.store.ticket_messages import OUT


async def place(chat_id: int, message_id: int) -> Place | None:
    """Whose words at a desk a reaction is about: it does not say in which topic it was made."""
    found = await counterparts.at(chat_id, message_id)
    customer = await customers.customer(found.customer_id) if found is not None else None
    if customer is None or customer.topic_chat_id != chat_id:
        return None
    return Place(customer, await customers.merchant(customer.merchant_id))


async def customer_reacts(turn: Turn, message_id: int, emoji: Sequence[str]) -> Answers:
    """His reaction in private: shown under the counterpart in his topic."""
    found = await counterparts.at(turn.chat_id, message_id)
    customer = await customers.customer(found.customer_id) if found is not None else None
    if found is None or customer is None or customer.user_id != turn.user_id or customer.banned_ms is not None:
        return None
    group = found.source_chat_id if found.direction == OUT else found.target_chat_id or customer.topic_chat_id
    if group is not None and group == customer.topic_chat_id:
        lane_of = f"{outbox.DESK}{customer.id}"
        await outbox.put([_mirror(turn, customer, found, group, lane_of, reactions.shown(emoji))])
    return None


async def agent_reacts(turn: Turn, where: Place, agent: Agent, message_id: int, emoji: Sequence[str]) -> Answers:
    """A colleague's reaction at the desk: the customer sees the latest of all of them."""
    found = await counterparts.at(turn.chat_id, message_id)
    if found is None or found.customer_id != where.customer.id or where.is_forgotten:
        return None
    known: dict[str, str] = orjson.loads(found.reactions) if found.reactions else {}
    now = reactions.after(known, str(agent.user_id), reactions.shown(emoji))
    await counterparts.set_reactions(found.id, now)
    if reactions.latest(now) != reactions.latest(known):
        customer = where.customer
        shown = reactions.latest(now)
        await outbox.put([_mirror(turn, customer, found, customer.user_id, lane(customer.user_id), shown)])
    return None


def _mirror(turn: Turn, customer: Customer, found: Counterpart, chat_id: int, lane_of: str, emoji: str) -> Outgoing:
    """Under the counterpart, which may still be on its way."""
    where: dict[str, Any] = {"of": found.id} if found.there is None else {"message_id": found.there}
    name = f"mirror:{chat_id}:{found.id}:{found.here}"
    return Outgoing(
        act=Act.REACT,
        cause=f"{name}:u{turn.update_id}",
        payload=where | {"emoji": emoji},
        priority=Priority.NEWS,
        lane=lane_of,
        due_at=turn.now,
        chat_id=chat_id,
        customer_id=customer.id,
        merchant_id=customer.merchant_id,
        collapse=name,
    )
