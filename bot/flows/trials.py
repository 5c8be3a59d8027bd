"""What each preset would have meant for a shop: worked out by night, or when somebody asks first, and kept."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.domain.hours import day_there
from bot.domain.trial import GENERAL, LEAST, MOST, OWN, SPAN, Meant, Trial, from_bytes, past_of, to_bytes, tried
from bot.flows import odds_rules
from bot.flows.turn import ShopView
from bot.store import core, learnt, merchants, trials

DAY = timedelta(days=1)
FRESH = 7 * DAY
"""How long figures stand: a week of parcels more changes them little."""


async def stale(now: datetime) -> list[int]:
    """The shops whose turn it is."""
    return await trials.stale(now - FRESH)


async def prepare(shop: ShopView, now: datetime) -> None:
    """Work it out for who asks first or has set other thresholds, and anew each day while the parcels are too few.

    Call outside a transaction.
    """
    found = await trials.load(shop.id)
    trial = None if found is None else from_bytes(found[0])
    if found is None or trial is None or await _is_old(trial, now - found[1], shop.id):
        await renew(shop.id, now)


async def _is_old(trial: Trial, age: timedelta, merchant_id: int) -> bool:
    if not trial.presets:
        return age >= DAY
    return dict(trial.odds) != await _own_odds(merchant_id)


async def _own_odds(merchant_id: int) -> Mapping[str, float | str]:
    return odds_rules.own_of(orjson.loads((await merchants.find(merchant_id))["settings"]))


async def renew(merchant_id: int, now: datetime) -> None:
    """Live through the shop's last parcels once more, beside the event loop, and keep what came of it."""
    today = now.date()
    shipments = await trials.past(merchant_id, today - SPAN, today, MOST)
    scans = await learnt.scans([one.id for one in shipments])
    home = (await merchants.find(merchant_id))["country"]
    history = [past_of(one, scans[one.id], now) for one in shipments]
    trial = await asyncio.to_thread(tried, history, home, now, await _own_odds(merchant_id))
    async with core.transaction():
        await trials.save(merchant_id, to_bytes(trial), now)


async def shown(
    shop: ShopView, odds: Mapping[str, float | str] = odds_rules.OURS
) -> tuple[dict[str, Any], Mapping[str, dict[str, Any]]]:
    """What the figures rest on, and those of each preset and of the shop's own `odds`, as texts want them."""
    found = await trials.load(shop.id)
    trial = (None if found is None else from_bytes(found[0])) or Trial()
    if trial.presets and trial.until is not None:
        basis = {"own": True, "until_on": day_there(trial.until, shop.zone).isoformat()} | _count(trial)
    else:
        trial, basis = GENERAL, {"few": trial.parcels, "least": LEAST} | _count(GENERAL)
    meant = {preset.value: _meant(one) for preset, one in trial.presets.items()}
    if odds and "own" in basis:
        is_tried = trial.own is not None and dict(trial.odds) == odds
        meant[OWN] = _meant(trial.own) if is_tried and trial.own is not None else {"untried": True}
    return basis, meant


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
