"""Telegram's documented limits: a chat 1 a second with a burst, a group 20 in 60 s, all chats 30 a second."""

from collections import deque
from dataclasses import dataclass, field
from math import ceil

BURST = 3.0
GROUP = (20, 60.0)
OVERALL = (30, 1.0)
JITTER = 0.25
"""Seconds by which a call may arrive early: its sender counts from when it left."""
COUNTED = ("send", "copy", "forward", "editMessage", "createForumTopic")
FREE = frozenset({"sendChatAction", "sendMessageDraft", "sendRichMessageDraft"})


@dataclass
class Window:
    """At most `most` in any `span` seconds."""

    most: int
    span: float
    at: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int) -> float:
        """Seconds until `count` more fit."""
        while self.at and self.at[0] <= now - self.span:
            self.at.popleft()
        over = len(self.at) + count - self.most
        return self.at[min(over, len(self.at)) - 1] + self.span - now if over > 0 and self.at else 0.0

    def take(self, now: float, count: int) -> None:
        self.at.extend([now] * count)


@dataclass
class Bucket:
    """One a second with a burst."""

    level: float = BURST
    at: float = 0.0

    def wait(self, now: float, count: int) -> float:
        self.level = min(BURST, self.level + now - self.at)
        self.at = now
        return max(0.0, min(count, BURST) - self.level)

    def take(self, now: float, count: int) -> None:
        self.level -= count


class Limits:
    """Counts what Telegram counts, in real seconds."""

    def __init__(self) -> None:
        self.overall = Window(*OVERALL)
        self.chats: dict[int, Window | Bucket] = {}

    def counts(self, method: str) -> bool:
        return method.startswith(COUNTED) and method not in FREE

    def ask(self, chat_id: int, method: str, now: float, count: int = 1) -> tuple[str, int] | None:
        """The rule that this call breaks and the seconds to wait for it, else None."""
        rules: list[tuple[str, Window | Bucket]] = [("30 a second over all chats", self.overall)]
        if chat_id < 0:
            rules.append(("20 in 60 seconds in one group", self._of(chat_id)))
        elif not method.startswith("edit"):
            rules.append(("1 a second in one chat", self._of(chat_id)))
        for name, rule in rules:
            seconds = rule.wait(now, count)
            if seconds > JITTER:
                return name, max(1, ceil(seconds))
        return None

    def take(self, chat_id: int, method: str, now: float, count: int = 1) -> None:
        """It was sent."""
        self.overall.take(now, count)
        if chat_id < 0 or not method.startswith("edit"):
            self._of(chat_id).take(now, count)

    def _of(self, chat_id: int) -> Window | Bucket:
        if chat_id not in self.chats:
            self.chats[chat_id] = Window(*GROUP) if chat_id < 0 else Bucket()
        return self.chats[chat_id]
