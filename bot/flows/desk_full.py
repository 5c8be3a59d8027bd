"""A group that has more to say than Telegram lets it: its agents and the owners hear it once, and that it is over.

It costs the group one message, said before all others; when it is over that message is edited.
"""

from datetime import datetime
from typing import Any

from bot.domain import desk_load
from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import owners
from bot.flows.turn import Answer, lane, payload
from bot.store import core, desk_queue, merchants, outbox
from bot.store.desk_queue import Queue


async def look(now: datetime) -> int:
    """Tell of groups that are full by now, or no longer; how many."""
    changed = [queue for queue in await desk_queue.queues(now) if _is_full(queue) is (queue.full_at is None)]
    for queue in changed:
        async with core.transaction():
            await (_began(queue, now) if queue.full_at is None else _ended(queue, queue.full_at, now))
    return len(changed)


def _is_full(queue: Queue) -> bool:
    return desk_load.is_full(queue.words + queue.topics, was_full=queue.full_at is not None)


async def _began(queue: Queue, now: datetime) -> None:
    wait = desk_load.behind(queue.words + queue.topics)
    facts = {"words": queue.words, "minutes": -int(-wait.total_seconds() // 60), "group": queue.title}
    await desk_queue.set_full(queue.chat_id, now)
    await outbox.put(
        [
            await _row(queue, Answer("desk_full", facts), _cause(queue, now), Priority.FIRST, now),
            *await owners.rows_for(queue.merchant_id, "desk_full_owner", facts, _cause(queue, now), now),
        ]
    )


async def _ended(queue: Queue, since: datetime, now: datetime) -> None:
    await desk_queue.set_full(queue.chat_id, None)
    cause = _cause(queue, since)
    facts = {"since_at": since.isoformat(), "group": queue.title}
    rows = await owners.rows_for(queue.merchant_id, "desk_eased_owner", facts, f"{cause}:over", now)
    message_id = await desk_queue.message_of(cause)
    if message_id is not None:
        over = Answer("desk_eased", facts, edit=message_id)
        rows.append(await _row(queue, over, f"{cause}:over", Priority.LIVE, now))
    await outbox.put(rows)


def _cause(queue: Queue, since: datetime) -> str:
    return f"full:{queue.chat_id}:{since.timestamp():.0f}"


async def _row(queue: Queue, answer: Answer, cause: str, priority: Priority, now: datetime) -> Outgoing:
    """Into General, in the shop's language."""
    shop = await merchants.find(queue.merchant_id)
    reader: dict[str, Any] = {name: shop[name] for name in ("locale", "zone", "country")}
    return Outgoing(
        act=Act.ANSWER,
        cause=cause,
        payload=payload(answer, reader, now=now),
        priority=priority,
        lane=lane(queue.chat_id),
        due_at=now,
        chat_id=queue.chat_id,
        merchant_id=queue.merchant_id,
    )
