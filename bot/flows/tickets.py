"""Tickets: a matter for a human, opened with its evidence, its words and the promise of an answer.

A customer has at most one open ticket and one topic; whoever opens either holds the customer's row.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain import hours
from bot.domain.feasts import feasts_around
from bot.domain.finding import Finding, OpenFinding
from bot.domain.shipment import Shipment as Tracked
from bot.domain.telling import Following, Notice
from bot.domain.ticket import Ended, TicketEvent, TicketState, goes_on, move
from bot.flows import claims, facts, place, rating_ask, waits
from bot.flows.opening_hours import hours_of
from bot.flows.to_desk import Opened, relay, tell_desk, tell_everybody
from bot.flows.turn import Answer, Turn
from bot.store import core, customers, desk_tickets, people, promises, tickets
from bot.store.models import Customer, Merchant, Shipment, Ticket
from bot.store.ms import EPOCH, from_ms
from bot.store.tickets import Words

QUARTER = timedelta(minutes=15)
TALKING = timedelta(minutes=30)
"""So long after an agent's words a conversation runs by itself: no automatic word in between."""


async def open_ticket(
    customer_id: int,
    cause: str,
    now: datetime,
    shipment_id: int | None = None,
    evidence: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> Opened:
    """The customer's one open ticket, made if there is none; the evidence joins it. In the caller's transaction.

    `due_at`: by when he was promised a person's word, else the shop's target counts.
    """
    customer = await tickets.lock(customer_id)
    merchant = await customers.merchant(customer.merchant_id)
    entry = {"cause": cause, "shipment": shipment_id, "at": now.isoformat(), **(evidence or {})}
    found = await tickets.open_of(customer_id)
    before = _shown(found)
    found = found or await _goes_on(customer_id, cause, shipment_id, now)
    if found is None:
        made = await tickets.add(customer, cause, shipment_id, entry, now)
        await _owe(customer, merchant, made, due_at, now)
        return Opened(made, customer, merchant, True)
    if cause not in ("words", "human") or shipment_id is not None:
        await tickets.add_evidence(found, entry)
    if shipment_id is not None and found.shipment_id is None:
        await tickets.about(found, shipment_id)
    state = move(TicketState(found.state), TicketEvent.CUSTOMER_WROTE)
    if state is not None and state != found.state:
        await tickets.set_state(found.id, state)
        found.state = state.value
    await _owe(customer, merchant, found, due_at, now)
    return Opened(found, customer, merchant, False, changed=_shown(found) != before)


def _shown(ticket: Ticket | None) -> object:
    """What a customer's words may change of what the card says of a ticket."""
    return ticket and (ticket.state, ticket.shipment_id, ticket.evidence, ticket.due_ms, ticket.snoozed_ms)


async def _goes_on(customer_id: int, cause: str, shipment_id: int | None, now: datetime) -> Ticket | None:
    """His last ticket, opened again by his words, where they come soon after its end."""
    last = next(iter(await desk_tickets.closed_of(customer_id, 1)), None)
    if last is None or last.closed_ms is None:
        return None
    if not goes_on(cause, shipment_id, Ended(last.shipment_id, last.outcome, from_ms(last.closed_ms)), now):
        return None
    await desk_tickets.reopen(last, TicketState.WAITING_US)
    await rating_ask.call_off(last.id, now)
    return last


async def _owe(customer: Customer, merchant: Merchant, ticket: Ticket, due_at: datetime | None, now: datetime) -> None:
    """A person's word is due from now on, where none was; never to who is banned."""
    if customer.banned_ms is None:
        await waits.begin(merchant, ticket, now, due_at)


def answer_due(
    now: datetime, merchant: Merchant, zone: str, quiet: str | None, target: timedelta = hours.FIRST_RESPONSE
) -> datetime:
    """When a person will have answered: staffed time of the shop's, waking hours of the reader's, a full quarter.

    Where the two never meet, the reader's waking hours count.
    """
    text = hours_of(merchant)
    feasts = feasts_around(merchant.country, now.year)
    worked = hours.answer_by(now, merchant.zone, text, target, feasts)
    awake = first = hours.waking(worked + (EPOCH - worked) % QUARTER, zone, quiet)
    for _ in range(2):
        if hours.is_staffed(awake, merchant.zone, text, feasts):
            return awake
        awake = hours.waking(hours.staffed(awake, merchant.zone, text, feasts), zone, quiet)
    return first


async def promise(opened: Opened, now: datetime, zone: str, quiet: str | None) -> dict[str, Any]:
    """The facts of the answer that is owed: promised anew only where none is owed yet."""
    owed = await tickets.open_promise(opened.ticket.id)
    told: dict[str, Any] = {}
    if owed is None:
        target = waits.target_of(opened.merchant, opened.ticket)
        due = answer_due(now, opened.merchant, zone, quiet, target)
        shipment_id = opened.ticket.shipment_id
        await promises.make(
            opened.merchant.id, opened.customer.id, shipment_id, opened.ticket.id, "answer", due, True, 0, now
        )
        told["next_at"] = due.isoformat()
    elif from_ms(owed.due_ms) > now:
        told["next_at"] = from_ms(owed.due_ms).isoformat()
    text = hours_of(opened.merchant)
    back = hours.staffed(now, opened.merchant.zone, text, feasts_around(opened.merchant.country, now.year))
    return told | ({"back_at": back.isoformat()} if back > now else {})


async def tell_of_call(opened: Opened, shipment: Shipment | None, now: datetime) -> None:
    """The desk hears that a person is asked for; once a ticket."""
    told: dict[str, Any] = {"name": opened.customer.name}
    known = await customers.parcel_of(shipment.id) if shipment is not None else None
    if known is not None:
        told |= facts.parcel(*known)
    await tell_desk(opened, "desk_human", told, f"human:{opened.ticket.id}", now)


async def answer_of(opened: Opened, turn: Turn, shipment: Shipment | None = None) -> Answer:
    """A person will answer: by when; out of hours, when the team is back."""
    told = await promised(opened, turn, shipment)
    kind = "out_of_hours" if "back_at" in told else "human_coming"
    about = shipment.id if shipment else 0
    where = (("where", f"w:{about}"), *([("urgent", f"u:{about}")] if await people.owners(opened.merchant.id) else []))
    return Answer(
        kind,
        {"shop": opened.merchant.name, "at": turn.now.isoformat(), **told},
        (where,) if kind == "out_of_hours" else place.buttons(opened.ticket.id),
        merchant_id=opened.merchant.id,
        place=opened.ticket.id,
    )


async def promised(opened: Opened, turn: Turn, shipment: Shipment | None = None) -> dict[str, Any]:
    """The promise's facts in the speaker's zone, and who has the matter, if anybody."""
    told = await promise(opened, turn.now, zone_of(turn, shipment), turn.person.quiet or turn.quiet)
    return told | await tickets.assignee(opened.ticket)


def zone_of(turn: Turn, shipment: Shipment | None = None) -> str:
    """Where the speaker lives: as he says, else where the parcel goes, else as far as we know."""
    there = shipment.zone if shipment is not None and shipment.zone != "UTC" else None
    return turn.person.own_zone or there or turn.person.zone


async def is_talking(opened: Opened, now: datetime) -> bool:
    """True where an agent wrote a moment ago: the conversation needs no machine."""
    last = await tickets.last_from_desk(opened.customer.id)
    return not opened.fresh and last is not None and now - from_ms(last) < TALKING


async def customer_says(
    turn: Turn, customer: Customer, words: Words, shipment: Shipment | None = None
) -> Answer | None:
    """His words go to his topic, opening a ticket if none is open; he is told once when an answer comes."""
    opened = await open_ticket(customer.id, "words", turn.now, shipment.id if shipment else None)
    await relay(opened, turn.chat_id, words, turn.now)
    owed = await tickets.open_promise(opened.ticket.id)
    if owed is not None or await is_talking(opened, turn.now):
        if opened.changed:
            await place.refresh(customer.id, turn.now, f"u{turn.update_id}")
        return None
    return await answer_of(opened, turn, shipment)


async def open_for_finding(
    shipment: Tracked, finding: Finding | OpenFinding, followers: Iterable[Following], now: datetime
) -> list[int]:
    """Tickets of a trouble that needs a person (lost), one a follower; the desk also hears where nobody follows."""
    async with core.transaction():
        known = await customers.parcel_of(shipment.id)
        if known is None:
            return []
        told = facts.parcel(*known) | await claims.facts_of(shipment.id, known[2], now)
        mark = finding.mark if isinstance(finding, Finding) else str(finding.occurrence)
        evidence = {"finding": finding.kind.value, "mark": mark, **finding.evidence}
        cause = f"{finding.kind}:{shipment.id}:{mark}"
        ids = []
        for follower in followers:
            word = await promises.by_person(follower.customer_id, shipment.id)
            due_at = from_ms(word.due_ms) if word is not None else None
            opened = await open_ticket(follower.customer_id, finding.kind.value, now, shipment.id, evidence, due_at)
            await tell_desk(opened, "desk_lost", told, cause, now)
            ids.append(opened.ticket.id)
        if not ids:
            await tell_everybody(known[2], told, cause, now)
        return ids


async def open_for_notice(shipment: Tracked, notice: Notice, now: datetime) -> int:
    """The ticket behind a notice that promises a person's word (a second slip, a return): the desk hears by when."""
    async with core.transaction():
        known = await customers.parcel_of(shipment.id)
        cause = str(notice.finding or notice.kind)
        evidence = {"finding": cause, "occurrence": notice.occurrence}
        due_at = notice.promise.due_at if notice.promise is not None else None
        opened = await open_ticket(notice.customer_id, cause, now, shipment.id, evidence, due_at)
        told = facts.parcel(*known) if known else {}
        if notice.promise is not None:
            told["next_at"] = notice.promise.due_at.isoformat()
        await tell_desk(opened, f"desk_{notice.kind}", told, notice.cause, now)
        return int(opened.ticket.id)
