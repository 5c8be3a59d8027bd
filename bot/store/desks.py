"""Which groups are desks of which shop. One of them (in the shop's row) hears what concerns all its agents."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from bot.domain.desk_load import Load
from bot.domain.outgoing import Priority
from bot.store import sql
from bot.store.ms import to_ms


class Group(Struct, frozen=True):
    """A bound group as the shop's people see it."""

    load: Load
    title: str = ""
    trouble: str | None = None


_INSTEAD = "UPDATE merchant SET desk_chat_id = ?, desk_trouble = NULL WHERE id = ?"
_FIRST = f"{_INSTEAD} AND desk_chat_id IS NULL"


async def bind(merchant_id: int, chat_id: int, title: str, now: datetime, *, beside: bool) -> None:
    """Make the group a desk of the shop's; `beside` the groups it has, else in their place."""
    if not beside:
        await sql.run("DELETE FROM desk_group WHERE merchant_id = ? AND chat_id <> ?", (merchant_id, chat_id))
    await _add(merchant_id, chat_id, title, now)
    await sql.run(_FIRST if beside else _INSTEAD, (chat_id, merchant_id))
    await _leave_topics(merchant_id)
    await _share_what_waits(merchant_id)


async def _share_what_waits(merchant_id: int) -> None:
    """Who waits for his first topic may come to any of the groups."""
    await sql.run(
        "UPDATE outbox SET chat_id = NULL WHERE merchant_id = ? AND state = 'queued' AND lane LIKE 'desk:%'"
        " AND customer_id IN (SELECT id FROM customer WHERE merchant_id = ? AND topic_id IS NULL"
        " AND topic_chat_id IS NULL)",
        (merchant_id, merchant_id),
    )


async def _add(merchant_id: int, chat_id: int, title: str, now: datetime) -> None:
    await sql.run(
        "INSERT INTO desk_group (chat_id, merchant_id, title, bound_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (chat_id) DO UPDATE SET title = excluded.title, trouble = NULL"
        " WHERE desk_group.merchant_id = excluded.merchant_id",
        (chat_id, merchant_id, title[:128], to_ms(now)),
    )


async def release(merchant_id: int, chat_id: int) -> None:
    """The group is no desk any more: its customers will have topics in the others, of which the first comes forward."""
    await sql.run("DELETE FROM desk_group WHERE chat_id = ? AND merchant_id = ?", (chat_id, merchant_id))
    left = await sql.records(
        "SELECT chat_id, trouble FROM desk_group WHERE merchant_id = ? ORDER BY bound_ms, chat_id LIMIT 1",
        (merchant_id,),
    )
    await sql.run(
        "UPDATE merchant SET desk_chat_id = ?, desk_trouble = ? WHERE id = ? AND desk_chat_id = ?",
        (*(left[0] if left else (None, None)), merchant_id, chat_id),
    )
    await _leave_topics(merchant_id)


_LEAVE = (
    "UPDATE customer SET topic_chat_id = NULL, topic_id = NULL, card_message_id = NULL,"
    " topic_generation = topic_generation + 1 WHERE merchant_id = ? AND topic_chat_id IS NOT NULL"
    " AND NOT {topic_chat_id}",
    "UPDATE outbox SET chat_id = NULL WHERE merchant_id = ? AND state = 'queued' AND lane LIKE 'desk:%'"
    " AND act <> 'react' AND chat_id IS NOT NULL AND NOT {chat_id}",
)


async def _leave_topics(merchant_id: int) -> None:
    """Topics in groups that are the shop's no more are nobody's: what is said there reaches no customer."""
    groups = sorted(await groups_of(merchant_id))
    for statement, column in zip(_LEAVE, ("topic_chat_id", "chat_id"), strict=True):
        bound, param = sql.among(column, groups)
        await sql.run(statement.format(**{column: bound}), (merchant_id, param))


async def shop_of(chat_id: int) -> int | None:
    """The shop whose desk a group is."""
    found = await sql.rows(
        "SELECT id FROM merchant WHERE desk_chat_id = ? UNION SELECT merchant_id FROM desk_group WHERE chat_id = ?",
        (chat_id, chat_id),
    )
    return int(found[0]["id"]) if found else None


_GROUPS = (
    "SELECT chat_id, title, trouble, bound_ms FROM desk_group WHERE merchant_id = ?"
    " UNION SELECT m.desk_chat_id, '', m.desk_trouble, 0 FROM merchant m WHERE m.id = ? AND m.desk_chat_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM desk_group g WHERE g.chat_id = m.desk_chat_id)"
)


async def any_bound() -> bool:
    """Whether any shop has a desk."""
    return bool(await sql.records("SELECT 1 FROM merchant WHERE desk_chat_id IS NOT NULL LIMIT 1"))


async def groups_of(merchant_id: int) -> set[int]:
    """All groups of a shop."""
    return {row["chat_id"] for row in await sql.rows(_GROUPS, (merchant_id, merchant_id))}


