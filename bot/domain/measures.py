"""What is measured of a shop's words: shares with their counts; a share of few is not said."""

from msgspec import Struct

LEAST = 20
"""From so many on a share means something."""

DOUBTS = frozenset(
    {"hint", "delay_slight", "delay_serious", "delay_again", "late", "stalled", "not_left_yet", "held_up"}
)
"""Kinds of message that put the promised day in doubt; others tell of what has happened."""


class Share(Struct, frozen=True):
    """So many `of` all."""

    count: int = 0
    of: int = 0

    @property
    def percent(self) -> int | None:
        """In whole percent, neither all nor none unless it is; None where too few are counted."""
        if self.of < LEAST:
            return None
        rounded = round(100 * self.count / self.of)
        if 0 < self.count < self.of:
            return min(max(rounded, 1), 99)
        return rounded


class Measures(Struct, frozen=True):
    """Of one span of time. Each figure's exact meaning stands with its query in bot/store/measures.py.

    `words` are promised words that came by their time; `late` and `broken` are the others. `right`: warnings before
    the promised day's end of parcels that did miss it; `warned`: late parcels that were warned of before. `hours_ahead`
    is the median of the right ones, of however few.
    """

    told_first: Share = Share()
    days: Share = Share()
    windows: Share = Share()
    claimed: float | None = None
    words: Share = Share()
    late: int = 0
    broken: int = 0
    right: Share = Share()
    warned: Share = Share()
    hours_ahead: float | None = None
