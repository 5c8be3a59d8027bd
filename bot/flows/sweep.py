"""What falls due by itself: promised words, reminders, what shops are to hear."""

from datetime import datetime

from msgspec import Struct

from bot.flows import (
    claims,
    drafting,
    heads_up,
    incidents,
    own_texts,
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


class Swept(Struct, frozen=True):
    """What a sweep did, and when the next promise, reminder or word to a shop falls due."""

    promises: int
    next_at: datetime | None
    reminders: int = 0
    shops_told: int = 0
    drafts: int = 0


async def sweep(now: datetime, quiet: str, *, seldom: bool) -> Swept:
    """Keep the due promises, remind of whoever waits, tell shops what waits, watch over incidents, show drafts.

    With `seldom`, also look after what moves by days.
    """
    kept = await promises.keep_due(now, quiet)
    await topic_names.count_down(now)
    reminded = await claims.remind_due(now) + await reminding.remind_due(now, quiet)
    await reminding.wake_sleepers(now)
    await weekly.tell_due(now)
    shops_told = await heads_up.tell_due(now)
    await incidents.watch(now, quiet)
    shown = await drafting.sweep(now, quiet)
    if seldom:
        await _look_seldom(now)
    due = [from_ms(ms) for ms in (await next_due_ms(), await draft_rows.next_due_ms()) if ms is not None]
    nexts = [*due, await claim_rows.next_due_at(), await heads_up_rows.next_due_at(), await wait_rows.next_at()]
    next_at = min((at for at in nexts if at is not None), default=None)
    return Swept(kept, next_at, reminded, shops_told, shown)


async def _look_seldom(now: datetime) -> None:
    await own_texts.tell_stale(now)
    await trainees.expire(now)
    await yearly.ask_due(now)
