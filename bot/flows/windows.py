"""The window that is said of a parcel from its second slip on, wherever its day of arrival would be said."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.domain.evidence import Said, window_in
from bot.store import findings


async def standing(shipment_ids: Sequence[int]) -> dict[int, Said]:
    """The window of each of these parcels that has one and is not at the door yet."""
    seen = await findings.delays_of(shipment_ids)
    return {one: window for one, evidence in seen.items() if (window := window_in(evidence)) is not None}


async def said_of(shipment_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each of these parcels, the facts in the place of the carrier's day: none where no window stands."""
    stand = await standing(shipment_ids)
    return {one: _facts(stand[one]) if one in stand else {} for one in shipment_ids}


def _facts(window: Said) -> dict[str, Any]:
    """A window without an end is no day at all."""
    first, last = (window.from_on, window.to_on) if window.to_on is not None else (None, None)
    return {"eta_from_on": _iso(first), "eta_on": _iso(last), "days_late": None}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
