"""What agents do in a customer's topic beside answering; what the desk hears when a customer comes or goes."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.access import Deed, may
from bot.domain.outgoing import Act
from bot.domain.ticket import TicketEvent, TicketState, move
from bot.flows import card, cards, facts, given_word, hand_over, place, rating_ask, waits
from bot.flows.agents import Agent, Place, told
from bot.flows.cards import refresh_card, refresh_cards
from bot.flows.days import calendar_of
from bot.flows.named_times import named
from bot.flows.saying import clean, digits
from bot.flows.to_desk import bring_to_desk
from bot.flows.turn import Answer, Answers, Turn
from bot.store import audit, customers, desk_tickets, destinations, outbox, people, ticket_messages, tickets, topics
from bot.store.models import Customer, Ticket, TicketMessage
from bot.store.ms import from_ms, to_ms
from bot.texts.messages import Reader

__all__ = ["COMMANDS", "refresh_card", "refresh_cards"]

COMMANDS: Mapping[str, Deed] = {
    "note": Deed.NOTE,
    "take": Deed.TAKE,
    "assign": Deed.ASSIGN,
    "card": Deed.CARD,
    "macro": Deed.MACRO,
    "track": Deed.TRACK,
    "inquiry": Deed.INQUIRY,
    "claim": Deed.CLAIM,
    "offer": Deed.OFFER,
    "snooze": Deed.SNOOZE,
    "promise": Deed.SNOOZE,
    "close": Deed.CLOSE,
    "reopen": Deed.REOPEN,
    "del": Deed.DELETE,
    "resend": Deed.RESEND,
    "why": Deed.CARD,
    "ban": Deed.BAN,
}
"""Command → right. Each has a line `desk_help.<command>` in the catalogues."""

NOTED, NOT_SENT = "✍", "🤷"
"""Reactions to an agent's message: it stays inside; it was not sent."""
LONGEST_OUTCOME = 32
LONGEST_REST = timedelta(days=60)
_SPAN = re.compile(r"(\d{1,4})\s*([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


async def show_help(turn: Turn, where: Place, agent: Agent) -> Answer:
    """What may be said here, by this agent."""
    return told(turn, where, "desk_help", **{name: True for name, deed in COMMANDS.items() if may(agent.role, deed)})


async def shrug(turn: Turn, where: Place) -> Answers:
    """Words that go nowhere: their author sees it, nobody else hears of it."""
    if turn.message_id is not None:
        await outbox.put([cards.reaction(where.customer, turn, turn.message_id, NOT_SENT)])
    return None


# ---- the ticket


async def _open(turn: Turn, where: Place) -> Ticket | None:
    _ = await tickets.lock(where.customer.id)
    return await tickets.open_of(where.customer.id)


async def _changed(turn: Turn, where: Place, deed: str, detail: str = "") -> None:
    """What was done is written down, the card says it."""
    customer, now = where.customer, turn.now
    await audit.write(
        where.merchant.id, turn.user_id, f"desk.{deed}", f"customer:{customer.id}", now, turn.signed(detail)
    )
    await refresh_card(customer.id, now, f"u{turn.update_id}")
    await place.refresh(customer.id, now, f"u{turn.update_id}")


async def take(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/take`: the ticket is his who says it; nobody else can tell who an anonymous admin is."""
    if agent.is_hidden:
        return told(turn, where, "desk_anonymous")
    return await _give(turn, where, agent, agent.user_id, agent.name, TicketEvent.TAKEN)


async def assign(turn: Turn, where: Place, agent: Agent, colleague: Agent | None, said: str) -> Answer:
    """`/assign @name`: `colleague` is who was found by that name and belongs to the desk now."""
    if colleague is None:
        return told(turn, where, "desk_assign_unknown", who=said) if said else told(turn, where, "desk_assign_usage")
    return await _give(turn, where, agent, colleague.user_id, colleague.name, TicketEvent.ASSIGNED)


async def _give(turn: Turn, where: Place, agent: Agent, user_id: int, name: str, event: TicketEvent) -> Answer:
    ticket = await _open(turn, where)
    state = move(TicketState(ticket.state), event) if ticket else None
    if ticket is None or state is None:
        return told(turn, where, "desk_no_ticket")
    before = await tickets.assignee(ticket) if ticket.assignee_id not in (None, user_id) else {}
    await desk_tickets.assign(ticket, user_id, state)
    await _changed(turn, where, "assign", f"user:{user_id}")
    brief = await hand_over.brief(ticket, turn.now) if event is TicketEvent.ASSIGNED else {}
    brief |= {"before": before["agent"]} if "agent" in before else {}
    return told(turn, where, "desk_assigned", agent=name or str(user_id), **brief)


async def colleague(where: Place, said: str) -> int | None:
    """Whom `@name`, a number or a name at this desk means."""
    name = said.strip()
    if name.isdecimal() and len(name) <= 15:
        return int(name)
    if name.startswith("@"):
        found = await people.find(name[1:])
        return int(found["user_id"]) if found else None
    return await topics.named(where.merchant.id, name) if name else None


async def close(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/close [OUTCOME]`: over. An answer promised and not given stays owed, and the agent reads it."""
    ticket = await _open(turn, where)
    if ticket is None:
        return told(turn, where, "desk_no_ticket")
    await desk_tickets.close(ticket, clean(turn.rest, LONGEST_OUTCOME) or None, turn.now)
    await waits.ended(where.merchant, ticket, turn.now)
    await ticket_messages.recall_all(cards.waking(ticket.id), turn.now)
    await rating_ask.plan(ticket, where.customer, f"u{turn.update_id}", turn.now)
    await _changed(turn, where, "close")
    unkept = await tickets.open_promise(ticket.id)
    return told(turn, where, "desk_closed", **({"owed_at": from_ms(unkept.due_ms).isoformat()} if unkept else {}))


async def reopen(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/reopen`: the latest ticket was not over."""
    if await _open(turn, where) is not None:
        return told(turn, where, "desk_open_already")
    latest = await desk_tickets.closed_of(where.customer.id, 1)
    state = move(TicketState(latest[0].state), TicketEvent.REOPENED) if latest else None
    if state is None or where.is_forgotten:
        return told(turn, where, "desk_never_opened")
    await desk_tickets.reopen(latest[0], state)
    await rating_ask.call_off(latest[0].id, turn.now)
    if where.customer.banned_ms is None:
        await waits.owe(where.merchant, latest[0], turn.now)
    await _changed(turn, where, "reopen")
    return told(turn, where, "desk_reopened")


def span(text: str) -> timedelta | None:
    """`30m`, `2h`, `3d`, in any digits; None where it is none or too long."""
    found = _SPAN.fullmatch(digits(text).strip().lower())
    if found is None:
        return None
    rest = int(found[1]) * _UNITS[found[2]]
    return rest if timedelta() < rest <= LONGEST_REST else None


async def snooze(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/snooze 2h`, `/snooze tomorrow 9:00`: it rests; then the topic says so."""
    until = _rest_until(turn, where)
    if until is None:
        return told(turn, where, "desk_snooze_usage")
    ticket = await _open(turn, where)
    state = move(TicketState(ticket.state), TicketEvent.SNOOZED) if ticket else None
    if ticket is None or state is None:
        return told(turn, where, "desk_no_ticket")
    await desk_tickets.snooze(ticket, until, state, turn.now)
    await _wake_at(turn, where.customer, ticket, until)
    await _changed(turn, where, "snooze", until.isoformat())
    return told(turn, where, "desk_snoozed", until_at=until.isoformat())


def _rest_until(turn: Turn, where: Place) -> datetime | None:
    rest = span(turn.rest)
    if rest is not None:
        return turn.now + rest
    zone, calendar = where.merchant.zone, turn.person.calendar or calendar_of(where.merchant.locale)
    found = named(turn.rest, turn.now, zone, calendar, farthest=LONGEST_REST)
    until = given_word.begins_at(found, waits.staffing_of(where.merchant, turn.now)) if found is not None else None
    return until if until is not None and until > turn.now else None


async def _wake_at(turn: Turn, customer: Customer, ticket: Ticket, until: datetime) -> None:
    name = cards.waking(ticket.id)
    await ticket_messages.recall_all(name, turn.now)
    said = {"kind": "desk_snooze_over", "facts": {"at": until.isoformat(), **await tickets.assignee(ticket)}}
    await outbox.put([cards.desk_row(customer, Act.DESK, f"{name}:u{turn.update_id}", said, until, collapse=name)])


async def ban(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/ban`: his words reach the desk no more, nobody owes him an answer; said again they do."""
    ticket, banned = await _open(turn, where), where.customer.banned_ms is None
    await topics.ban(where.customer.id, to_ms(turn.now) if banned else None)
    if banned:
        await desk_tickets.cancel_promises(where.customer.id, turn.now)
        await waits.nothing(ticket, turn.now)
        await ticket_messages.recall_all(cards.waking(ticket.id if ticket else 0), turn.now)
        await waits.heard(where.customer.id, turn.now)
    elif ticket is not None and ticket.state != TicketState.WAITING_CUSTOMER:
        await waits.owe(where.merchant, ticket, turn.now)
    await _changed(turn, where, "ban" if banned else "unban")
    return told(turn, where, "desk_banned" if banned else "desk_unbanned")


async def show_card(turn: Turn, where: Place, agent: Agent) -> Answers:
    """`/card`: the whole card once more, at the end of the topic, over as many messages as it takes."""
    shop = where.merchant
    reader = Reader(**(turn.person.reader() | {"zone": shop.zone, "country": shop.country}))
    return [told(turn, where, kind, **said) for kind, said in await card.pages(where.customer.id, turn.now, reader)]


# ---- a customer comes and goes


async def reach_changed(user_id: int, reason: str | None, tag: str, now: datetime) -> None:
    """He stopped the bot (`reason`) or can be reached again (None): the desks that know him hear it once."""
    his = [one for one in await topics.of_person(user_id) if (one.unreachable_ms is None) is (reason is not None)]
    await customers.mark_reach(user_id, reason, now)
    for customer in his:
        kind = "desk_unreachable" if reason else "desk_back"
        said = {"kind": kind, "facts": {"at": now.isoformat(), "name": customer.name, "reason": reason or ""}}
        await outbox.put([cards.desk_row(customer, Act.DESK, f"reach:{customer.id}:{tag}", said, now)])
        await refresh_card(customer.id, now, tag)


async def open_waiting(merchant_id: int, now: datetime) -> int:
    """A desk was bound: open tickets get their topics. Returns how many."""
    return await bring_to_desk(merchant_id, now)


async def group_moved(turn: Turn, old: int, new: int) -> None:
    """The desk's group became a supergroup: whatever names the old number names the new one."""
    await destinations.move_chat(old, new)


# ---- what is recorded


async def note(turn: Turn, where: Place, agent: Agent, media: str | None) -> Answers:
    """`/note TEXT`: it stays inside, with the ticket."""
    if not turn.rest.strip() and media is None:
        return told(turn, where, "desk_note_usage")
    noted = tickets.Words(turn.message_id or 0, turn.rest, media)
    before = await ticket_messages.by_source(turn.chat_id, noted.message_id)
    if before is not None:
        await _renote(turn, where, before, noted)
        return None
    ticket = await tickets.open_of(where.customer.id)
    ticket_id = ticket.id if ticket else None
    kept = await ticket_messages.keep(
        where.customer.id, ticket_id, ticket_messages.NOTE, agent.user_id, turn.chat_id, noted, turn.now
    )
    if kept is not None:
        target = f"customer:{where.customer.id}"
        await audit.write(
            where.merchant.id, turn.user_id, "desk.note", target, turn.now, turn.signed(f"message:{kept.id}")
        )
        await outbox.put([cards.reaction(where.customer, turn, noted.message_id, NOTED)])
    return None


async def _renote(turn: Turn, where: Place, kept: TicketMessage, noted: tickets.Words) -> None:
    """A note that was corrected; words to the customer do not become one."""
    if kept.direction != ticket_messages.NOTE or kept.customer_id != where.customer.id:
        return
    await ticket_messages.reword(kept.id, noted)
    target = f"customer:{where.customer.id}"
    await audit.write(
        where.merchant.id, turn.user_id, "desk.note", target, turn.now, turn.signed(f"message:{kept.id} corrected")
    )


async def track(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/track NUMBER`: any parcel of this shop, by its own or its order's number."""
    number = clean(turn.rest, 64)
    if not number:
        return told(turn, where, "desk_track_usage")
    entries = await card.parcels_numbered(where.merchant, number, turn.now)
    if not entries:
        return told(turn, where, "desk_track_unknown", number=number)
    return told(turn, where, "desk_track", entries=entries)


PURPOSES = ("trace", "hurry", "address", "proof")
WAYS = ("phone", "mail", "chat", "portal", "form", "visit")
LONGEST_WAY = 32


async def inquiry(turn: Turn, where: Place, agent: Agent) -> Answer:
    """`/inquiry [PURPOSE] [WAY] [NUMBER]`: the carrier was asked; from now on the customer may be told so."""
    words = clean(turn.rest).lower().split()
    purpose = next((word for word in words if word in PURPOSES), PURPOSES[0])
    way = next((word for word in words if word in WAYS), "agent")
    others = [word for word in words if word not in (*PURPOSES, *WAYS)]
    if len(others) > 1:
        return told(turn, where, "desk_inquiry_usage")
    ticket = await tickets.open_of(where.customer.id)
    about = ticket.shipment_id if ticket else None
    meant = await desk_tickets.parcels_meant(where.customer.id, about, others[0] if others else "")
    if len(meant) != 1:
        listed = [{"number": number} for _, number in meant]
        return told(turn, where, "desk_inquiry_which", parcels=listed)
    await desk_tickets.ask_carrier(meant[0][0], agent.user_id, way, purpose, turn.now)
    await _changed(turn, where, "inquiry", f"{purpose} {way} shipment:{meant[0][0]}")
    known = await customers.parcel_of(meant[0][0])
    order = facts.parcel(*known)["order"] if known else ""
    return told(turn, where, "desk_inquiry_noted", purpose=purpose, order=order)
