"""How fast Telegram may be spoken to: arithmetic over monotonic seconds, no waiting."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct, field

from bot.domain.outgoing import Priority

CHAT_EVERY = 1.0
CHAT_BURST = 3
GROUP_ACTS = 20
GROUP_WINDOW = 60.0
GROUP_SPARED = 3
"""So many of a group's acts in a minute are kept for persons' words: what can wait does not take them."""
OVERALL_PER_SECOND = 28
_MARGIN = 1e-6
"""Keeps the 29th act out of a second that is closed at both ends, against rounding too."""
OVERALL_EVERY = 1.0 / OVERALL_PER_SECOND * (1 + 1e-3)
FORGET_AFTER = 120.0


class ChatPace(Struct):
    """One chat: `free_at` is when all its burst is back, `recent` a group's acts, `paused_until` by a 429."""

    free_at: float = 0.0
    paused_until: float = 0.0
    touched: float = 0.0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP_ACTS))


class Pace(Struct):
    """What has been spent: per chat, and overall without a burst. Changed only by spend, pause and forget."""

    next_at: float = 0.0
    chats: dict[int, ChatPace] = {}


def when(pace: Pace, chat_id: int, is_group: bool, now: float) -> float:
    """The earliest second, not before `now`, at which an act in the chat may leave."""
    at = max(now, pace.next_at)
    chat = pace.chats.get(chat_id)
    if chat is None:
        return at
    at = max(at, chat.paused_until, chat.free_at - (CHAT_BURST - 1) * CHAT_EVERY)
    if is_group and len(chat.recent) == GROUP_ACTS:
        at = max(at, chat.recent[0] + GROUP_WINDOW + _MARGIN)
    return at


def spend(pace: Pace, chat_id: int, is_group: bool, at: float) -> None:
    """An act leaves at `at` (not before `when` allowed it): a message, an edit, a topic call, all count alike."""
    chat = pace.chats.setdefault(chat_id, ChatPace())
    chat.free_at = max(chat.free_at, at) + CHAT_EVERY
    chat.touched = max(chat.touched, at)
    pace.next_at = max(pace.next_at, at) + OVERALL_EVERY
    if is_group:
        chat.recent.append(at)


def is_spared(pace: Pace, chat_id: int, now: float) -> bool:
    """True where what a group may still do is kept for persons' words."""
    chat = pace.chats.get(chat_id)
    most = GROUP_ACTS - GROUP_SPARED
    return chat is not None and len(chat.recent) >= most and chat.recent[-most] + GROUP_WINDOW >= now


def pause(pace: Pace, chat_id: int, until: float) -> None:
    """A 429: this chat rests until `until`, the others go on."""
    chat = pace.chats.setdefault(chat_id, ChatPace())
    chat.paused_until = max(chat.paused_until, until)
    chat.touched = max(chat.touched, until)


def forget(pace: Pace, now: float) -> int:
    """Drop chats that no rule remembers any more; how many. Call now and then, or the table grows for ever."""
    old = [chat_id for chat_id, chat in pace.chats.items() if chat.touched + FORGET_AFTER < now]
    for chat_id in old:
        del pace.chats[chat_id]
    return len(old)


AGEING = timedelta(minutes=72)
"""Waiting this long is worth one level of priority: bulk passes a person's word after six hours, not before."""


def rank(priority: Priority, due_at: datetime, now: datetime, ageing: timedelta = AGEING) -> timedelta:
    """Order of leaving, lowest first. `due_at`: since when it could leave (not when it was written).

    Linear, so the order of two rows never changes while they wait.
    """
    return int(priority) * ageing - (now - due_at)


def soonest(pace: Pace, chats: Iterable[tuple[int, bool]], now: float) -> float | None:
    """When the first of these chats may be spoken to; None without chats."""
    return min((when(pace, chat_id, is_group, now) for chat_id, is_group in chats), default=None)
