"""What is assumed of a parcel before anything is learnt: wide on purpose, so that little experience overrules it."""

from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from bot.domain.journey import Stage
from bot.domain.links import WINDOWS
from bot.domain.survival import BINS, EDGES


class Guess(NamedTuple):
    """Half have arrived after `median` working days; `shape` of the log-logistic curve, the lower the wider."""

    median: float
    shape: float
    from_now: bool = False
    """The time counts from now on, not from when the stage was entered: waiting brings nothing nearer."""


# own: round numbers for a parcel of which nothing is known. Half within a working week from the hand-over on, one in
# ten after two weeks and more; the hand-over itself takes a working day or two
GUESSES = MappingProxyType(
    {
        Stage.ORDERED: Guess(6.0, 2.0, from_now=True),
        Stage.PRE_TRANSIT: Guess(5.5, 2.0, from_now=True),
        Stage.HANDED_OVER: Guess(4.5, 2.0),
        Stage.IN_TRANSIT: Guess(4.0, 2.0),
        Stage.CUSTOMS: Guess(6.0, 1.6),
        Stage.OUT_FOR_DELIVERY: Guess(0.5, 1.6),
        Stage.DELIVERY_ATTEMPTED: Guess(1.5, 1.4),
        Stage.EXCEPTION: Guess(4.0, 1.2),
        Stage.AVAILABLE_FOR_PICKUP: Guess(3.0, 1.4),
        Stage.RETURNING: Guess(60.0, 1.0),
    }
)
ABROAD = 2.5
"""How much longer a parcel takes that crosses a border."""
KEPT = 0.5
"""Half have arrived after this share of a short promised window: a shop mostly promises what it can keep."""
NO_WINDOW = len(WINDOWS)
# the shortest window of each bucket; what is promised for today has half a day
_SHORTEST = (1.0, *WINDOWS[:-1])


@lru_cache(maxsize=4096)
def prior_chances(stage: Stage, abroad: bool, first: int, bucket: int = NO_WINDOW) -> Sequence[float]:
    """Chance of arriving in each bin for who has not yet, for a parcel in `stage` at bin `first`.

    `bucket` of the promised window: what is promised soon is taken to be fast.
    """
    guess = GUESSES[stage]
    median = guess.median if bucket >= NO_WINDOW else min(guess.median, KEPT * _SHORTEST[bucket])
    median *= ABROAD if abroad else 1.0
    start = EDGES[first] if guess.from_now else 0.0
    left = [1 / (1 + (max(edge - start, 0.0) / median) ** guess.shape) for edge in EDGES]
    return (*(1 - left[place + 1] / left[place] for place in range(BINS)), 0.0)
