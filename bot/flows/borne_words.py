"""What words bear beside themselves, a gesture or an hour: gone when they do not arrive, back when they leave again."""

from collections.abc import Sequence
from datetime import datetime

from bot.flows import cards
from bot.store import gestures, promises


async def lost(messages: Sequence[int], cause: str, now: datetime) -> None:
    """Words that will not arrive gave nothing and promised nothing: whoever was to be woken still is."""
    for customer_id in await gestures.not_given(messages) | await promises.not_said(messages, now):
        await cards.refresh_card(customer_id, now, cause)


async def said_again(message_id: int, cause: str, now: datetime) -> None:
    """They leave once more, and hold again."""
    for customer_id in await gestures.given_again(message_id) | await promises.said_again(message_id, now):
        await cards.refresh_card(customer_id, now, cause)
