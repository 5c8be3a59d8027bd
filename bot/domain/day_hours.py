"""At which hours of the day parcels get on the van and arrive: who is not on it by noon seldom comes that day."""

from collections.abc import Sequence

HOURS = 24
_DOUBT = 3.0
"""Deliveries that might still have come at any hour: so few seen prove nothing."""


def no_hours() -> list[float]:
    """Nothing counted: by the hour of getting on the van, then by the hour of arriving."""
    return [0.0] * (2 * HOURS)


def count_delivery(counts: list[float], loaded: int, arrived: int, weight: float) -> None:
    """Count a delivery by the hours at which it got on the van that day and arrived; without a van, both the latter."""
    counts[loaded] += weight
    counts[HOURS + arrived] += weight


def still_to_come(counts: Sequence[float] | None, hour: int, on_van: bool) -> float:
    """Share of a day's deliveries that are loaded (`on_van`: arrive) in this hour or later; 1.0 where none was seen."""
    if counts is None:
        return 1.0
    seen = counts[HOURS:] if on_van else counts[:HOURS]
    return (sum(seen[hour:]) + _DOUBT) / (sum(seen) + _DOUBT)
