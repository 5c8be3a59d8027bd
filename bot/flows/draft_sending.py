"""A draft leaves as it was planned, with its promise made from now; or it never does."""

from datetime import datetime

from msgspec.structs import replace

from bot.domain.draft import Draft, Held
from bot.domain.notice import Notice
from bot.domain.outgoing import Outgoing, Priority
from bot.flows import draft_plan, draft_words, follow, telling
from bot.flows.draft_plan import Plan
from bot.store import audit, customers, destinations, drafts, outbox

APPROVED = "approved"
"""In a notice's payload: a person of the shop has said yes to it."""


async def send(draft: Draft, user_id: int | None, now: datetime, quiet: str | None) -> Held | None:
    """In the caller's transaction: SENT, or EXPIRED where it is no longer true. None: somebody was faster."""
    if not await drafts.decide(draft.id, Held.SENT, user_id, now):
        return None
    planned = await draft_plan.plan(draft, now, quiet)
    state = Held.SENT if await draft_plan.worded(planned, draft, now) else Held.EXPIRED
    if state is Held.SENT:
        await outbox.put([_row(one, planned, draft, now) for one in planned.notices])
        await owe(planned, draft, now)
    else:
        await drafts.settle(draft.id, Held.EXPIRED)
    await note(draft, "send" if state is Held.SENT else "send_untrue", user_id, now)
    return state


def _row(one: Notice, planned: Plan, draft: Draft, now: datetime) -> Outgoing:
    row = telling.notice_row(one, planned.ids, draft.merchant_id, now)
    return replace(row, payload=row.payload | {APPROVED: True})


async def owe(planned: Plan, draft: Draft, now: datetime) -> None:
    """The next word, from now; a person who has to give it hears of it, and the live messages need hide it no more."""
    await telling.remember(planned.notices, dict.fromkeys(planned.shipments, draft.merchant_id), now)
    await telling.hand_over(planned.notices, planned.shipments, now)
    customer = await customers.customer(draft.customer_id)
    if customer is not None and planned.notices:
        due_at = max(one.due_at for one in planned.notices)
        follows = await destinations.follows(customer.id, list(planned.shipments))
        await outbox.put([follow.live_row(one, customer, f"draft:{draft.id}", due_at) for one, _ in follows])


async def note(draft: Draft, deed: str, user_id: int | None, now: datetime) -> None:
    """Written down, and said on the draft."""
    if user_id is None:
        await audit.by_itself([(draft.merchant_id, f"draft.{deed}", f"draft:{draft.id}")], now)
    else:
        await audit.write(draft.merchant_id, user_id, f"draft.{deed}", f"draft:{draft.id}", now)
    await draft_words.refresh([draft], f"{deed}:{draft.id}", now, Priority.ANSWER)


async def drop(draft: Draft, user_id: int, now: datetime) -> bool:
    """Nobody is told, of this slip for good; False where somebody was faster."""
    if not await drafts.decide(draft.id, Held.DROPPED, user_id, now):
        return False
    await note(draft, "drop", user_id, now)
    return True
