"""`/texts`: what customers of this shop read, in every language, with sample facts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.hours import day_there
from bot.flows.turn import Answer, Answers, ShopView, Turn
from bot.texts import i18n

SHOWN = (
    "greeting",
    "live",
    "hint",
    "delay_slight",
    "delay_serious",
    "delay_again",
    "late",
    "stalled",
    "lost_probable",
    "attempt",
    "returning",
    "not_left_yet",
    "address_problem",
    "on_its_way",
    "withdrawn",
    "turned_up",
    "still_nothing",
    "promise_broken",
    "out_for_delivery",
    "ready",
    "earlier",
    "not_earlier",
    "damaged",
    "unpaid",
    "customs_action",
    "customs_papers",
    "customs_done",
    "pickup_ending",
    "pickup_over",
    "delivered",
    "returned",
)


async def show(turn: Turn, shop: ShopView, name: str) -> Answers:
    """The message as it reads in each language, for kinds that are said in our words only."""
    return [Answer("texts_preview", {"name": name}), *previews(turn.now, shop, name)]


def previews(now: datetime, shop: ShopView, name: str) -> list[Answer]:
    """One message in each language, with a sample order."""
    own = {"zone": shop.zone, "calendar": None, "digits": None, "country": shop.country}
    return [Answer(name, sample(now, shop), reader={**own, "locale": language}) for language in i18n.languages()]


def sample(now: datetime, shop: ShopView) -> dict[str, Any]:
    """An order that was promised for tomorrow and slips by two days; no record that would carry a claim."""
    today = day_there(now, shop.zone)
    promised, eta = today + timedelta(days=1), today + timedelta(days=3)
    return {
        "order": "1001",
        "number": "RB123456785GB",
        "shop": shop.name,
        "status": "in_transit",
        "promised_on": promised.isoformat(),
        "eta_on": eta.isoformat(),
        "last_at": (now - timedelta(hours=9)).isoformat(),
        "silent_since": (now - timedelta(days=3)).isoformat(),
        "delivered_at": (now - timedelta(hours=1)).isoformat(),
        "attempt_at": (now - timedelta(hours=1)).isoformat(),
        "next_at": (now + timedelta(days=1)).replace(minute=0).isoformat(),
        "at": now.isoformat(),
    }


def longest(usual: Mapping[str, Any]) -> dict[str, Any]:
    """The same with every outside value as long as it can be, and all that may be said beside."""
    word = "\u0645" * 64
    outside = dict.fromkeys(("order", "number", "shop", "agent", "last_place", "cause_place", "carrier"), word)
    pickup = {"place": word * 2, "hours": word * 2, "code": word, "until_on": usual["eta_on"]}
    return {
        **usual,
        **outside,
        "pickup": pickup,
        "cause": "weather",
        "inquiry": {"purpose": "trace", "at": usual["at"]},
    }
