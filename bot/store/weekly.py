"""Which groups have had the picture of their week."""

from bot.store import sql
from bot.store.models import Merchant

_LAST = "SELECT name, value FROM mark WHERE name LIKE 'week_of:%'"
_TOLD = "INSERT INTO mark (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


async def desks() -> list[tuple[Merchant, str | None]]:
    """Every shop that has a desk, with the first day of the week that was told last."""
    last = {row["name"]: row["value"] for row in await sql.rows(_LAST)}
    shops = await Merchant.filter(desk_chat_id__not_isnull=True).order_by("id")
    return [(shop, last.get(_name(shop.id))) for shop in shops]


async def told(merchant_id: int, began: str) -> None:
    """That week is told, or too old to be."""
    await sql.run(_TOLD, (_name(merchant_id), began))


def _name(merchant_id: int) -> str:
    return f"week_of:{merchant_id}"
