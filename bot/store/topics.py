"""Topics of the desk: whose each is, whom it concerns, and what has been said to him before."""

from collections.abc import Sequence

from msgspec import Struct

from bot.store import desks, sql
from bot.store.models import Customer, Member

TOLD = "c.topic_id IS NOT NULL"


async def customer_of(chat_id: int, topic_id: int) -> Customer | None:
    """Whose topic it is; None for General and for topics of nobody's."""
    found = await Customer.get_or_none(topic_chat_id=chat_id, topic_id=topic_id)
    return found or await _once_of(chat_id, topic_id)


async def _once_of(chat_id: int, topic_id: int) -> Customer | None:
    """Whose it was before Telegram archived it: people see it still. Only in a group that is the shop's now."""
    found = await sql.records(
        "SELECT c.id FROM old_topic o JOIN customer c ON c.id = o.customer_id JOIN merchant m ON m.id = c.merchant_id"
        " WHERE o.chat_id = ? AND o.topic_id = ? AND (m.desk_chat_id = o.chat_id OR EXISTS"
        " (SELECT 1 FROM desk_group g WHERE g.chat_id = o.chat_id AND g.merchant_id = m.id))",
        (chat_id, topic_id),
    )
    return await Customer.get(id=found[0][0]) if found else None


async def back_from_gone(customer_id: int, chat_id: int) -> None:
    """The topic that was thought gone is there: the whole group only shows none. Nothing where a newer one is."""
    found = await sql.records(
        "SELECT o.topic_id, o.card_message_id FROM old_topic o JOIN customer c ON c.id = o.customer_id"
        " WHERE c.id = ? AND c.topic_id IS NULL AND o.chat_id = ? AND o.generation = c.topic_generation - 1",
        (customer_id, chat_id),
    )
    if not found:
        return
    topic_id, card_message_id = tuple(found[0])
    await sql.run(
        "UPDATE customer SET topic_chat_id = ?, topic_id = ?, card_message_id = ?,"
        " topic_generation = topic_generation - 1 WHERE id = ?",
        (chat_id, topic_id, card_message_id, customer_id),
    )
    await sql.run("DELETE FROM old_topic WHERE chat_id = ? AND topic_id = ?", (chat_id, topic_id))


async def spoken_of(chat_id: int, message_id: int) -> Customer | None:
    """The customer whose words, or words to whom, a message of a group is."""
    found = await sql.records(
        "SELECT customer_id FROM ticket_message WHERE (target_chat_id = ? AND target_message_id = ?)"
        " OR (source_chat_id = ? AND source_message_id = ?) ORDER BY id DESC LIMIT 1",
        (chat_id, message_id, chat_id, message_id),
    )
    customer = await Customer.get_or_none(id=found[0][0]) if found else None
    return customer if customer is not None and chat_id in await desks.groups_of(customer.merchant_id) else None


async def member(merchant_id: int, user_id: int) -> Member | None:
    """A person's own role in a shop, if he was given one."""
    return await Member.get_or_none(merchant_id=merchant_id, user_id=user_id)


async def named(merchant_id: int, alias: str) -> int | None:
    """A colleague by the name he goes by at this desk."""
    found = await sql.rows(
        "SELECT user_id FROM member WHERE merchant_id = ? AND lower(alias) = ? ORDER BY id LIMIT 1",
        (merchant_id, alias.lower()),
    )
    return int(found[0]["user_id"]) if found else None


async def with_tickets(shipment_ids: Sequence[int]) -> list[Customer]:
    """Followers of these shipments who have a topic and an open ticket: their cards are being read."""
    his, ids = sql.among("f.shipment_id", shipment_ids)
    found = await sql.rows(
        "SELECT DISTINCT c.id FROM follow f JOIN customer c ON c.id = f.customer_id"  # noqa: S608
        f" JOIN ticket t ON t.customer_id = c.id AND t.closed_ms IS NULL WHERE {TOLD} AND {his}",
        (ids,),
    )
    return await Customer.filter(id__in=[row["id"] for row in found]).order_by("id") if found else []


async def of_person(user_id: int) -> list[Customer]:
    """A person as a customer of each shop whose desk has a topic of his."""
    return await Customer.filter(user_id=user_id, topic_id__not_isnull=True).order_by("id")


async def several(customer_ids: Sequence[int]) -> list[Customer]:
    """Customers by their ids."""
    return await Customer.filter(id__in=list(customer_ids)).order_by("id") if customer_ids else []


async def ban(customer_id: int, at_ms: int | None) -> None:
    """His words no longer reach the desk; None: they do again."""
    await Customer.filter(id=customer_id).update(banned_ms=at_ms)


# ---- what they are called


class Stands(Struct, frozen=True):
    """How a customer's latest ticket stands, and the title that his topic bears."""

    customer_id: int
    state: str
    due_ms: int | None
    snoozed_ms: int | None
    promised_ms: int | None
    digest: int | None


_STANDS = (
    "SELECT c.id, t.state, t.due_ms, t.snoozed_ms, t.promised_ms, c.topic_digest"
    " FROM ticket t JOIN customer c ON c.id = t.customer_id"
)


async def stands(customer_id: int) -> Stands | None:
    """By his open ticket, else the last of those that are over; None where there never was one."""
    found = await sql.records(
        f"{_STANDS} WHERE c.id = ? ORDER BY CASE WHEN t.closed_ms IS NULL THEN 0 ELSE 1 END, t.id DESC LIMIT 1",
        (customer_id,),
    )
    return Stands(*tuple(found[0])) if found else None


async def counting_down() -> list[Stands]:
    """Of those whose topic shows how much time is left."""
    found = await sql.records(f"{_STANDS} WHERE t.due_ms IS NOT NULL AND t.closed_ms IS NULL AND {TOLD} ORDER BY t.id")
    return [Stands(*tuple(one)) for one in found]


async def call(customer_id: int, label: str | None) -> None:
    """What a person calls the topic; None: what we call it."""
    await Customer.filter(id=customer_id).update(topic_label=label)


async def now_called(customer_id: int, name: str) -> None:
    """The name that it bears, whoever gave it."""
    await Customer.filter(id=customer_id).update(topic_name=name)
