"""How soon a shop's people answer: `/shop first_response=4h next_response=8h`, in staffed time."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.sla import targets_of
from bot.flows.rules import set_rules
from bot.flows.saying import digits
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit

DEEDS = ("first_response", "next_response")
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=100)
USUAL = "default"
_HOUR = timedelta(hours=1)
_UNITS: Mapping[str, timedelta] = {"m": timedelta(minutes=1), "h": _HOUR}
_SPAN = re.compile(r"(\d{1,4})\s*([mh])")
_NEXT = re.compile(r"\s+(?=\w+\s*=)")


async def set_targets(turn: Turn, shop: ShopView, deed: str, said: str) -> Answer | None:
    """None where it is done; else what was wrong, and nothing has changed. `default` goes back to ours."""
    wanted = read(f"{deed}={said}")
    if wanted is None:
        return Answer("shop_unreadable", {"trait": deed})
    await set_rules(shop.id, wanted)
    await audit.write(shop.id, turn.user_id, f"shop.{deed}", str(shop.id), turn.now, said[:40])
    return None


def read(said: str) -> dict[str, float | None] | None:
    """`first_response=4h next_response=8h` as hours by name; None where a part cannot be read."""
    parts = [part.partition("=") for part in _NEXT.split(digits(said).strip().lower())]
    read = {name.strip(): _hours(value.strip()) for name, _, value in parts}
    known = {name: None if hours == 0 else hours for name, hours in read.items() if name in DEEDS and hours is not None}
    return known if len(known) == len(parts) else None


def _hours(said: str) -> float | None:
    """0 for our own."""
    found = _SPAN.fullmatch(said)
    if found is None:
        return 0 if said == USUAL else None
    span = int(found[1]) * _UNITS[found[2]]
    return span / _HOUR if SHORTEST <= span <= LONGEST else None


def shown(settings: str) -> dict[str, Any]:
    """As texts want them: hours and minutes of each."""
    targets = targets_of(settings)
    return {"first": _parts(targets.first), "following": _parts(targets.following)}


def _parts(span: timedelta) -> dict[str, int]:
    minutes = round(span / timedelta(minutes=1))
    return {"minutes": minutes} if minutes % 60 else {"hours": minutes // 60}
