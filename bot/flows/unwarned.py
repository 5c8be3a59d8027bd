"""What the live message of a shop in shadow leaves out: a trouble of which nobody has warned the customer yet."""

from datetime import date, datetime
from typing import Any

import orjson

from bot.domain.draft import SPOKEN, TROUBLED, Mode
from bot.domain.finding import NO_TROUBLE
from bot.domain.hours import day_there
from bot.store.models import FindingRow, Follow, Merchant, Shipment
from bot.store.ms import from_day
from carriers.kit.model import Status

Facts = dict[str, Any]
_BETRAYS = frozenset({"eta_on", "eta_from_on", "days_late", "window", "cause"})


async def left_out(told: Facts, shipment: Shipment, follow: Follow, merchant: Merchant, now: datetime) -> Facts | None:
    """The facts without what would betray a warning; None where the message stays as it is.

    What is told by itself (out for delivery, ready, delivered, returned) leaves nothing to betray.
    """
    status = Status(shipment.status)
    if merchant.mode != Mode.SHADOW or status in SPOKEN or not await _is_unwarned(shipment, follow):
        return told
    if status in TROUBLED:
        return None if follow.live_message_id is not None else told
    return _calm(told, follow, day_there(now, shipment.zone))


async def _is_unwarned(shipment: Shipment, follow: Follow) -> bool:
    """Whether something is wrong that was found since the customer was warned last."""
    since = follow.warned_ms or 0
    found = await FindingRow.filter(shipment_id=shipment.id, closed_ms=None, baseline=False, raised_ms__gt=since)
    return any(one.kind not in NO_TROUBLE and not orjson.loads(one.evidence).get("inside") for one in found)


def _calm(told: Facts, follow: Follow, today: date) -> Facts:
    """As far as he was told: the day he knows stays, a later one waits, and one that is over is not named."""
    promised = from_day(told.get("promised_on"))
    known, eta = from_day(follow.told_on) or promised, from_day(told.get("eta_on"))
    betrays = set() if eta is None or (known is not None and eta <= known) else set(_BETRAYS)
    if promised is not None and promised < today:
        betrays.add("promised_on")
    calm = {name: fact for name, fact in told.items() if name not in betrays}
    if "scans" in calm:
        calm["scans"] = [one for one in calm["scans"] if one["status"] not in TROUBLED]
    return calm
