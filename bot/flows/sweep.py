"""What falls due by itself: promised words, rows to forget."""

from datetime import datetime

from msgspec import Struct

from bot.flows import inbox, promises
from bot.store.faults import StoreUnavailable as StoreUnavailable
from bot.store.ms import from_ms
from bot.store.promises import next_due_ms


class Swept(Struct, frozen=True):
    """What a sweep did, and when the next promise falls due."""

    promises: int
    forgotten: int
    next_at: datetime | None


async def sweep(now: datetime, quiet: str, *, forget: bool) -> Swept:
    """Keep the due promises; with `forget`, also drop rows that nobody needs any more."""
    kept = await promises.keep_due(now, quiet)
    forgotten = await inbox.prune(now) if forget else 0
    due = await next_due_ms()
    return Swept(kept, forgotten, None if due is None else from_ms(due))
