"""Words of ours that an agent's command says to a customer: kept as his, so that he sees what became of them."""

from collections.abc import Mapping
from typing import Any

from bot.flows import relay
from bot.flows.agents import Agent, Place
from bot.flows.relay import Said
from bot.flows.turn import Turn
from bot.store import outbox, ticket_messages, tickets
from bot.store.models import TicketMessage
from bot.store.ticket_messages import OUT
from bot.texts.marked import with_entities
from bot.texts.messages import Reader, render


async def say(
    turn: Turn, where: Place, agent: Agent, kind: str, facts: Mapping[str, Any], reader: Reader
) -> TicketMessage | None:
    """They leave in his name, marked on his command (or on the button's message); None: they have before."""
    text, entities = with_entities(render(kind, {**facts, "at": turn.now.isoformat()}, reader).text)
    said = Said(turn.message_id or 0, text, entities=entities)
    ticket = await tickets.open_of(where.customer.id)
    ticket_id = ticket.id if ticket else None
    kept = await ticket_messages.keep(where.customer.id, ticket_id, OUT, agent.user_id, turn.chat_id, said, turn.now)
    if kept is not None:
        await outbox.put(await relay.rows(turn, where, agent, said, kept))
    return kept
