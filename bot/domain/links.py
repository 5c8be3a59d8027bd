"""Where what is known of a parcel is kept: from all parcels to its very lane, by stage and promised window."""

from bisect import bisect_right
from enum import StrEnum
from typing import NamedTuple

from bot.domain.journey import Journey, Stage
from bot.domain.memory import LANE

WINDOWS = (2.0, 4.0, 8.0, 16.0, 32.0)
"""Working days from order to the promised day's end at which another bucket of windows begins: each twice as long."""
_ANY_WINDOW = 7
_STAGES = {stage: number for number, stage in enumerate(Stage)}
ON_THE_WAY = len(Stage) << 3
"""The slot of the whole way from hand-over to arrival, by which the pace of the network is told."""


class Level(StrEnum):
    """How special the experience is that a forecast goes by, from nothing but our own guess to the very lane."""

    PRIOR = "prior"
    ALL = "all"
    WINDOW = "window"
    SHOP = "shop"
    CARRIER = "carrier"
    LANE = LANE


class Link(NamedTuple):
    """One step of the back-off: where to look, and whether only at parcels with as long a promised window."""

    level: Level
    place: str
    by_window: bool


ALL = "all"


def carrier_of(journey: Journey) -> str:
    """The place of a shop's carrier and service."""
    return f"carrier|{journey.merchant_id}|{journey.slug}|{journey.service or ''}"


def chain_of(journey: Journey) -> tuple[Link, ...]:
    """The places that know of parcels like this one, from the general to the special."""
    carrier = carrier_of(journey)
    chain = (
        Link(Level.ALL, ALL, False),
        Link(Level.WINDOW, ALL, True),
        Link(Level.SHOP, f"shop|{journey.merchant_id}", True),
        Link(Level.CARRIER, carrier, True),
    )
    if journey.origin is None and journey.country is None:
        return chain
    lane = f"{LANE}|{carrier}|{journey.origin or ''}|{journey.country or ''}"
    if journey.destination is None:
        return (*chain, Link(Level.LANE, lane, True))
    return (*chain, Link(Level.LANE, lane, True), Link(Level.LANE, f"{lane}|{journey.destination}", True))


def bucket_of(window: float | None) -> int:
    """The bucket of a promised window in working days; without a promise the last, as if there were much time."""
    return len(WINDOWS) if window is None else bisect_right(WINDOWS, window)


def slot_of(stage: Stage, bucket: int, by_window: bool = True) -> int:
    """The key of a tally within a place."""
    return _STAGES[stage] << 3 | (bucket if by_window else _ANY_WINDOW)


def without_window(slot: int) -> int:
    """The key of the tally of all windows that a tally of one window adds to."""
    return slot | _ANY_WINDOW
