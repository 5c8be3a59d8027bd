"""Where rows of the outbox go, and what is written down once they have arrived."""

from collections.abc import Collection, Sequence
from datetime import datetime

import orjson
from msgspec import Struct

from bot.store import desks, sql
from bot.store.ms import to_ms


class Home(Struct, frozen=True):
    """A customer, his topic and his shop's desk, as far as the dispatcher cares."""

    customer_id: int
    merchant_id: int
    user_id: int
    name: str
    unreachable_ms: int | None
    topic_chat_id: int | None
    topic_id: int | None
    topic_generation: int
    card_message_id: int | None
    desk_chat_id: int | None
    locale: str
    zone: str
    country: str | None
    topic_name: str | None = None
    topic_label: str | None = None
    topic_digest: int | None = None
    topic_closed: int = 0
    trouble: str | None = None
    probed: str | None = None

    @property
    def probed_ms(self) -> int | None:
        """When it was last tried, in vain, whether his group has topics."""
        return None if self.probed is None else int(self.probed)

    @property
    def chat_id(self) -> int | None:
        """The group his topic is in, or will be."""
        return self.desk_chat_id if self.topic_chat_id is None else self.topic_chat_id


_HOME = (
    "SELECT c.id, c.merchant_id, c.user_id, c.name, c.unreachable_ms, c.topic_chat_id, c.topic_id,"
    " c.topic_generation, c.card_message_id, m.desk_chat_id, m.locale, m.zone, m.country,"
    " c.topic_name, c.topic_label, c.topic_digest, c.topic_closed,"
    " COALESCE(g.trouble, CASE WHEN COALESCE(c.topic_chat_id, m.desk_chat_id) = m.desk_chat_id"
    " THEN m.desk_trouble END), k.value"
    " FROM customer c JOIN merchant m ON m.id = c.merchant_id"
    " LEFT JOIN desk_group g ON g.chat_id = COALESCE(c.topic_chat_id, m.desk_chat_id)"
    " LEFT JOIN mark k ON k.name = 'probed:' || CAST(COALESCE(c.topic_chat_id, m.desk_chat_id) AS TEXT)"
    " WHERE c.id = ?"
)
_LAST_ORDER = (
    "SELECT o.number FROM follow f JOIN shipment s ON s.id = f.shipment_id JOIN shop_order o ON o.id = s.order_id"
    " WHERE f.customer_id = ? ORDER BY f.id DESC LIMIT 1"
)


async def home(customer_id: int) -> Home | None:
    """Where a customer lives; None where there is no such customer any more."""
    found = await sql.records(_HOME, (customer_id,))
    return Home(*tuple(found[0])) if found else None


async def hours_of(customer_id: int, shipment_id: int | None) -> tuple[str, str | None]:
    """The zone a reader lives in (his own, else where the parcel goes, else the shop's) and his own quiet hours."""
    found = await sql.records(
        "SELECT COALESCE(p.zone, s.zone, m.zone), p.quiet FROM customer c JOIN merchant m ON m.id = c.merchant_id"
        " LEFT JOIN person p ON p.user_id = c.user_id LEFT JOIN shipment s ON s.id = ? WHERE c.id = ?",
        (shipment_id or 0, customer_id),
    )
    return (found[0][0], found[0][1]) if found else ("UTC", None)


async def last_order(customer_id: int) -> str | None:
    """The number of the order he followed last."""
    found = await sql.records(_LAST_ORDER, (customer_id,))
    return str(found[0][0]) if found else None


# ---- topics and cards


async def topic_made(customer_id: int, chat_id: int, topic_id: int, name: str, digest: int | None = None) -> None:
    """His topic exists; its card does not yet."""
    await sql.run(
        "UPDATE customer SET topic_chat_id = ?, topic_id = ?, topic_name = ?, topic_digest = ?, topic_closed = 0,"
        " card_message_id = NULL WHERE id = ?",
        (chat_id, topic_id, name, digest, customer_id),
    )


async def topic_gone(customer_id: int, topic_id: int) -> None:
    """That topic is no longer there; a newer one stays, and the group is still his."""
    await sql.run(
        "INSERT INTO old_topic (customer_id, chat_id, topic_id, generation, card_message_id)"
        " SELECT id, topic_chat_id, topic_id, topic_generation, card_message_id FROM customer"
        " WHERE id = ? AND topic_id = ? AND topic_chat_id IS NOT NULL ON CONFLICT (chat_id, topic_id) DO NOTHING",
        (customer_id, topic_id),
    )
    await sql.run(
        "UPDATE customer SET topic_id = NULL, card_message_id = NULL,"
        " topic_generation = topic_generation + 1 WHERE id = ? AND topic_id = ?",
        (customer_id, topic_id),
    )


async def topic_renamed(customer_id: int, name: str, digest: int | None = None) -> None:
    """His topic bears another name and icon."""
    await sql.run("UPDATE customer SET topic_name = ?, topic_digest = ? WHERE id = ?", (name, digest, customer_id))


async def topic_closed(customer_id: int, closed: bool) -> None:
    """His topic was closed, or is open again."""
    await sql.run("UPDATE customer SET topic_closed = ? WHERE id = ?", (int(closed), customer_id))


