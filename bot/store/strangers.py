"""Who has no parcel, no order and no matter anywhere; how many of them came to a shop."""

from datetime import datetime

from bot.store import sql
from bot.store.ms import to_ms

_KNOWN = (
    "SELECT 1 AS one FROM customer c WHERE c.user_id = ?"
    " AND (EXISTS (SELECT 1 FROM follow f WHERE f.customer_id = c.id)"
    " OR EXISTS (SELECT 1 FROM ticket t WHERE t.customer_id = c.id))"
    " UNION ALL SELECT 1 AS one FROM member m WHERE m.user_id = ? LIMIT 1"
)


async def is_one(user_id: int) -> bool:
    """True where nobody knows him: no parcel, no ticket, no role in any shop."""
    return not await sql.rows(_KNOWN, (user_id, user_id))


async def came(merchant_id: int, since: datetime) -> int:
    """Tickets opened since then by people without a parcel."""
    rows = await sql.rows(
        "SELECT count(*) AS n FROM ticket t WHERE t.merchant_id = ? AND t.opened_ms > ?"
        " AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.customer_id = t.customer_id)",
        (merchant_id, to_ms(since)),
    )
    return int(rows[0]["n"])
