"""When a person's next word on a ticket is due, by the targets and hours of its shop; who waits already waits on."""

from datetime import datetime, timedelta

from bot.domain import sla
from bot.domain.feasts import feasts_around
from bot.domain.sla import Staffing, Targets, Wait
from bot.domain.ticket import TicketState
from bot.flows import cards
from bot.flows.opening_hours import hours_of
from bot.store import promises, ticket_messages, waits
from bot.store.models import Merchant, Promise, Ticket
from bot.store.ms import from_ms
from bot.store.tickets import last_from_desk


def staffing_of(merchant: Merchant, now: datetime) -> Staffing:
    """When the people of a shop are there, around `now`."""
    return Staffing(merchant.zone, hours_of(merchant), feasts_around(merchant.country, now.year))


def targets_of(merchant: Merchant) -> Targets:
    """How soon its people answer."""
    return sla.targets_of(merchant.settings)


def target_of(merchant: Merchant, ticket: Ticket) -> timedelta:
    """The staffed time within which the next answer on a ticket is due."""
    targets = targets_of(merchant)
    return targets.first if ticket.answered_ms is None else targets.following


def due_at(merchant: Merchant, ticket: Ticket, now: datetime) -> datetime | None:
    """When a person's next word is due; of what rests: when it will be, since a rest is told to nobody outside."""
    if ticket.due_ms is None or ticket.snoozed_ms is None:
        return None if ticket.due_ms is None else from_ms(ticket.due_ms)
    begins = from_ms(ticket.snoozed_ms)
    return staffing_of(merchant, begins).after(begins, target_of(merchant, ticket))


async def begin(merchant: Merchant, ticket: Ticket, now: datetime, due_at: datetime | None = None) -> None:
    """Somebody asks for a person, or one was promised him for `due_at`: a word is due, unless one is already.

    What rested rests no more; an hour that an agent has named holds, but whoever writes before it is answered sooner.
    """
    due_at = due_at or staffing_of(merchant, now).after(now, target_of(merchant, ticket))
    if ticket.due_ms is None or ticket.snoozed_ms is not None or _is_sooner(ticket, due_at):
        await owe(merchant, ticket, now, due_at)


def _is_sooner(ticket: Ticket, due_at: datetime) -> bool:
    return ticket.due_ms is not None and ticket.due_ms == ticket.promised_ms and due_at < from_ms(ticket.due_ms)


async def owe(merchant: Merchant, ticket: Ticket, now: datetime, due_at: datetime | None = None) -> None:
    """A word is due from now on, by the shop's target if no hour is given; the steps of reminding begin anew."""
    staffing = staffing_of(merchant, now)
    due_at = due_at or staffing.after(now, target_of(merchant, ticket))
    if ticket.snoozed_ms is not None and from_ms(ticket.snoozed_ms) > now:
        await ticket_messages.recall_all(cards.waking(ticket.id), now)
    await waits.owe(ticket, due_at, now, sla.next_at(Wait(now, due_at), staffing, now))


async def nothing(ticket: Ticket | None, now: datetime) -> None:
    """Nobody is owed a word any more."""
    if ticket is not None:
        await waits.over(ticket, now)


async def announce(merchant: Merchant, ticket: Ticket, word: Promise, now: datetime) -> None:
    """An hour that an agent has named is due; the time of reminding counts from when he is to be woken."""
    staffing, due_at = staffing_of(merchant, now), from_ms(word.due_ms)
    wake_at = max(sla.wake_at(from_ms(word.made_ms), due_at, staffing), now)
    first = sla.next_at(Wait(wake_at, due_at, announced=True), staffing, now)
    await waits.owe(ticket, due_at, wake_at, first, promised=True)


async def answered(merchant: Merchant, ticket: Ticket, now: datetime) -> None:
    """An agent wrote: the hour that he has named before is kept by it, or is due still."""
    word = await promises.announced(ticket.id)
    if word is None:
        return
    if sla.keeps(from_ms(word.made_ms), from_ms(word.due_ms), now):
        await promises.keep(word.id, now)
    else:
        await announce(merchant, ticket, word, now)


async def ended(merchant: Merchant, ticket: Ticket, now: datetime) -> None:
    """An agent ends the matter: the hour that he has named is kept, if anybody has written since he named it.

    Else it is owed still, and whoever has the matter is woken before.
    """
    word = await promises.announced(ticket.id)
    last = await last_from_desk(ticket.customer_id)
    if word is None:
        return
    if last is not None and last > word.made_ms:
        await promises.keep(word.id, now)
    else:
        await announce(merchant, ticket, word, now)


async def heard(customer_id: int, now: datetime, user_id: int | None = None) -> None:
    """Hours named in matters that are over are owed no more: somebody (`user_id`) wrote, or they came."""
    for ticket in await waits.closed_and_promised(customer_id):
        word = await promises.announced(ticket.id)
        if word is not None:
            await promises.keep(word.id, now)
        await waits.over(ticket, now, user_id)


async def met(merchant: Merchant, ticket_id: int | None, now: datetime) -> None:
    """The hour that an agent has named has come and the customer had heard of us: only what he asked since is due."""
    ticket = await Ticket.get_or_none(id=ticket_id or 0)
    if ticket is None or ticket.promised_ms is None or ticket.due_ms != ticket.promised_ms:
        return
    await waits.over(ticket, now)
    if ticket.closed_ms is not None:
        return
    if ticket.state != TicketState.WAITING_CUSTOMER:
        await owe(merchant, ticket, now)
