"""When a person's word is due on tickets, since when somebody waits for it, and who was reminded of it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from bot.store import sql
from bot.store.models import Audit, Ticket, WaitRow
from bot.store.ms import from_ms, to_ms

# A ticket that is over waits where an agent has named an hour on it that is still to come.
_WAITING = (
    "SELECT t.id, t.merchant_id, t.customer_id, t.assignee_id, t.due_ms, t.asked_ms, t.promised_ms, t.snoozed_ms,"
    " t.reminded, t.remind_ms, c.name, c.user_id, c.topic_chat_id, c.topic_id FROM ticket t"
    " JOIN customer c ON c.id = t.customer_id"
    " WHERE (t.closed_ms IS NULL OR t.promised_ms IS NOT NULL) AND c.banned_ms IS NULL"
)
_ASLEEP = (
    "SELECT t.id FROM ticket t JOIN customer c ON c.id = t.customer_id"
    " WHERE t.closed_ms IS NULL AND c.banned_ms IS NULL AND ("
    "(t.due_ms IS NULL AND (t.state <> 'waiting_customer' OR t.promised_ms IS NOT NULL))"
    " OR (t.due_ms IS NOT NULL AND t.remind_ms IS NULL) OR t.remind_ms < ?) ORDER BY t.id LIMIT ?"
)


class Waiting(Struct, frozen=True):
    """An open ticket on which a person's word is due, with whose it is and where his topic stands."""

    id: int
    merchant_id: int
    customer_id: int
    assignee_id: int | None
    due_ms: int
    asked_ms: int | None
    promised_ms: int | None
    snoozed_ms: int | None
    reminded: int
    remind_ms: int
    name: str
    user_id: int
    topic_chat_id: int | None
    topic_id: int | None


async def owe(
    ticket: Ticket, due_at: datetime, asked_at: datetime, remind_at: datetime, *, promised: bool = False
) -> None:
    """A word is due then; whatever was due before is no more. `promised`: an agent has named the hour himself."""
    await cancel([ticket.id], asked_at)
    ticket.due_ms, ticket.asked_ms, ticket.remind_ms = to_ms(due_at), to_ms(asked_at), to_ms(remind_at)
    ticket.reminded, ticket.snoozed_ms = 0, None
    ticket.promised_ms = to_ms(due_at) if promised else ticket.promised_ms
    fields = ["due_ms", "asked_ms", "remind_ms", "reminded", "snoozed_ms", "promised_ms"]
    await ticket.save(update_fields=fields)
    _ = await WaitRow.create(
        merchant_id=ticket.merchant_id,
        ticket_id=ticket.id,
        is_first=ticket.answered_ms is None,
        asked_ms=ticket.asked_ms,
        due_ms=ticket.due_ms,
    )


async def rest(ticket: Ticket, until: datetime, now: datetime) -> None:
    """Nobody is reminded before; what was owed is owed no more."""
    await cancel([ticket.id], now)
    ticket.snoozed_ms = ticket.due_ms = ticket.remind_ms = to_ms(until)
    ticket.asked_ms, ticket.reminded = None, 0
    await ticket.save(update_fields=["snoozed_ms", "due_ms", "remind_ms", "asked_ms", "reminded"])


async def over(ticket: Ticket, now: datetime, user_id: int | None = None) -> None:
    """Nothing is due any more: `user_id` has answered, or nobody has."""
    if user_id is not None:
        await WaitRow.filter(ticket_id=ticket.id, answered_ms=None, cancelled_ms=None).update(
            answered_ms=to_ms(now), user_id=user_id
        )
    await cancel([ticket.id], now)
    ticket.due_ms = ticket.asked_ms = ticket.remind_ms = ticket.snoozed_ms = ticket.promised_ms = None
    ticket.reminded = 0
    fields = ["due_ms", "asked_ms", "remind_ms", "snoozed_ms", "promised_ms", "reminded"]
    await ticket.save(update_fields=fields)


