"""Who waits for a person's answer reads, when half of the time is gone, that he is not forgotten."""

from datetime import datetime, timedelta

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows import waits as waits_flow
from bot.flows.tickets import answer_due
from bot.store import customers, outbox, promises, tickets
from bot.store.models import Customer, Merchant, Promise, Ticket, TicketMessage
from bot.store.ms import from_ms
from bot.store.waits import Waiting

ANSWER = "answer"
TOO_LATE = timedelta(minutes=15)
"""So shortly before the answer is due a word in between is only noise."""


async def reassure(one: Waiting, merchant: Merchant, now: datetime, quiet: str) -> int:
    """A holding word to who waits, once an answer; returns how many were said.

    Who was promised another word than an answer, and who has not written, waits for nothing that is late.
    """
    customer = await customers.customer(one.customer_id)
    owed = await tickets.open_promise(one.id)
    if customer is None or customer.unreachable_ms is not None or (owed is not None and owed.kind != ANSWER):
        return 0
    if owed is None:
        owed = await _promised(one, customer, merchant, now, quiet)
    if owed is None or from_ms(owed.due_ms) <= now + TOO_LATE or not await promises.is_waited_for(owed.id):
        return 0
    return len(await outbox.put([_word(owed, customer, now)]))


async def _promised(one: Waiting, customer: Customer, merchant: Merchant, now: datetime, quiet: str) -> Promise | None:
    """Who wrote into a talk was promised nothing yet: the word in between promises it."""
    since = one.asked_ms or one.due_ms
    if not await TicketMessage.filter(ticket_id=one.id, direction="in", created_ms__gte=since).exists():
        return None
    person = await customers.person(customer.user_id)
    zone, own = (person and person.zone) or merchant.zone, (person and person.quiet) or quiet
    target = waits_flow.target_of(merchant, await Ticket.get(id=one.id))
    due_at = answer_due(from_ms(since), merchant, zone, own, target)
    if due_at <= now + TOO_LATE:
        return None
    made = await promises.make(merchant.id, customer.id, None, one.id, ANSWER, due_at, True, 0, now)
    return await Promise.get(id=made)


def _word(row: Promise, customer: Customer, now: datetime) -> Outgoing:
    due = from_ms(row.due_ms).isoformat()
    said = {"kind": "holding", "shipments": [], "promise": row.id, "expires_at": due, "facts": {"next_at": due}}
    return Outgoing(
        act=Act.NOTICE,
        cause=promises.holding_cause(row.id),
        payload=said,
        priority=Priority.WARNING,
        lane=f"chat:{customer.user_id}",
        due_at=now,
        chat_id=customer.user_id,
        customer_id=customer.id,
        merchant_id=row.merchant_id,
    )