_OPEN = (
    "SELECT c.topic_chat_id, COUNT(*) FROM ticket t JOIN customer c ON c.id = t.customer_id"
    " WHERE t.merchant_id = ? AND t.closed_ms IS NULL AND c.topic_chat_id IS NOT NULL GROUP BY c.topic_chat_id"
)
_WAITING = "SELECT chat_id, COUNT(*) FROM outbox WHERE state = 'queued' AND priority = ? AND {among} GROUP BY chat_id"
_TOPICS = "SELECT topic_chat_id, COUNT(*) FROM customer WHERE {among} GROUP BY topic_chat_id"


async def loads(merchant_id: int) -> list[Group]:
    """The groups of a shop with what they carry, in the order in which they were bound."""
    bound = await sql.rows(f"{_GROUPS} ORDER BY bound_ms, chat_id", (merchant_id, merchant_id))
    chats = [row["chat_id"] for row in bound]
    among, param = sql.among("chat_id", chats)
    waiting = await _counted(_WAITING.format(among=among), int(Priority.PERSON), param)
    opened = await _counted(_OPEN, merchant_id)
    among, param = sql.among("topic_chat_id", chats)
    topics = await _counted(_TOPICS.format(among=among), param)
    return [
        Group(
            Load(chat, waiting.get(chat, 0), opened.get(chat, 0), topics.get(chat, 0), row["trouble"] is not None),
            row["title"],
            row["trouble"],
        )
        for chat, row in zip(chats, bound, strict=True)
    ]


async def _counted(statement: str, *params: object) -> dict[int, int]:
    return {row[0]: row[1] for row in await sql.records(statement, params)}


async def with_tickets(chat_id: int) -> list[int]:
    """Customers whose place is in the group and who have an open ticket."""
    found = await sql.records(
        "SELECT DISTINCT c.id FROM customer c JOIN ticket t ON t.customer_id = c.id AND t.closed_ms IS NULL"
        " WHERE c.topic_chat_id = ? ORDER BY c.id",
        (chat_id,),
    )
    return [row[0] for row in found]


async def entitle(chat_id: int, title: str) -> None:
    """What a group is called now."""
    await sql.run(
        "UPDATE desk_group SET title = ? WHERE chat_id = ? AND title <> ?", (title[:128], chat_id, title[:128])
    )


async def title_of(chat_id: int) -> str:
    """What a group is called, as far as we know."""
    found = await sql.records("SELECT title FROM desk_group WHERE chat_id = ?", (chat_id,))
    return str(found[0][0]) if found else ""


async def set_trouble(merchant_id: int, chat_id: int, trouble: str | None) -> bool:
    """Note what is wrong with a group of the shop's (None: nothing); False where that was known."""
    further = await sql.run(
        "UPDATE desk_group SET trouble = ? WHERE chat_id = ? AND COALESCE(trouble, '') <> ?",
        (trouble, chat_id, trouble or ""),
    )
    first = await sql.run(
        "UPDATE merchant SET desk_trouble = ? WHERE id = ? AND desk_chat_id = ? AND COALESCE(desk_trouble, '') <> ?",
        (trouble, merchant_id, chat_id, trouble or ""),
    )
    return further + first > 0


_WORKS = (
    "UPDATE merchant SET desk_trouble = NULL WHERE desk_chat_id = ? AND {desk_trouble}",
    "UPDATE desk_group SET trouble = NULL WHERE chat_id = ? AND {trouble}",
)


async def works(chat_id: int, troubles: Collection[str]) -> bool:
    """The group took a message: such troubles are over; False where there were none."""
    mended = 0
    for statement, column in zip(_WORKS, ("desk_trouble", "trouble"), strict=True):
        over, param = sql.among(column, list(troubles))
        mended += await sql.run(statement.format(**{column: over}), (chat_id, param))
    return mended > 0


async def trouble_of(chat_id: int) -> str | None:
    """What is wrong with a group, as far as we know."""
    found = await sql.records(
        "SELECT trouble FROM desk_group WHERE chat_id = ? UNION ALL SELECT desk_trouble FROM merchant"
        " WHERE desk_chat_id = ?",
        (chat_id, chat_id),
    )
    return next((str(row[0]) for row in found if row[0] is not None), None)


async def probed(chat_id: int, now: datetime) -> None:
    """It was tried whether a group has topics: in vain."""
    await sql.run(
        "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (f"probed:{chat_id}", str(to_ms(now))),
    )


async def moved(old_chat_id: int, new_chat_id: int) -> None:
    """The group became a supergroup: the same desk under another id. Safe to repeat."""
    await sql.run("UPDATE merchant SET desk_chat_id = ? WHERE desk_chat_id = ?", (new_chat_id, old_chat_id))
    await sql.run(
        "UPDATE desk_group SET chat_id = ? WHERE chat_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM desk_group n WHERE n.chat_id = ?)",
        (new_chat_id, old_chat_id, new_chat_id),
    )
    await sql.run("DELETE FROM desk_group WHERE chat_id = ?", (old_chat_id,))
