"""Who works at which desk, as far as the tables tell."""

from bot.store import sql

_DESKS = (
    "SELECT m.id, m.desk_chat_id FROM merchant m WHERE m.desk_chat_id IS NOT NULL AND"
    " (EXISTS (SELECT 1 FROM member r WHERE r.merchant_id = m.id AND r.user_id = ? AND r.role <> 'none')"
    " OR EXISTS (SELECT 1 FROM ticket t WHERE t.merchant_id = m.id AND t.assignee_id = ?)) ORDER BY m.id"
)
_NAMED = (
    "SELECT p.user_id FROM person p LEFT JOIN member m ON m.user_id = p.user_id AND m.merchant_id = ?"
    " WHERE (lower(p.username) = ? OR lower(m.alias) = ? OR lower(p.name) = ? OR lower(p.name) LIKE ?)"
    " AND (m.id IS NOT NULL OR EXISTS (SELECT 1 FROM ticket t WHERE t.merchant_id = ? AND t.assignee_id = p.user_id))"
    " ORDER BY p.user_id LIMIT 1"
)


async def desks_of(user_id: int) -> list[tuple[int, int]]:
    """(shop, group): whose people he is of, or has had a ticket of."""
    found = await sql.rows(_DESKS, (user_id, user_id))
    return [(int(row["id"]), int(row["desk_chat_id"])) for row in found]


async def named(merchant_id: int, who: str) -> int | None:
    """A colleague of this shop by @name, alias or first name; nobody who has done nothing there."""
    name = who.strip().removeprefix("@").lower()
    if not name:
        return None
    plain = name.replace("%", "").replace("_", "")
    found = await sql.rows(_NAMED, (merchant_id, name, name, name, f"{plain} %", merchant_id))
    return int(found[0]["user_id"]) if found else None
