"""What each preset would have meant for a shop: worked out by night, or when somebody asks first, and kept."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.hours import day_there
from bot.domain.trial import GENERAL, LEAST, MOST, SPAN, Meant, Trial, from_bytes, past_of, to_bytes, tried
from bot.flows.turn import ShopView
from bot.store import core, learnt, merchants, trials

DAY = timedelta(days=1)
FRESH = 7 * DAY
"""How long figures stand: a week of parcels more changes them little."""


async def stale(now: datetime) -> list[int]:
    """The shops whose turn it is."""
    return await trials.stale(now - FRESH)


async def prepare(shop: ShopView, now: datetime) -> None:
    """Work it out for who asks first, and anew each day while the parcels are too few. Call outside a transaction."""
    found = await trials.load(shop.id)
    trial = None if found is None else from_bytes(found[0])
    if found is None or trial is None or (not trial.presets and now - found[1] >= DAY):
        await renew(shop.id, now)


async def renew(merchant_id: int, now: datetime) -> None:
    """Live through the shop's last parcels once more, beside the event loop, and keep what came of it."""
    today = now.date()
    shipments = await trials.past(merchant_id, today - SPAN, today, MOST)
    scans = await learnt.scans([one.id for one in shipments])
    home = (await merchants.find(merchant_id))["country"]
    history = [past_of(one, scans[one.id], now) for one in shipments]
    trial = await asyncio.to_thread(tried, history, home, now)
    async with core.transaction():
        await trials.save(merchant_id, to_bytes(trial), now)


async def shown(shop: ShopView) -> tuple[dict[str, Any], Mapping[str, dict[str, Any]]]:
    """What the figures rest on, and those of each preset, as texts want them."""
    found = await trials.load(shop.id)
    trial = (None if found is None else from_bytes(found[0])) or Trial()
    if trial.presets and trial.until is not None:
        basis = {"own": True, "until_on": day_there(trial.until, shop.zone).isoformat()} | _count(trial)
    else:
        trial, basis = GENERAL, {"few": trial.parcels, "least": LEAST} | _count(GENERAL)
    return basis, {preset.value: _meant(one) for preset, one in trial.presets.items()}


def _count(trial: Trial) -> dict[str, Any]:
    return {"parcels": trial.parcels, "missed": trial.missed}


def _meant(one: Meant) -> dict[str, Any]:
    return {
        "warned": one.warned,
        "right": one.right,
        "percent": one.percent,
        "lead": None if one.lead is None else round(one.lead),
        "unwarned": one.unwarned,
        "wrong": round(one.wrong_per_thousand),
    }
