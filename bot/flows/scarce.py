"""Who is asked for where an account may not ask for all: how much hangs on it, and whose turns come first.

Both are read from as many rows as the account has parcels and change little within minutes, so they are kept between
chunks. What another worker has asked for meanwhile is left out.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.cadence import urgency
from bot.domain.rhythm import Rhythms
from bot.domain.shipment import Shipment
from bot.store import accounts, due

CHOICE = 5000
"""Shipments among which the most urgent are chosen: some 50 ms of work."""
KEPT = 250
"""Of these the most urgent: as many as a chunk asks for at most."""
COUNTED_FOR = timedelta(minutes=10)
CHOSEN_FOR = timedelta(minutes=1)
"""So long something more urgent may have to wait that has come since."""


class Scarce:
    """One account, as one process remembers it."""

    def __init__(self, account_id: int) -> None:
        self._account_id = account_id
        self._parcels = 0
        self._counted_at: datetime | None = None
        self._turns: list[int] = []
        self._chosen_at: datetime | None = None

    async def parcels(self, now: datetime) -> int:
        """How many shipments hang on it."""
        if not _is_fresh(self._counted_at, now, COUNTED_FOR):
            self._parcels, self._counted_at = await accounts.count_waiting(self._account_id), now
        return self._parcels

    async def most_urgent(self, now: datetime, most: int, rhythms: Rhythms) -> list[int]:
        """Up to `most` shipments, the most urgent first."""
        if _is_fresh(self._chosen_at, now, CHOSEN_FOR):
            waiting = await due.still_due(self._turns, now)
            self._turns = [one for one in self._turns if one in waiting]
        else:
            self._turns = []
        if len(self._turns) < most:
            await self._choose(now, lambda one: urgency(one, now, rhythms))
        taken, self._turns = self._turns[:most], self._turns[most:]
        return taken

    async def _choose(self, now: datetime, worth: Callable[[Shipment], float]) -> None:
        found = await due.choice(self._account_id, now, CHOICE)
        self._turns = [one.id for one in sorted(found, key=worth, reverse=True)[:KEPT]]
        self._chosen_at = now


def _is_fresh(since: datetime | None, now: datetime, span: timedelta) -> bool:
    return since is not None and timedelta() <= now - since < span