async def slipped(ticket: Ticket) -> None:
    """The hour that an agent has named is over: from now on it is a wait like any other, as far as its steps have come.

    The steps of an announced hour are those of an answer without the first.
    """
    if ticket.promised_ms is not None and ticket.promised_ms == ticket.due_ms:
        ticket.promised_ms, ticket.reminded = None, ticket.reminded + 1
        await ticket.save(update_fields=["promised_ms", "reminded"])


async def closed_and_promised(customer_id: int) -> list[Ticket]:
    """His tickets that are over and on which an agent has named an hour that is still to come."""
    return await Ticket.filter(customer_id=customer_id, closed_ms__not_isnull=True, promised_ms__not_isnull=True)


async def cancel(ticket_ids: Sequence[int], now: datetime) -> None:
    """What was owed on these tickets is owed no more."""
    await WaitRow.filter(ticket_id__in=list(ticket_ids), answered_ms=None, cancelled_ms=None).update(
        cancelled_ms=to_ms(now)
    )


# ---- reminding


async def due(now: datetime, limit: int = 500) -> list[Waiting]:
    """Those of which somebody is to hear now, the earliest first."""
    found = await sql.rows(_WAITING + " AND t.remind_ms <= ? ORDER BY t.remind_ms, t.id LIMIT ?", (to_ms(now), limit))
    return [Waiting(**row) for row in found]


async def still_due(ticket_ids: Sequence[int]) -> list[Waiting]:
    """Those of these tickets on which a word is due yet, the earliest first."""
    among, these = sql.among("t.id", ticket_ids)
    found = await sql.rows(f"{_WAITING} AND t.due_ms IS NOT NULL AND {among} ORDER BY t.due_ms, t.id", (these,))
    return [Waiting(**row) for row in found]


async def take(one: Waiting, reminded: int, remind_at: datetime) -> bool:
    """The steps up to there are taken; False where the wait is over or another process took them."""
    touched = await sql.run(
        "UPDATE ticket SET reminded = ?, remind_ms = ? WHERE id = ? AND reminded = ? AND remind_ms = ? AND due_ms = ?",
        (reminded, to_ms(remind_at), one.id, one.reminded, one.remind_ms, one.due_ms),
    )
    return touched > 0


async def put_off(merchant_id: int, now: datetime, until: datetime) -> None:
    """Look at what is due in a shop again then."""
    await sql.run(
        "UPDATE ticket SET remind_ms = ? WHERE merchant_id = ? AND remind_ms <= ?",
        (to_ms(until), merchant_id, to_ms(now)),
    )


async def still_waited_for(waits: Sequence[Sequence[int]]) -> list[bool]:
    """Of each (ticket, due): whether that word is still due."""
    found = await Ticket.filter(id__in=[ticket for ticket, _ in waits])
    due = {one.id: one.due_ms for one in found if one.closed_ms is None or one.promised_ms is not None}
    return [due.get(ticket) == due_ms for ticket, due_ms in waits]


async def next_at() -> datetime | None:
    """When somebody is to hear of a wait next."""
    found = await sql.rows("SELECT min(remind_ms) AS at FROM ticket WHERE remind_ms IS NOT NULL")
    return None if found[0]["at"] is None else from_ms(found[0]["at"])


# ---- what must never be


WOKEN = "desk.woken"
"""The deed under which the audit log counts those that were found."""


async def woken(since: datetime) -> int:
    """How many were found and put right since then."""
    return await Audit.filter(deed=WOKEN, at_ms__gte=to_ms(since)).count()


async def suspects(before: datetime, limit: int = 500) -> list[Ticket]:
    """Open tickets that may be forgotten: nothing due though they wait for us, or no step to come, or one long over."""
    found = await sql.rows(_ASLEEP, (to_ms(before), limit))
    return await Ticket.filter(id__in=[row["id"] for row in found]).order_by("id") if found else []
