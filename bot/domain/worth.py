"""What a group's acts are worth: twenty a minute are spent on persons' words, then on cards, then on bookkeeping."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.outgoing import Act, Priority

_MOST = {Act.CARD: Priority.NEWS, Act.TOPIC: Priority.NEWS, Act.PIN: Priority.LIVE}
"""The most urgent that such an act may be in a group. Words make the topic they need themselves before they leave."""

GROUP_AGEING = timedelta(minutes=5)
"""Waiting this long is worth one level in a group: a first card passes words that come a quarter of an hour later."""

WAITS_FOR_SPARE = timedelta(minutes=15)
"""So long cards and bookkeeping leave the last acts of a group's minute to words that may still come."""

CARD_GIVES_WAY = 3
"""With more words of other customers waiting for the group, a topic's card comes after its first words."""


def urgency(act: Act, wished: Priority, payload: Mapping[str, Any]) -> Priority:
    """How urgent an act is in a group, whatever is wished for it; a topic's change is bookkeeping."""
    most = Priority.LIVE if act is Act.TOPIC and payload else _MOST.get(act, wished)
    return max(wished, most)


def may_spare(priority: Priority) -> bool:
    """True for what keeps nobody waiting who is owed a word."""
    return priority >= Priority.NEWS


def card_first(waiting: int) -> bool:
    """True where a card may come before the first words of its topic: an act spent on it keeps few others waiting."""
    return waiting <= CARD_GIVES_WAY
