"""What the groups of a shop carry: which of them a new customer comes to, and when one has too much to say."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from bot.domain.pacing import GROUP_ACTS, GROUP_WINDOW

FULL_AFTER = timedelta(minutes=3)
"""A group is saturated when what waits for it takes longer than this to say …"""
EASED_BELOW = timedelta(minutes=1)
"""… and until it takes less than this."""


class Load(Struct, frozen=True):
    """A group: acts that wait for it, open tickets and topics in it. `broken`: it takes nothing for now."""

    chat_id: int
    waiting: int = 0
    open: int = 0
    topics: int = 0
    broken: bool = False


def behind(acts: int) -> timedelta:
    """How long a group needs for so many acts, its budget being what it is."""
    return timedelta(seconds=acts * GROUP_WINDOW / GROUP_ACTS)


def least(loads: Sequence[Load], customer_id: int) -> int:
    """The group that has least to do; equals take turns by customer. Raises ValueError where there is none."""
    weight = min(_weight(one) for one in loads)
    equals = sorted(one.chat_id for one in loads if _weight(one) == weight)
    return equals[customer_id % len(equals)]


def _weight(load: Load) -> tuple[bool, int, int, int]:
    """A minute behind weighs more than any number of tickets, tickets more than topics."""
    return load.broken, load.waiting // GROUP_ACTS, load.open, load.topics


def is_full(acts: int, *, was_full: bool) -> bool:
    """True for a saturated group; it stays so until little is left, so that nobody is told back and forth."""
    return behind(acts) > (EASED_BELOW if was_full else FULL_AFTER)
