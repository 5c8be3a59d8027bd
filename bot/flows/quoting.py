"""What a reply quotes on the other side: the counterpart of what it replies to, if there is one."""

from typing import Any

from bot.store import counterparts
from bot.store.models import Customer


async def of(chat_id: int, reply_to: int | None, customer: Customer, there: int | None) -> dict[str, Any]:
    """The part of a payload that names the quoted message in the chat `there`; nothing where the quote falls away."""
    found = await counterparts.at(chat_id, reply_to) if reply_to is not None else None
    if found is None or found.customer_id != customer.id:
        return {}
    if found.here == "target":
        return {"reply_to": found.source_message_id} if found.source_chat_id == there else {}
    if found.target_message_id is None:
        return {"reply_of": found.id}
    return {"reply_to": found.target_message_id} if found.target_chat_id == there else {}
