"""When somebody writes faster than a desk can read: his words are gathered, none is dropped."""

from collections.abc import Sequence
from datetime import datetime, timedelta

SPAN = timedelta(minutes=1)
MOST = 10
"""Messages within SPAN that go to the desk one by one: a person in distress writes six or seven short ones."""
GATHERED_FOR = timedelta(seconds=20)
"""So long further words are waited for: a message of the group's twenty a minute for each."""
SPACED = timedelta(seconds=6)
"""So far apart is what cannot be shown together: half of a group's twenty acts a minute stay everybody else's."""


def is_flood(said: Sequence[datetime], now: datetime) -> bool:
    """Whether the newest of these messages, all of one person's, is one too many to be shown alone."""
    return sum(now - SPAN < at <= now for at in said) > MOST
