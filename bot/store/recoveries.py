"""Who makes up for low ratings."""

from typing import Any

from bot.store import sql

_LEADS = (
    "SELECT m.user_id, m.role, p.locale, p.app_locale, p.calendar, p.digits, p.private_ms, s.locale AS shop_locale,"
    " s.zone, (SELECT count(*) FROM ticket t WHERE t.merchant_id = m.merchant_id AND t.assignee_id = m.user_id"
    " AND t.closed_ms IS NULL AND t.cause = 'recovery') AS cases"
    " FROM member m JOIN merchant s ON s.id = m.merchant_id LEFT JOIN person p ON p.user_id = m.user_id"
    " WHERE m.merchant_id = ? AND m.role IN ('lead', 'owner')"
    " AND (m.role = 'owner' OR NOT EXISTS (SELECT 1 FROM mark k"
    " WHERE k.name = 'left:' || CAST(m.merchant_id AS TEXT) || ':' || CAST(m.user_id AS TEXT)))"
    " ORDER BY m.role = 'owner', cases, m.id"
)


async def leads(merchant_id: int) -> list[dict[str, Any]]:
    """Who leads, as each reads; the owners where nobody does. `private_ms`: since when he can be written to."""
    found = await sql.rows(_LEADS, (merchant_id,))
    return [one for one in found if one["role"] == "lead"] or found


async def least_burdened(merchant_id: int) -> int | None:
    """Who of them has the fewest cases open."""
    found = await leads(merchant_id)
    return int(found[0]["user_id"]) if found else None
