"""What may or may not have arrived: repeated where that harms nobody or can be marked, never silently said twice."""

from datetime import datetime
from typing import Any

import structlog

from bot import tracing
from bot.domain.outgoing import REPEATABLE, Act, Leaving, Outgoing, Priority
from bot.flows import albums, calls, heard, word_fates
from bot.store import core, destinations, draft_posts, outbox
from bot.store.outbox import Settled

log = structlog.get_logger(__name__)

MOST_REPEATS = 30
"""So often what harms nobody is tried again; a live message or a card is put anew by the next change anyway."""


async def recover(now: datetime) -> int:
    """At start-up: whatever was leaving when the last process ended is in doubt. Returns how many rows."""
    async with core.transaction():
        stranded = await outbox.stranded()
        for row, step in stranded:
            with tracing.span("outbox.recover", within=row.trace, row=row.id, act=row.act) as span:
                span.note(attempt=row.attempts, outcome="in_doubt")
                await _recovered(row, step, now)
        await albums.wait_after_restart(now)
    if stranded:
        log.warning("recovered", rows=len(stranded))
    return len(stranded)


async def _recovered(row: Leaving, step: str | None, now: datetime) -> None:
    if step is None:
        await settle(row, row.act, harmless=await _is_harmless(row), reason="restart", now=now)
    else:
        act = Act(step.removesuffix("+"))
        await settle(row, act, harmless=step.endswith("+"), reason="restart", now=now)


async def _is_harmless(row: Leaving) -> bool:
    """True where what was in flight only changes something that stands already."""
    if row.act in REPEATABLE or "message_id" in row.payload or "of" in row.payload:
        return True
    if row.act is Act.LIVE:
        return await destinations.live_digest(row.payload["follow"]) is not None
    if row.act is Act.DRAFT:
        post = await draft_posts.find(row.payload["post"])
        return post is not None and post.message_id is not None
    home = await destinations.home(row.customer_id or 0)
    if home is None:
        return False
    return (row.act is Act.CARD and home.card_message_id is not None) or (
        row.act is Act.TOPIC and home.topic_id is not None
    )


async def settle(row: Leaving, step: Act, *, harmless: bool, reason: str, now: datetime) -> None:
    """A row whose `step` may have been done. Call it inside a transaction."""
    log.warning("in_doubt", outbox=row.id, act=row.act, step=step, reason=reason)
    if harmless and row.attempts >= MOST_REPEATS:
        await outbox.settle([Settled(row, "failed", trouble=reason)], now)
    elif harmless:
        await outbox.requeue(row, counted=True)
    elif step is Act.TOPIC:
        await outbox.requeue(row, row.payload | {"topic_repeat": True}, counted=True)
    elif step is not row.act:
        await outbox.requeue(row, row.payload | {"card_repeat": True}, counted=True)
    elif row.act is Act.NOTICE:
        await _notice(row, reason, now)
    elif row.act in word_fates.WORDS and await _is_for_a_customer(row):
        await _leave_in_doubt(row, reason, now)
    else:
        await _once_more(row, reason, now)


async def _is_for_a_customer(row: Leaving) -> bool:
    words = await destinations.relayed(await word_fates.carried(row))
    return any(one.direction == "out" for one in words)


async def _once_more(row: Leaving, reason: str, now: datetime) -> None:
    """Repeated once, and marked as a possible repeat."""
    if row.payload.get("repeat"):
        await _leave_in_doubt(row, reason, now)
    else:
        await outbox.requeue(row, row.payload | {"repeat": True}, counted=True)


async def _leave_in_doubt(row: Leaving, reason: str, now: datetime) -> None:
    await outbox.settle([Settled(row, "in_doubt", trouble=reason)], now)
    await word_fates.mark(row, "in_doubt", calls.IN_DOUBT, reason, now)


async def _notice(row: Leaving, reason: str, now: datetime) -> None:
    """What it said goes into the live messages; where there is none yet it is said once more, marked."""
    follows = await destinations.follows(row.customer_id or 0, row.payload.get("shipments", ()))
    standing = [follow for follow, has_live in follows if has_live]
    if not standing and not row.payload.get("repeat"):
        await _once_more(row, reason, now)
        return
    await _leave_in_doubt(row, reason, now)
    await heard.remember(row, now)
    await outbox.put([_live(row, follow, now) for follow in standing or [follow for follow, _ in follows]])


def _live(row: Leaving, follow: int, now: datetime) -> Outgoing:
    payload: dict[str, Any] = {"follow": follow}
    return Outgoing(
        act=Act.LIVE,
        cause=f"doubt:{row.id}:{follow}",
        payload=payload,
        priority=Priority.WARNING,
        lane=row.lane,
        due_at=now,
        chat_id=row.chat_id,
        customer_id=row.customer_id,
        merchant_id=row.merchant_id,
        collapse=f"live:{follow}",
    )
