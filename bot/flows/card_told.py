"""What a customer has been told, offered and asked, as entries of his card."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.domain.offer import Way
from bot.flows.facts import moment
from bot.store.case import Parceled
from bot.store.models import LossOffer, Rating, ToldRow
from bot.texts.bidi import cut, plain

LONGEST_COMMENT = 160
SLIPS = 2
"""From so many later days told on it is said on the card."""


def said(parcel: Parceled) -> Iterator[dict[str, Any]]:
    """The days that he was told, how often they moved, what he was offered."""
    for row in parcel.told:
        yield {"is": "told", **told(row)}
    slips = parcel.follow.slips if parcel.follow else 0
    if slips >= SLIPS:
        yield {"is": "slips", "slips": slips}
    if parcel.offer is not None:
        yield {"is": "offer", **offer(parcel.offer)}


def told(row: ToldRow) -> dict[str, Any]:
    """A day or a window that he read."""
    window = {"window": {"from": row.from_on, "to": row.to_on}} if row.from_on and row.from_on < row.to_on else {}
    return {"said_at": moment(row.at_ms), "to_on": row.to_on, **window}


def offer(row: LossOffer) -> dict[str, Any]:
    """What may be chosen, and what was."""
    ways = {f"way_{name}": True for name, way in _WAYS.items() if way in row.ways.split(",")}
    chosen = next((name for name, way in _WAYS.items() if way == row.chosen), None)
    return {"offered_at": moment(row.made_ms), **ways} | ({"chosen": chosen} if chosen else {})


_WAYS = {"again": Way.AGAIN.value, "money": Way.MONEY.value, "cancel": Way.CANCEL.value}


def rating(row: Rating) -> dict[str, Any]:
    """What he said of a matter that was solved."""
    comment = cut(plain(row.comment), LONGEST_COMMENT)
    found = {"rated_at": moment(row.rated_ms), "stars": row.stars}
    return found | ({"comment": comment} if comment else {})


def clock(there: datetime, ours: datetime) -> dict[str, str]:
    """How much his clock differs from the shop's: it holds however old the card grows."""
    ahead = (there.utcoffset() or there.resolution * 0) - (ours.utcoffset() or there.resolution * 0)
    minutes = int(ahead.total_seconds()) // 60
    if not minutes:
        return {}
    hours, rest = divmod(abs(minutes), 60)
    return {"ahead" if minutes > 0 else "behind": f"{hours}:{rest:02}"}
