"""How long a shop keeps things after their end: `/shop keep_parcels=180 keep_tickets=2y`; what customers read of it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.retention import SAID_AT, SPANS, Keeping, is_allowed, keeping_of
from bot.flows.rules import set_rules
from bot.flows.saying import digits
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import audit, customers

DEEDS = tuple(SPANS)
USUAL = "default"
YEAR = 365
_UNITS: Mapping[str, int] = {"": 1, "d": 1, "w": 7, "y": YEAR}
_SPAN = re.compile(r"(\d{1,4})\s*([dwy]?)")
_NEXT = re.compile(r"\s+(?=\w+\s*=)")
MOST_SHOPS = 5


async def set_keeping(turn: Turn, shop: ShopView, deed: str, said: str) -> Answer | None:
    """None where it is done; else what was wrong, and nothing has changed. `default` goes back to ours."""
    wanted = read(f"{deed}={said}")
    if wanted is None:
        return Answer("shop_unreadable", {"trait": deed})
    await set_rules(shop.id, wanted | {SAID_AT: turn.now.isoformat()})
    await audit.write(shop.id, turn.user_id, f"shop.{deed}", str(shop.id), turn.now, said[:40])
    return None


def read(said: str) -> dict[str, Any] | None:
    """`keep_parcels=180 keep_tickets=2y` as days by name; None where a part cannot be read or is not allowed."""
    parts = [part.partition("=") for part in _NEXT.split(digits(said).strip().lower())]
    read = {name.strip(): _days(name.strip(), value.strip()) for name, _, value in parts}
    known = {name: None if days == 0 else days for name, days in read.items() if days is not None}
    return known if len(known) == len(parts) else None


def _days(name: str, said: str) -> int | None:
    """0 for our own."""
    found = _SPAN.fullmatch(said)
    if name not in SPANS:
        return None
    if found is None:
        return 0 if said == USUAL else None
    days = int(found[1]) * _UNITS[found[2]]
    return days if is_allowed(name, days) else None


def shown(settings: str) -> dict[str, Any]:
    """As texts want them: days, or years where they are whole."""
    return _said(keeping_of(settings))


def _said(keeping: Keeping) -> dict[str, Any]:
    return {"kept_parcels": _parts(keeping.parcels), "kept_tickets": _parts(keeping.tickets)}


def _parts(span: timedelta) -> dict[str, int]:
    return {"days": span.days} if span.days % YEAR else {"years": span.days // YEAR}


async def privacy(turn: Turn) -> Answer:
    """`/privacy`: what is kept of whom, and by each shop that knows him for how long; a guest reads of the only one."""
    known = sorted({one.merchant_id for one in await customers.of_user(turn.user_id)})
    shops = await customers.merchants(known or None)
    if not known and len(shops) != 1:
        shops = []
    kept = [{"shop": one.name, **shown(one.settings)} for one in shops[:MOST_SHOPS]]
    return Answer("privacy", {"kept": kept} if kept else {})
