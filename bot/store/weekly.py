"""Which groups have had the picture of their week."""

from datetime import datetime, timedelta

from bot.store import sql
from bot.store.models import Merchant
from bot.store.ms import to_day

NEARLY_A_WEEK = timedelta(days=6)
"""A day less than a week, as days begin elsewhere at other times."""

_DUE = (
    "SELECT m.id, k.value FROM merchant m LEFT JOIN mark k ON k.name = 'week_of:' || m.id"
    " WHERE m.desk_chat_id IS NOT NULL AND (k.value IS NULL OR k.value < ?) ORDER BY m.id"
)
_TOLD = "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


async def desks(now: datetime) -> list[tuple[Merchant, str | None]]:
    """Shops with a desk whose week may be over, with the first day of the week that was told last."""
    last = {row["id"]: row["value"] for row in await sql.rows(_DUE, (to_day((now - NEARLY_A_WEEK).date()),))}
    shops = await Merchant.filter(id__in=list(last)).order_by("id") if last else []
    return [(shop, last[shop.id]) for shop in shops]


async def told(merchant_id: int, began: str) -> None:
    """That week is told, or too old to be."""
    await sql.run(_TOLD, (f"week_of:{merchant_id}", began))
