"""Promises: the next word owed to a customer, with its due time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.store import sql
from bot.store.models import Promise, Ticket, TicketMessage
from bot.store.ms import to_ms

ANNOUNCED = "announced"
"""An hour that an agent has named himself."""


async def make(
    merchant_id: int,
    customer_id: int,
    shipment_id: int | None,
    ticket_id: int | None,
    kind: str,
    due_at: datetime,
    by_person: bool,
    silent: int,
    now: datetime,
) -> int:
    """Record a promise and retire the older open ones of the same matter: the newest word is the one that holds."""
    await retire(customer_id, shipment_id, ticket_id, now)
    row = await Promise.create(
        merchant_id=merchant_id,
        customer_id=customer_id,
        shipment_id=shipment_id,
        ticket_id=ticket_id,
        kind=kind,
        due_ms=to_ms(due_at),
        made_ms=to_ms(now),
        by_person=by_person,
        silent=silent,
    )
    return int(row.id)


async def retire(customer_id: int, shipment_id: int | None, ticket_id: int | None, now: datetime) -> int:
    """Cancel the open promises of one shipment or one ticket: better news was sent. Returns how many."""
    matter = {"ticket_id": ticket_id} if ticket_id is not None else {"shipment_id": shipment_id, "ticket_id": None}
    return await Promise.filter(customer_id=customer_id, open=1, **matter).update(cancelled_ms=to_ms(now), open=0)


async def announced(ticket_id: int) -> Promise | None:
    """The hour that an agent has named on a ticket, not yet kept."""
    return await Promise.filter(ticket_id=ticket_id, open=1, kind=ANNOUNCED).order_by("-id").first()


async def is_owed_at(customer_id: int, due_at: datetime) -> bool:
    """Whether a word is owed to him at that very moment."""
    return await Promise.filter(customer_id=customer_id, open=1, due_ms=to_ms(due_at)).exists()


async def by_person(customer_id: int, shipment_id: int) -> Promise | None:
    """The word that a person owes on a shipment, not yet kept."""
    owed = Promise.filter(customer_id=customer_id, shipment_id=shipment_id, open=1, by_person=True)
    return await owed.order_by("due_ms").first()


async def keep(promise_id: int, now: datetime) -> bool:
    """The word is given; False where it no longer was owed."""
    return await Promise.filter(id=promise_id, open=1).update(kept_ms=to_ms(now), open=0) > 0


async def mark_broken(promise_id: int) -> None:
    """Its time came and nobody had written."""
    await Promise.filter(id=promise_id).update(broken=True)


async def broken_since(customer_id: int, since_ms: int) -> list[int]:
    """When words of persons to him fell due that were not kept, the latest first."""
    found = Promise.filter(customer_id=customer_id, broken=True, due_ms__gt=since_ms).order_by("-due_ms")
    return [int(one.due_ms) for one in await found]


async def put_off(promise_id: int, until: datetime) -> None:
    """Look at it again then: it could not be kept now."""
    await sql.run(
        "UPDATE promise SET owed_ms = COALESCE(owed_ms, due_ms), due_ms = ? WHERE id = ? AND open = 1",
        (to_ms(until), promise_id),
    )


async def due(now: datetime, limit: int = 100) -> list[Promise]:
    """Open promises whose time has come, earliest first."""
    return await Promise.filter(open=1, due_ms__lte=to_ms(now)).order_by("due_ms").limit(limit)


_UNANSWERED = (
    "p.open = 1 AND NOT EXISTS (SELECT 1 FROM ticket_message t WHERE t.customer_id = p.customer_id"
    " AND t.direction = 'out' AND t.created_ms > p.made_ms)"
)


def holding_cause(promise_id: int) -> str:
    """What a word in between is known by, so that it is said once."""
    return f"holding:{promise_id}"


async def is_waited_for(promise_id: int) -> bool:
    """Whether the answer is still owed and nobody has written."""
    return bool(await sql.records(f"SELECT 1 FROM promise p WHERE p.id = ? AND {_UNANSWERED}", (promise_id,)))  # noqa: S608


async def next_due_ms() -> int | None:
    """When the next word is owed, epoch milliseconds."""
    row = await Promise.filter(open=1).order_by("due_ms").first()
    return None if row is None else row.due_ms


async def not_said(messages: Sequence[int], now: datetime) -> set[int]:
    """Announced in words that did not arrive: nobody was promised it; the ticket's word stays due. Returns whose."""
    found = await _announced_in(messages, open=1)
    for one in found:
        await Promise.filter(id=one.id).update(cancelled_ms=to_ms(now), open=0)
        await Ticket.filter(id=one.ticket_id).update(promised_ms=None)
    return {one.customer_id for one in found}


async def said_again(message_id: int, now: datetime) -> set[int]:
    """Announced in words that leave once more, before the hour: it holds again. Returns whose it is."""
    found = await _announced_in([message_id], open=0, kept_ms=None, due_ms__gt=to_ms(now))
    for one in found:
        await Promise.filter(id=one.id).update(cancelled_ms=None, open=1)
        await Ticket.filter(id=one.ticket_id, due_ms=one.due_ms).update(promised_ms=one.due_ms)
    return {one.customer_id for one in found}


async def _announced_in(messages: Sequence[int], **which: Any) -> list[Promise]:
    """Made in the same moment as the words that named it."""
    found: list[Promise] = []
    for words in await TicketMessage.filter(id__in=list(messages), direction="out") if messages else ():
        same = {"customer_id": words.customer_id, "ticket_id": words.ticket_id, "made_ms": words.created_ms}
        found += await Promise.filter(kind=ANNOUNCED, **same, **which)
    return found
