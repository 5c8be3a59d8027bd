"""What a customer replies to: whose message it was, where several shops write into the same chat."""

from collections.abc import Sequence

from bot.store import sql

_WHOSE = (
    "SELECT customer_id FROM ticket_message WHERE {his} AND target_chat_id = ? AND target_message_id = ?"
    " UNION ALL SELECT customer_id FROM ticket_message WHERE {his} AND source_chat_id = ? AND source_message_id = ?"
    " UNION ALL SELECT customer_id FROM outbox WHERE {his} AND chat_id = ? AND message_id = ? LIMIT 1"
)


async def customer(customer_ids: Sequence[int], chat_id: int, message_id: int) -> int | None:
    """Which of these customers (one person in several shops) the message of his private chat belongs to."""
    his, ids = sql.among("customer_id", customer_ids)
    found = await sql.rows(_WHOSE.format(his=his), (ids, chat_id, message_id) * 3)
    return int(found[0]["customer_id"]) if found else None
