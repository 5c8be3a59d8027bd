"""What a shop's person can say here: the commands his role allows."""

from collections.abc import Mapping

from bot.domain.access import Deed, may, role_of
from bot.flows.turn import Answer, ShopView, Turn

COMMANDS: Mapping[str, Deed] = {
    "carrier": Deed.CARRIERS,
    "desk": Deed.BIND_DESK,
    "shipment": Deed.ADD_SHIPMENT,
    "shipments": Deed.SEE_SHIPMENTS,
    "out": Deed.MOVE_SHIPMENT,
    "delivered": Deed.MOVE_SHIPMENT,
    "failed": Deed.MOVE_SHIPMENT,
    "import": Deed.IMPORT,
    "pause": Deed.PAUSE_ALL,
    "team": Deed.TEAM,
    "shop": Deed.SHOP,
    "rules": Deed.RULES,
    "stats": Deed.STATS,
    "texts": Deed.TEXTS,
    "macro": Deed.EDIT_MACROS,
}
"""Command → right. Each has a line `shop_help.<command>` in the catalogues."""


async def show(turn: Turn, shop: ShopView) -> Answer:
    """One line a command."""
    role = role_of(shop.role)
    allowed = {name: True for name, deed in COMMANDS.items() if may(role, deed)}
    return Answer("shop_help", {"shop_name": shop.name, **allowed})
