"""What falls due by itself of drafts: they are shown when they would leave, expire, and leave once they may."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.draft import JOINS_WITHIN, WHILE, Came, Draft, Held, at_once, is_stacked
from bot.domain.journey import deadline_of
from bot.domain.outgoing import Priority
from bot.flows import draft_sending, draft_words
from bot.store import audit, core, customers, draft_posts, draft_scores, drafts, findings, outbox, people, shipments
from bot.store.draft_posts import Place, Post
from bot.store.models import Merchant

log = structlog.get_logger(__name__)
SET_ASIDE = timedelta(minutes=15)
"""How long drafts wait that we cannot show by our own fault: they must not stop those of other shops."""
AT_ONCE = 50
"""Drafts that leave in one transaction."""


async def sweep(now: datetime, quiet: str | None) -> int:
    """All of it; how many drafts were shown."""
    await drafts.hasten(now)
    shown = await show_due(now)
    await expire(now)
    while ids := await drafts.allowed(AT_ONCE):
        await _let_go(ids, now, quiet)
    return shown


async def expire(now: datetime) -> None:
    """Open drafts that are no longer true say so on themselves, when there is room for it."""
    async with core.transaction():
        gone = await drafts.expire(now)
        if gone:
            await _over(gone, now)


async def _over(gone: Sequence[Draft], now: datetime) -> None:
    await audit.by_itself([(one.merchant_id, f"draft.{one.state}", f"draft:{one.id}") for one in gone], now)
    await draft_words.refresh(gone, f"over:{gone[0].id}", now)


# ---- shown


async def show_due(now: datetime) -> int:
    """Each shop's people see what would leave now, each shop in its own transaction; how many drafts."""
    shown = 0
    for merchant_id in await drafts.due_shops(now):
        try:
            async with core.transaction():
                shown += await _show(merchant_id, now)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("drafts_not_shown", merchant=merchant_id)
            await drafts.put_off(merchant_id, now + SET_ASIDE)
    return shown


async def _show(merchant_id: int, now: datetime) -> int:
    due = await drafts.open_due(merchant_id, now)
    if not due:
        return 0
    await _count(due, now)
    replaced = await drafts.replace(due, now)
    if replaced:
        await _over(replaced, now)
    merchant = await customers.merchant(merchant_id)
    lately = await draft_posts.count_since(merchant_id, now - WHILE)
    if is_stacked(len(due), lately):
        await _stack(merchant, due, now)
    else:
        for one in due:
            await _begin(merchant, [one], await _place(merchant, one), now)
    return len(due)


async def _count(due: Sequence[Draft], now: datetime) -> None:
    """They count from now on, each parcel by its first."""
    await audit.by_itself([(one.merchant_id, "draft.show", f"draft:{one.id}") for one in due], now)
    parts = {part.finding_id: part for one in due for part in one.parts}
    kinds = {one.id: one.kind for one in await findings.among(parts)}
    numbers = sorted({part.shipment_id for part in parts.values()})
    boxes = {one.id: one for one in await shipments.load(numbers, ended=True)}
    drafted: list[tuple[int, int, datetime | None, Came | None]] = [
        (box.id, box.merchant_id, deadline_of(box), at_once(kinds[part.finding_id]))
        for part in parts.values()
        if part.finding_id in kinds and (box := boxes.get(part.shipment_id)) is not None
    ]
    await draft_scores.open_scores(drafted, now)


async def _place(merchant: Merchant, one: Draft) -> list[Place]:
    """The customer's topic, if he has one."""
    customer = await customers.customer(one.customer_id)
    if merchant.desk_chat_id is None or customer is None or customer.topic_id is None:
        return await _for_all(merchant)
    return [Place(customer.topic_chat_id or merchant.desk_chat_id, customer_id=customer.id)]


async def _for_all(merchant: Merchant) -> list[Place]:
    """General of the desk; without one each owner's private chat."""
    if merchant.desk_chat_id is not None:
        return [Place(merchant.desk_chat_id)]
    return [Place(one["user_id"], user_id=one["user_id"]) for one in await people.owners(merchant.id)]


async def _begin(merchant: Merchant, shown: Sequence[Draft], places: Sequence[Place], now: datetime) -> None:
    batch_id = shown[0].id
    await drafts.gather([one.id for one in shown], batch_id)
    posts = await draft_posts.add(merchant.id, batch_id, places, now)
    await outbox.put([draft_words.row_of(post, "shown", now, Priority.WARNING) for post in posts])


async def _stack(merchant: Merchant, due: Sequence[Draft], now: datetime) -> None:
    """Pages of one message: a fresh one, unless there is one that people still look at."""
    batch_id = await draft_posts.newest_stack(merchant.id, now - JOINS_WITHIN)
    if batch_id is None:
        await _begin(merchant, due, await _for_all(merchant), now)
        return
    await drafts.gather([one.id for one in due], batch_id)
    posts = await draft_posts.of_batches([batch_id])
    await _turn_to_open(posts, batch_id)
    await outbox.put([draft_words.row_of(post, f"more:{due[0].id}", now, Priority.LIVE) for post in posts])


async def _turn_to_open(posts: Sequence[Post], batch_id: int) -> None:
    """A message whose page is decided shows one that is not."""
    batch = {one.id: one for one in await drafts.of_batch(batch_id)}
    first = next((one.id for one in batch.values() if one.state is Held.OPEN), None)
    done = [post.id for post in posts if batch[post.draft_id].state is not Held.OPEN]
    if first is not None and done:
        await draft_posts.show(done, first)


# ---- leaving


async def _let_go(ids: Sequence[int], now: datetime, quiet: str | None) -> None:
    """Some that may leave; one that cannot be sent by our own fault stops no other."""
    for one in await drafts.load(ids):
        try:
            async with core.transaction():
                await draft_sending.send(one, one.decided_by, now, quiet)
        except core.StoreUnavailable:
            raise
        except Exception:
            log.exception("draft_not_sent", draft=one.id)
            await drafts.settle(one.id, Held.WAITING if one.batch_id is None else Held.OPEN)
            return
