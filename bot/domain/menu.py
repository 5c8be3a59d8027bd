"""Which commands whose menu shows. Display only: who may do what is asked of bot/domain/access.py, each time."""

from collections.abc import Mapping

from bot.domain.access import Deed, Role, may

CUSTOMER = ("parcels", "track", "human", "settings", "language", "faq", "mydata", "forgetme", "privacy", "help")
"""What anybody may say in private."""
SHOP: Mapping[str, Deed] = {
    "shipments": Deed.SEE_SHIPMENTS,
    "shipment": Deed.ADD_SHIPMENT,
    "import": Deed.IMPORT,
    "stats": Deed.STATS,
    "macro": Deed.EDIT_MACROS,
    "desk": Deed.BIND_DESK,
    "carrier": Deed.CARRIERS,
    "rules": Deed.RULES,
    "texts": Deed.TEXTS,
    "team": Deed.TEAM,
    "shop": Deed.SHOP,
    "pause": Deed.PAUSE_ALL,
    "out": Deed.MOVE_SHIPMENT,
    "delivered": Deed.MOVE_SHIPMENT,
    "failed": Deed.MOVE_SHIPMENT,
}
"""What the people of a shop say in private, in the menu's order."""
DESK: Mapping[str, Deed] = {
    "macro": Deed.MACRO,
    "note": Deed.NOTE,
    "take": Deed.TAKE,
    "assign": Deed.ASSIGN,
    "card": Deed.CARD,
    "offer": Deed.OFFER,
    "inquiry": Deed.INQUIRY,
    "claim": Deed.CLAIM,
    "track": Deed.TRACK,
    "snooze": Deed.SNOOZE,
    "promise": Deed.SNOOZE,
    "close": Deed.CLOSE,
    "reopen": Deed.REOPEN,
    "del": Deed.DELETE,
    "resend": Deed.RESEND,
    "why": Deed.CARD,
    "ban": Deed.BAN,
    "stats": Deed.STATS,
}
"""What agents say in a customer's topic."""


def of_person(role: Role) -> tuple[str, ...]:
    """The menu of one of a shop's people in private: the shop's commands, then those of a customer."""
    own = tuple(name for name, deed in SHOP.items() if may(role, deed))
    return (*own, *CUSTOMER) if own else ()


def of_desk(role: Role) -> tuple[str, ...]:
    """The menu in the agents' group."""
    return (*(name for name, deed in DESK.items() if may(role, deed)), "help")


def names() -> tuple[str, ...]:
    """Every command that any menu shows, once."""
    return tuple(dict.fromkeys((*CUSTOMER, *SHOP, *DESK)))
