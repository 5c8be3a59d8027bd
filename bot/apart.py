"""What each bot of a process has of its own: one process may serve several, and nothing of one may reach another.

Each bot lives in a context of its own, which every task it starts inherits. What a module would keep as a global is
kept there instead. Where nobody has begun (one shop a process, tests), the process itself is the one bot.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_KEPT: ContextVar[dict["Own[Any]", Any]] = ContextVar("kept")
_OF_PROCESS: dict["Own[Any]", Any] = {}


def begin() -> None:
    """From here on this task, and those it starts, are a bot of their own."""
    _KEPT.set({})


class Own(Generic[T]):
    """A thing of which each bot has its own, made when it is first needed."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    @property
    def here(self) -> T:
        """That of the bot whose task asks."""
        kept = _KEPT.get(_OF_PROCESS)
        if self not in kept:
            kept[self] = self._make()
        return kept[self]  # type: ignore[no-any-return]


class Bell:
    """Tells those who listen within the same bot."""

    def __init__(self) -> None:
        self._listeners: Own[set[Callable[[], None]]] = Own(set)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be called whenever it rings; returns what ends it."""
        listeners = self._listeners.here
        listeners.add(listener)
        return lambda: listeners.discard(listener)

    def ring(self) -> None:
        """Call them all."""
        for listener in tuple(self._listeners.here):
            listener()
