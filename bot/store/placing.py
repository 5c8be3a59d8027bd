"""In which group of its shop's desk a customer is: for life, and chosen once, where there is least to do."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.domain import desk_load
from bot.store import desks, sql

_PLACES = (
    "SELECT c.id, c.merchant_id, c.topic_chat_id, m.desk_chat_id FROM customer c"
    " JOIN merchant m ON m.id = c.merchant_id"
)
Home = tuple[int, int | None]
"""A shop and a group; None: the shop has no desk."""


async def homes(customers: Collection[int], wanted: Collection[int] = ()) -> dict[int, Home]:
    """Customer to (shop, the group his topic is or will be in); those `wanted` at a desk are given a group now."""
    if not customers:
        return {}
    where, param = sql.among("c.id", list(customers))
    found = await sql.records(f"{_PLACES} WHERE {where}", (param,))
    placed: dict[int, Home] = {}
    for one in found:
        group = one[2] if one[2] is not None else one[3]
        if one[0] in wanted and one[2] is None and group is not None:
            group = await _place(one)
        placed[one[0]] = (one[1], group)
    return placed


async def _place(customer: Mapping[Any, Any]) -> int:
    """Give a customer his group. A shop with one group needs none noted: it is where he will be."""
    customer_id, merchant_id, _, only = (customer[at] for at in range(4))
    if len(await desks.groups_of(merchant_id)) < 2:
        return int(only)
    chosen = desk_load.least([group.load for group in await desks.loads(merchant_id)], customer_id)
    await sql.run("UPDATE customer SET topic_chat_id = ? WHERE id = ? AND topic_chat_id IS NULL", (chosen, customer_id))
    found = await sql.records("SELECT topic_chat_id FROM customer WHERE id = ?", (customer_id,))
    return int(found[0][0])


async def address() -> int:
    """Address rows of desks that waited for their shop to bind a group, or lost theirs; how many."""
    found = await sql.records(
        "SELECT DISTINCT o.customer_id FROM outbox o JOIN merchant m ON m.id = o.merchant_id"
        " WHERE o.state = 'queued' AND o.chat_id IS NULL AND o.customer_id IS NOT NULL AND m.desk_chat_id IS NOT NULL"
        " ORDER BY o.customer_id"
    )
    customers = [row[0] for row in found]
    placed = await homes(customers, customers)
    await sql.run_many(
        "UPDATE outbox SET chat_id = ? WHERE customer_id = ? AND state = 'queued' AND chat_id IS NULL",
        [(group, customer_id) for customer_id, (_, group) in placed.items()],
    )
    return len(placed) + await sql.run(
        "UPDATE outbox SET chat_id = (SELECT m.desk_chat_id FROM merchant m WHERE m.id = outbox.merchant_id)"
        " WHERE state = 'queued' AND chat_id IS NULL AND customer_id IS NULL"
        " AND merchant_id IN (SELECT id FROM merchant WHERE desk_chat_id IS NOT NULL)"
    )
