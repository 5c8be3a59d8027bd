"""Which groups are desks of which shop: the newest (in the shop's row) takes new customers, others keep theirs."""

from bot.store import sql


async def bind(merchant_id: int, chat_id: int, *, beside: bool) -> None:
    """Make the group the shop's desk; `beside` the groups it has, else in their place."""
    if not beside:
        await sql.run("DELETE FROM mark WHERE name LIKE 'desk:%' AND value = ?", (str(merchant_id),))
    else:
        await _keep_newest(merchant_id)
    await sql.run("UPDATE merchant SET desk_chat_id = ?, desk_trouble = NULL WHERE id = ?", (chat_id, merchant_id))
    await sql.run("DELETE FROM mark WHERE name = ?", (f"desk:{chat_id}",))
    await _leave_topics(merchant_id)


async def _leave_topics(merchant_id: int) -> None:
    """Topics in groups that are the shop's no more are nobody's: what is said there reaches no customer."""
    elsewhere, groups = sql.among("topic_chat_id", sorted(await groups_of(merchant_id)))
    await sql.run(
        "UPDATE customer SET topic_chat_id = NULL, topic_id = NULL, card_message_id = NULL,"  # noqa: S608
        f" topic_generation = topic_generation + 1 WHERE merchant_id = ? AND topic_id IS NOT NULL AND NOT {elsewhere}",
        (merchant_id, groups),
    )


async def _keep_newest(merchant_id: int) -> None:
    for group in await groups_of(merchant_id):
        await sql.run(
            "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            (f"desk:{group}", str(merchant_id)),
        )


async def release(chat_id: int) -> bool:
    """An earlier group is no desk any more; False where it was the newest or none."""
    return await sql.run("DELETE FROM mark WHERE name = ?", (f"desk:{chat_id}",)) > 0


async def shop_of(chat_id: int) -> int | None:
    """The shop whose desk a group is, be it the newest or an earlier one."""
    found = await sql.rows("SELECT id FROM merchant WHERE desk_chat_id = ?", (chat_id,))
    if found:
        return int(found[0]["id"])
    marked = await sql.rows("SELECT value FROM mark WHERE name = ?", (f"desk:{chat_id}",))
    return int(marked[0]["value"]) if marked else None


async def groups_of(merchant_id: int) -> set[int]:
    """All groups of a shop."""
    marked = await sql.rows("SELECT name FROM mark WHERE name LIKE 'desk:%' AND value = ?", (str(merchant_id),))
    newest = await sql.rows(
        "SELECT desk_chat_id FROM merchant WHERE id = ? AND desk_chat_id IS NOT NULL", (merchant_id,)
    )
    return {int(row["name"].removeprefix("desk:")) for row in marked} | {row["desk_chat_id"] for row in newest}


async def moved(old_chat_id: int, new_chat_id: int) -> None:
    """The group became a supergroup: the same desk under another id. Safe to repeat."""
    await sql.run("UPDATE merchant SET desk_chat_id = ? WHERE desk_chat_id = ?", (new_chat_id, old_chat_id))
    await sql.run(
        "INSERT INTO mark (name, value) SELECT ?, value FROM mark WHERE name = ? ON CONFLICT (name) DO NOTHING",
        (f"desk:{new_chat_id}", f"desk:{old_chat_id}"),
    )
    await release(old_chat_id)
