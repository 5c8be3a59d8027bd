"""Who could not be reached, and whoever must hear of it: agents by a line in the topic."""

from datetime import datetime

from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.store import destinations, outbox

REACH = frozenset({"kicked", "deleted", "not_found", "forbidden", "blocked", "deactivated", "muted"})
"""Troubles of a desk that are over as soon as it takes a message."""
OF_GROUPS = frozenset({"kicked", "deleted"})
"""Reasons that only a group can have: met on the way to a person, they are about where a copy was to come from."""
_ROUSES = frozenset({Act.NOTICE, Act.TEXT, Act.COPY, Act.ALBUM})
"""What a customer should have read: if it cannot reach him his agents hear it, topic or not."""


async def person_lost(row: Leaving, user_id: int, reason: str, now: datetime) -> None:
    """Mark a person in all his shops; agents who deal with him, or whose shop just tried, are told once."""
    told = []
    for customer_id in await destinations.unreachable(user_id, reason, now):
        home = await destinations.home(customer_id)
        if home is None or home.desk_chat_id is None:
            continue
        if home.topic_id is not None or (row.customer_id == customer_id and row.act in _ROUSES):
            facts = {"reason": reason, "name": home.name, "at": now.isoformat()}
            told.append(_desk_row(customer_id, home.merchant_id, facts, now))
    await outbox.put(told)


def _desk_row(customer_id: int, merchant_id: int, facts: dict[str, str], now: datetime) -> Outgoing:
    return Outgoing(
        act=Act.DESK,
        cause=f"unreachable:{customer_id}:{now.isoformat()}",
        payload={"kind": "desk_unreachable", "facts": facts},
        priority=Priority.PERSON,
        lane=f"{outbox.DESK}{customer_id}",
        due_at=now,
        customer_id=customer_id,
        merchant_id=merchant_id,
    )
