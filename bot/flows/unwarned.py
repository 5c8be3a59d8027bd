"""What the live message of a shop in shadow leaves out: a trouble of which nobody has warned the customer yet."""

from collections.abc import Mapping
from typing import Any

import orjson

from bot.domain.draft import SPOKEN, TROUBLED, Mode
from bot.store.models import FindingRow, Follow, Merchant, Shipment
from bot.store.ms import from_day
from carriers.kit.model import Status

_BETRAYS = ("eta_on", "eta_from_on", "days_late", "window", "cause")


Facts = dict[str, Any]


async def left_out(
    told: dict[str, Any], shipment: Shipment, follow: Follow, merchant: Merchant
) -> dict[str, Any] | None:
    """The facts without what would betray a warning; None where the message stays as it is.

    What is told by itself (out for delivery, ready, delivered, returned) leaves nothing to betray.
    """
    status = Status(shipment.status)
    if merchant.mode != Mode.SHADOW or status in SPOKEN or not await _is_unwarned(shipment, follow):
        return told
    if status in TROUBLED:
        return None if follow.live_message_id is not None else told
    return _calm(told, shipment, follow)


async def _is_unwarned(shipment: Shipment, follow: Follow) -> bool:
    """Whether something is wrong that was found since the customer was warned last."""
    since = follow.warned_ms or 0
    found = await FindingRow.filter(shipment_id=shipment.id, closed_ms=None, baseline=False, raised_ms__gt=since)
    return any(not orjson.loads(one.evidence).get("inside") for one in found)


def _calm(told: Mapping[str, Any], shipment: Shipment, follow: Follow) -> Facts:
    """As far as he was told: the day he knows stays, a later one waits."""
    known, eta = from_day(follow.told_on) or from_day(shipment.promised_on), from_day(shipment.eta_on)
    is_known = eta is None or (known is not None and eta <= known)
    calm = {name: fact for name, fact in told.items() if is_known or name not in _BETRAYS}
    if "scans" in calm:
        calm["scans"] = [one for one in calm["scans"] if one["status"] not in TROUBLED]
    return calm
