"""`/why` in reply to a message: what became of it, in words, where a mark says too little."""

from bot.flows.agents import Agent, Place, told
from bot.flows.turn import Answer, Turn
from bot.store import counterparts, ticket_messages
from bot.store.ticket_messages import IN, NOTE
from bot.store.tickets import Words

KNOWN = frozenset(
    {"blocked", "deactivated", "not_started", "not_copied", "too_large", "uncorrected", "album_item", "vanished"}
)
"""Reasons that have words of their own; any other one is named as refused by Telegram."""


async def why(turn: Turn, where: Place, agent: Agent, replied: Words | None) -> Answer:
    """It arrived, waits, may have arrived, or did not, and why."""
    if replied is None:
        return told(turn, where, "desk_why_usage")
    kept = await ticket_messages.by_source(turn.chat_id, replied.message_id)
    if kept is not None and kept.customer_id == where.customer.id:
        fate = NOTE if kept.direction == NOTE else kept.fate
        reason = kept.trouble if kept.trouble in KNOWN else "refused" if kept.trouble else ""
        return told(turn, where, "desk_why", fate=fate, reason=reason)
    found = await counterparts.at(turn.chat_id, replied.message_id)
    theirs = found is not None and found.direction == IN and found.customer_id == where.customer.id
    return told(turn, where, "desk_why", fate="theirs") if theirs else told(turn, where, "desk_why_usage")
