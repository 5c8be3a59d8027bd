"""Who could not be reached, and whoever must hear of it: agents by a line in the topic or a mark on their words."""

from datetime import datetime

from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.flows import calls
from bot.store import destinations, outbox
from bot.store.destinations import Relayed

REACH = frozenset({"kicked", "deleted", "not_found", "forbidden", "blocked", "deactivated"})
"""Troubles of a desk that are over as soon as it takes a message."""
RIGHTS = frozenset({"no_rights", "no_forum"})
"""Troubles of a desk that are over as soon as a topic can be made in it."""
OF_GROUPS = frozenset({"kicked", "deleted"})
"""Reasons that only a group can have: met on the way to a person, they are about where a copy was to come from."""
_ROUSES = frozenset({Act.NOTICE, Act.TEXT, Act.COPY})
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


async def words_failed(row: Leaving, now: datetime) -> None:
    """A person's words that will not arrive: an agent sees it on his own message."""
    await mark_words(row, "failed", calls.FAILED, now)


async def mark_words(row: Leaving, fate: str, emoji: str, now: datetime) -> None:
    """Note the fate of the words a row carries; an agent's message gets the reaction."""
    message = row.payload.get("message")
    if row.act not in {Act.TEXT, Act.COPY} or message is None:
        return
    await destinations.words_fated(message, fate)
    words = await destinations.relayed(message)
    if words is not None and words.direction == "out":
        await outbox.put([_reaction(row, words, f"{fate}:{message}", emoji, now)])


def _reaction(row: Leaving, words: Relayed, cause: str, emoji: str, now: datetime) -> Outgoing:
    return Outgoing(
        act=Act.REACT,
        cause=cause,
        payload={"message_id": words.source_message_id, "emoji": emoji},
        priority=Priority.NEWS,
        lane=f"{outbox.DESK}{words.customer_id}",
        due_at=now,
        chat_id=words.source_chat_id,
        customer_id=words.customer_id,
        merchant_id=row.merchant_id,
        collapse=f"react:{words.source_chat_id}:{words.source_message_id}",
    )