async def card_stands(customer_id: int, message_id: int | None) -> None:
    """Which message is his card; None: none."""
    await sql.run("UPDATE customer SET card_message_id = ? WHERE id = ?", (message_id, customer_id))


async def card_digest(customer_id: int) -> int | None:
    """What his card said when it was last sent by a row of its own."""
    found = await sql.records(
        "SELECT payload FROM outbox WHERE customer_id = ? AND state = 'sent' AND act = 'card' ORDER BY id DESC LIMIT 1",
        (customer_id,),
    )
    return orjson.loads(found[0][0]).get("digest") if found else None


# ---- live messages


async def live_digest(follow_id: int) -> int | None:
    """What a live message says now; None before it was sent."""
    found = await sql.records("SELECT live_digest FROM follow WHERE id = ? AND live_message_id > 0", (follow_id,))
    return int(found[0][0]) if found else None


async def was_repeat(customer_id: int, message_id: int) -> bool:
    """True for a live message that was sent as a possible repeat: as long as it stands it says so."""
    found = await sql.records(
        "SELECT payload FROM outbox WHERE customer_id = ? AND state = 'sent' AND act = 'live' AND message_id = ?",
        (customer_id, message_id),
    )
    return any(orjson.loads(one[0]).get("repeat") for one in found)


async def live_stands(follow_id: int, message_id: int | None, digest: int) -> None:
    """Which message is a follow's live one and what it says; None: none."""
    await sql.run(
        "UPDATE follow SET live_message_id = ?, live_digest = ? WHERE id = ?", (message_id, digest, follow_id)
    )


async def follows(customer_id: int, shipments: Collection[int]) -> list[tuple[int, bool]]:
    """(follow, whether it has a live message) of these shipments."""
    where, param = sql.among("shipment_id", list(shipments))
    found = await sql.records(
        f"SELECT id, live_message_id FROM follow WHERE customer_id = ? AND {where} ORDER BY id",  # noqa: S608
        (customer_id, param),
    )
    return [(int(one[0]), one[1] is not None) for one in found]


# ---- persons' words


class Relayed(Struct, frozen=True):
    """A person's message on its way to the other side."""

    customer_id: int
    direction: str
    source_chat_id: int
    source_message_id: int


async def relayed(messages: Sequence[int]) -> list[Relayed]:
    """The words that a row carries, oldest first."""
    which, param = sql.among("id", list(messages))
    statement = (
        "SELECT customer_id, direction, source_chat_id, source_message_id FROM ticket_message WHERE {which} ORDER BY id"
    )
    return [Relayed(*tuple(one)) for one in await sql.records(statement.replace("{which}", which), (param,))]


# ---- people and groups


async def unreachable(user_id: int, reason: str, now: datetime) -> list[int]:
    """Mark a person, and in every shop he is a customer of; the customers that were not marked before."""
    await sql.run("UPDATE person SET private_ms = NULL WHERE user_id = ?", (user_id,))
    found = await sql.records(
        "UPDATE customer SET unreachable_ms = ?, unreachable_reason = ? WHERE user_id = ? AND unreachable_ms IS NULL"
        " RETURNING id",
        (to_ms(now), reason, user_id),
    )
    return sorted(int(one[0]) for one in found)


_MOVES = (
    "UPDATE merchant SET desk_chat_id = ? WHERE desk_chat_id = ?",
    "UPDATE customer SET topic_chat_id = ? WHERE topic_chat_id = ?",
    "UPDATE ticket_message SET target_chat_id = ? WHERE target_chat_id = ?",
    "UPDATE pending_reply SET source_chat_id = ? WHERE source_chat_id = ? AND NOT EXISTS"
    " (SELECT 1 FROM pending_reply p WHERE p.source_chat_id = ?"
    " AND p.source_message_id = pending_reply.source_message_id)",
    "UPDATE draft_post SET chat_id = ? WHERE chat_id = ?",
    "DELETE FROM old_topic WHERE chat_id = ? OR chat_id = ?",
    "UPDATE ticket_message SET source_chat_id = ? WHERE source_chat_id = ? AND NOT EXISTS"
    " (SELECT 1 FROM ticket_message t WHERE t.source_chat_id = ?"
    " AND t.source_message_id = ticket_message.source_message_id)",
    "UPDATE outbox SET chat_id = ? WHERE chat_id = ? AND state IN ('queued', 'leaving')",
)


async def move_chat(old: int, new: int) -> None:
    """A group became a supergroup: everything that names the old number names the new one."""
    await desks.moved(old, new)
    for statement in _MOVES:
        await sql.run(statement, (new, old, new)[: statement.count("?")])
    # A group's own lanes are named after it: `group:<chat>` and `group:<chat>:<topic>`.
    await sql.run(
        "UPDATE outbox SET lane = 'group:' || CAST(? AS TEXT) || SUBSTR(lane, ?)"
        " WHERE state = 'queued' AND (lane = ? OR lane LIKE ?)",
        (str(new), len(f"group:{old}") + 1, f"group:{old}", f"group:{old}:%"),
    )
