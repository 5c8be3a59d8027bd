"""What falls due by itself: promised words, rows to forget."""

from datetime import datetime, timedelta

from msgspec import Struct

from bot.flows import (
    claims,
    drafting,
    heads_up,
    inbox,
    incidents,
    own_texts,
    pending_replies,
    promises,
    reminding,
    topic_names,
    trainees,
    weekly,
    yearly,
)
from bot.store import claims as claim_rows
from bot.store import drafts as draft_rows
from bot.store import heads_up as heads_up_rows
from bot.store import waits as wait_rows
from bot.store.faults import StoreUnavailable as StoreUnavailable
from bot.store.ms import from_ms
from bot.store.promises import next_due_ms
from bot.store.told import forget as forget_told

KEEP_TOLD = timedelta(days=400)
"""What customers were told is counted over three months, and looked up for a year."""


class Swept(Struct, frozen=True):
    """What a sweep did, and when the next promise, reminder or word to a shop falls due."""

    promises: int
    forgotten: int
    next_at: datetime | None
    reminders: int = 0
    shops_told: int = 0
    drafts: int = 0


async def sweep(now: datetime, quiet: str, *, forget: bool) -> Swept:
    """Keep the due promises, remind of whoever waits, tell shops what waits, watch over incidents, show drafts.

    With `forget`, also drop rows that nobody needs any more.
    """
    kept = await promises.keep_due(now, quiet)
    await topic_names.count_down(now)
    reminded = await claims.remind_due(now) + await reminding.remind_due(now, quiet)
    await reminding.wake_sleepers(now)
    await weekly.tell_due(now)
    shops_told = await heads_up.tell_due(now)
    await incidents.watch(now, quiet)
    shown = await drafting.sweep(now, quiet)
    forgotten = await _forget(now) if forget else 0
    due = [from_ms(ms) for ms in (await next_due_ms(), await draft_rows.next_due_ms()) if ms is not None]
    nexts = [*due, await claim_rows.next_due_at(), await heads_up_rows.next_due_at(), await wait_rows.next_at()]
    next_at = min((at for at in nexts if at is not None), default=None)
    return Swept(kept, forgotten, next_at, reminded, shops_told, shown)


async def _forget(now: datetime) -> int:
    await own_texts.tell_stale(now)
    await trainees.expire(now)
    await yearly.ask_due(now)
    gone = await inbox.prune(now) + await incidents.forget(now) + await pending_replies.forget(now)
    return gone + await forget_told(now - KEEP_TOLD)
