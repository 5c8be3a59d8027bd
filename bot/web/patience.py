"""A question that may take too long: whoever asks is told so in time, and it is not asked anew meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Patient(Generic[T]):
    """One question, asked once at a time; a hanging one is left alone, since cancelling it may hang as well."""

    def __init__(self, ask: Callable[[], Awaitable[T]], seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._asking: asyncio.Task[T] | None = None

    async def answer(self) -> T:
        """What it says. Raises TimeoutError, and whatever the question raises."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._asked(), name="web.asking")
        await asyncio.wait({self._asking}, timeout=self._seconds)
        if not self._asking.done():
            raise TimeoutError
        return self._asking.result()

    async def _asked(self) -> T:
        return await self._ask()
