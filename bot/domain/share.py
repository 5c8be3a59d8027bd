"""How many warnings a shop sends in an hour before a human has looked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any

HOUR = timedelta(hours=1)
FLOOR = 10
"""So few are never a storm."""
DEFAULT = 5
"""Percent of the open parcels: own. Ten times what goes wrong in an hour where every tenth parcel is late."""
SETTING = "warn_share"
"""Its name among a shop's settings, in percent."""


def percent_of(settings: Mapping[str, Any]) -> int:
    """The share that a shop has set, in percent, else ours."""
    return int(settings.get(SETTING) or DEFAULT)


def parcels_for(count: int, percent: int) -> int:
    """How many open parcels a shop needs, so that `count` warnings an hour are within its share."""
    return ceil(count * 100 / percent) if count > FLOOR else 0


def limit(parcels: int, percent: int) -> int:
    """Warnings an hour of a shop with so many open parcels."""
    return max(FLOOR, parcels * percent // 100)


def in_an_hour(slots: Mapping[datetime, int], at: datetime) -> int:
    """Warnings that fall due within an hour before or after: no hour that holds `at` has more."""
    return sum(count for slot, count in slots.items() if abs(slot - at) <= HOUR)
