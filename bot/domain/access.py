"""Who may do what, as one table. What may not be seen is answered as if it did not exist."""

from enum import StrEnum
from typing import TypeVar

Thing = TypeVar("Thing")


class Role(StrEnum):
    """A person's standing in one shop. COURIER only moves its own parcels, GUEST has none; NONE was refused by name."""

    OWNER = "owner"
    LEAD = "lead"
    AGENT = "agent"
    TRAINEE = "trainee"
    COURIER = "courier"
    NONE = "none"
    GUEST = "guest"


class Deed(StrEnum):
    """What needs a right. What customers do in private needs none but their own parcel."""

    CARRIERS = "carriers"
    BIND_DESK = "bind_desk"
    ADD_SHIPMENT = "add_shipment"
    SEE_SHIPMENTS = "see_shipments"
    MOVE_SHIPMENT = "move_shipment"
    PAUSE_ALL = "pause_all"
    TEXTS = "texts"
    IMPORT = "import"
    RULES = "rules"
    STATS = "stats"
    SHOP = "shop"
    TEAM = "team"
    ANSWER = "answer"
    NOTE = "note"
    TAKE = "take"
    ASSIGN = "assign"
    CARD = "card"
    CLOSE = "close"
    REOPEN = "reopen"
    SNOOZE = "snooze"
    MACRO = "macro"
    OFFER = "offer"
    RESEND = "resend"
    INQUIRY = "inquiry"
    CLAIM = "claim"
    TRACK = "track"
    DELETE = "delete"
    BAN = "ban"
    DECIDE = "decide"
    APPROVE = "approve"
    EDIT_MACROS = "edit_macros"


_D = Deed
_LEARNING = frozenset({_D.NOTE, _D.CARD, _D.TRACK})
_DESK = _LEARNING | {
    _D.ANSWER,
    _D.TAKE,
    _D.CLOSE,
    _D.REOPEN,
    _D.SNOOZE,
    _D.MACRO,
    _D.INQUIRY,
    _D.DELETE,
    _D.ASSIGN,
    _D.OFFER,
    _D.RESEND,
    _D.CLAIM,
    _D.DECIDE,
}
_LEADING = _DESK | {
    _D.BAN,
    _D.APPROVE,
    _D.EDIT_MACROS,
    _D.STATS,
    _D.SEE_SHIPMENTS,
    _D.ADD_SHIPMENT,
    _D.MOVE_SHIPMENT,
    _D.IMPORT,
}

MAY: dict[Role, frozenset[Deed]] = {
    Role.OWNER: frozenset(Deed),
    Role.LEAD: _LEADING,
    Role.AGENT: _DESK,
    Role.TRAINEE: _LEARNING,
    Role.COURIER: frozenset({_D.MOVE_SHIPMENT}),
    Role.NONE: frozenset(),
    Role.GUEST: frozenset(),
}


def role_of(stored: str | None, *, in_group: bool = False) -> Role:
    """The role that counts: the stored one, else every member of the bound group is an agent."""
    if stored is not None:
        return Role(stored)
    return Role.AGENT if in_group else Role.GUEST


def may(role: Role, deed: Deed) -> bool:
    """Whether `role` may do `deed`."""
    return deed in MAY[role]


def seen(role: Role, deed: Deed, thing: Thing | None) -> Thing | None:
    """`thing` for who has the right; None for all others, exactly as if it did not exist."""
    return thing if may(role, deed) else None
