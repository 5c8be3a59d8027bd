"""Feasts that come every year on other days: a shop that named its hours for one is asked again before the next.

What was said of a feast by its name is kept in the shop's settings; nothing holds by itself, as hours change.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import structlog

from bot.domain.hours import day_there
from bot.domain.opening import parse_spells
from bot.domain.outgoing import Outgoing
from bot.flows import owners
from bot.flows.rules import set_rules
from bot.flows.spans import Span, feast_named, span_of
from bot.store import core, outbox
from bot.store.models import Merchant

log = structlog.get_logger(__name__)
SETTING = "yearly"
AHEAD = timedelta(days=28)
"""So long before a feast its shop is asked."""
USUAL = "usual"


async def remember(shop_id: int, deed: str, days: str, hours: str) -> None:
    """What a shop does on a feast that was named, for the next year; `usual` forgets it."""
    feast = feast_named(days)
    if feast is not None:
        said = None if deed == USUAL else " ".join(filter(None, (deed, feast, hours)))
        await set_rules(shop_id, {SETTING: {feast: said}})


async def ask_due(now: datetime) -> int:
    """Ask every shop whose feast is near and has no hours yet, once a year; returns how many words left."""
    asked = 0
    for merchant in await Merchant.filter(settings__contains=f'"{SETTING}"').order_by("id"):
        try:
            async with core.transaction():
                asked += await _ask(merchant, now)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("feast_not_asked", merchant=merchant.id)
    return asked


async def _ask(merchant: Merchant, now: datetime) -> int:
    today = day_there(now, merchant.zone)
    said: Mapping[str, str] = orjson.loads(merchant.settings).get(SETTING) or {}
    near = {feast: span for feast in said if (span := _near(feast, merchant, today)) is not None}
    rows = [row for feast, span in near.items() for row in await _rows(merchant, feast, span, said[feast], now)]
    return len(await outbox.put(rows))


async def _rows(merchant: Merchant, feast: str, span: Span, said: str, now: datetime) -> list[Outgoing]:
    cause = f"yearly:{merchant.id}:{feast}:{span[0].year}"
    return await owners.rows_for(merchant.id, "yearly_asked", _facts(merchant, feast, span, said), cause, now)


def _near(feast: str, merchant: Merchant, today: date) -> Span | None:
    """The feast that comes within AHEAD and has no hours of its own yet."""
    first, last = span_of(feast, today)
    named = any(one.covers(first) or one.covers(last) for one in parse_spells(merchant.apart))
    return None if named or not today < first <= today + AHEAD else (first, last)


def _facts(merchant: Merchant, feast: str, span: Span, said: str) -> dict[str, Any]:
    days = {"from_on": span[0].isoformat(), "to_on": span[1].isoformat()}
    return {feast: True, "shop": merchant.name, "command": f"/shop {said}", **days}
