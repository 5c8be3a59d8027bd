"""When a forecast is worth a warning, as data: very sure at any time, fairly sure near the deadline, last day."""

from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from bot.domain.forecast import Forecast

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Preset(StrEnum):
    """A merchant's choice in plain words."""

    CAREFUL = "careful"
    BALANCED = "balanced"
    EARLY = "early"


class Odds(Struct, frozen=True):
    """Chances of being late from which to warn: `very_sure` at any time, `fairly_sure` within `near` of the deadline,
    `last_day` within a day of it.

    A warning is taken back only below `recovered` times the threshold that holds, so that it does not come and go.
    """

    very_sure: float
    fairly_sure: float
    near: timedelta
    last_day: float
    recovered: float = 0.6

    def threshold(self, deadline: datetime, now: datetime) -> float:
        """The chance from which to warn at `now`."""
        left, chance = deadline - now, self.very_sure
        if left <= self.near and self.fairly_sure < chance:
            chance = self.fairly_sure
        return self.last_day if left <= DAY and self.last_day < chance else chance


# Chosen on two years of one shop's orders, month by month, each judged by what was known before (DECISIONS.md)
PRESETS = MappingProxyType(
    {
        Preset.CAREFUL: Odds(very_sure=0.95, fairly_sure=0.8, near=48 * HOUR, last_day=0.6),
        Preset.BALANCED: Odds(very_sure=0.9, fairly_sure=0.67, near=48 * HOUR, last_day=0.4),
        Preset.EARLY: Odds(very_sure=0.85, fairly_sure=0.6, near=96 * HOUR, last_day=0.4),
    }
)


def should_warn(forecast: Forecast | None, deadline: datetime | None, now: datetime, odds: Odds) -> bool:
    """Whether a parcel not yet late is to be warned of.

    Never once the deadline is over, for that is no forecast, nor where hardly any went before, for that is a guess.
    """
    p_late = _learnt_chance(forecast)
    if p_late is None or deadline is None or now >= deadline:
        return False
    return p_late >= odds.threshold(deadline, now)


def has_recovered(forecast: Forecast | None, deadline: datetime | None, now: datetime, odds: Odds) -> bool:
    """Whether the promised day holds after all, clearly enough to take a warning back."""
    p_late = _learnt_chance(forecast)
    if p_late is None or deadline is None or now >= deadline:
        return False
    return p_late < odds.recovered * odds.threshold(deadline, now)


def _learnt_chance(forecast: Forecast | None) -> float | None:
    return None if forecast is None or forecast.is_guess else forecast.p_late
