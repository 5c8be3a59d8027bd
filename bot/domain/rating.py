"""Rating a solved matter: when it is asked, how long an answer may change, and which one calls for making up."""

from datetime import datetime, timedelta
from enum import StrEnum

STARS = range(1, 6)
LOW, GOOD = 2, 4
"""Up to the one somebody who leads makes up for it, from the other on the customer counts as content."""
ASKED_AFTER = timedelta(minutes=10)
"""So long after an agent has closed: he may have closed the wrong one."""
OPEN_FOR = timedelta(days=7)
"""From the question on."""
CHANGEABLE_FOR = timedelta(days=1)
"""From the first answer on."""
UNASKED = frozenset({"spam", "abuse", "banned", "duplicate", "test", "forgotten"})
"""Outcomes of tickets that nobody is asked about."""


class Said(StrEnum):
    """What a press on one of the five is."""

    FIRST = "first"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"
    """Too late to be changed."""
    OVER = "over"
    """Too late to be said."""


def is_asked(outcome: str | None, *, answered: bool, banned: bool) -> bool:
    """Whether a customer is asked how it went: a person has written to him, and it was no matter of ours to end."""
    return answered and not banned and (outcome or "").strip().lower() not in UNASKED


def said(stars: int, before: int | None, asked_at: datetime, rated_at: datetime | None, now: datetime) -> Said:
    """What a press says. `before`: what he said the last time; `rated_at`: when he first did."""
    if before is None or rated_at is None:
        return Said.FIRST if now - asked_at <= OPEN_FOR else Said.OVER
    if stars == before:
        return Said.SAME
    return Said.CHANGED if now - rated_at <= CHANGEABLE_FOR else Said.KEPT


def is_low(stars: int) -> bool:
    """Whether a lead makes up for it."""
    return stars <= LOW


def is_good(stars: int) -> bool:
    """Whether he counts as content."""
    return stars >= GOOD
