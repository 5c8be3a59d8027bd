"""`/stats`: what can be counted of a shop now, and how its words held."""

from datetime import timedelta
from typing import Any

from bot.domain.calibration import Calibration, grouped
from bot.domain.measures import LEAST, Measures, Share
from bot.flows import foretelling, shop_mode
from bot.flows.turn import Answer, ShopView, Turn
from bot.store import measures, merchants

SPANS = (30, 90)
"""Days looked back over."""


async def show(turn: Turn, shop: ShopView) -> Answer:
    """The figures of a shop."""
    spans = [span(days, await _measured(turn, shop, days)) for days in SPANS]
    right = await foretelling.how_right(shop.id, turn.now - timedelta(days=max(SPANS)))
    counts = {"figures": True, **await merchants.counts(shop.id), **await shop_mode.figures(shop.id)}
    return Answer("stats_shown", {**counts, "spans": spans, **sure(right)}, merchant_id=shop.id)


async def _measured(turn: Turn, shop: ShopView, days: int) -> Measures:
    return await measures.measured(shop.id, turn.now - timedelta(days=days), turn.now)


def span(days: int, found: Measures) -> dict[str, Any]:
    """The figures of so many days, as texts want them."""
    if found == Measures():
        return {"days": days, "nothing": True}
    claimed = None if found.claimed is None else round(100 * found.claimed)
    return {
        "days": days,
        "told_first": share(found.told_first),
        "days_told": share(found.days),
        "windows": share(found.windows) | {"claimed": claimed},
        "words": share(found.words) | {"late": found.late, "broken": found.broken},
        "right": share(found.right),
        "warned": share(found.warned),
        "ahead": None if found.hours_ahead is None or found.right.count < LEAST else round(found.hours_ahead),
    }


def share(found: Share) -> dict[str, Any]:
    """As texts want it: the share, or how few there are; neither of nothing."""
    if found.percent is not None:
        return {"percent": found.percent, "of": found.of}
    return {"few": found.of} if found.of else {}


def sure(found: Calibration) -> dict[str, Any]:
    """How right forecasts were, as texts want it."""
    coverage, error = found.coverage, found.error_days
    if not found.count:
        return {}
    if found.count < LEAST or coverage is None:
        return {"sure": {"few": found.count}}
    held = Share(found.held, found.count)
    said: dict[str, Any] = {
        "sure": {"known": True},
        "bins": [
            {"count": one.count, "expected": round(100 * one.expected / one.count), "late": one.late}
            for one in reversed(grouped(found))
            if one.count >= LEAST
        ],
        "coverage": {"claimed": round(100 * coverage[0]), "held": held.percent, "of": found.count},
    }
    return said if error is None else said | {"error": f"{error:.1f}"}
