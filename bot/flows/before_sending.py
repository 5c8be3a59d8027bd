"""An agent's words on their way out: most leave at once, those that he had better look at again wait for a tap."""

from datetime import date
from typing import Any

from bot.domain.hours import day_there
from bot.flows import corrections, pending_replies, relay, reply_check
from bot.flows.agents import Agent, Place, told
from bot.flows.relay import Said
from bot.flows.reply_check import Doubt, Known
from bot.flows.turn import Answer, Answers, Turn
from bot.store import replies, tickets
from bot.store.ms import from_day
from bot.store.pending import WARNED


async def say(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """To the customer, or back to the agent with what there is to see; by then nothing has left."""
    today = day_there(turn.now, where.merchant.zone)
    if where.is_forgotten or not reply_check.is_suspect(said.text, today):
        return await relay.agent_says(turn, where, agent, said)
    known = await known_of(where, today)
    found = reply_check.doubts(said.text, known)
    if not found:
        return await relay.agent_says(turn, where, agent, said)
    pending_id = await pending_replies.hold(turn, where, agent, said, WARNED)
    return None if pending_id is None else _question(turn, where, said, pending_id, found, known)


def _question(turn: Turn, where: Place, said: Said, pending_id: int, found: tuple[Doubt, ...], known: Known) -> Answer:
    doubts = [_facts(one, known) for one in found]
    answer = told(turn, where, "reply_held", doubts=doubts)
    return Answer(
        answer.kind,
        answer.facts,
        pending_replies.buttons(pending_id),
        reply_to=said.message_id,
        reader=answer.reader,
        merchant_id=answer.merchant_id,
    )


def _facts(doubt: Doubt, known: Known) -> dict[str, Any]:
    found: dict[str, Any] = {
        "why": doubt.why,
        "said": doubt.said,
        "day_on": _day(doubt.day),
        "expected_on": _day(known.expected) if doubt.why == "early" else None,
        "told_on": _day(known.told) if doubt.why == "second" else None,
        "order_name": known.names[0] if known.names and doubt.why == "name" else None,
    }
    return {name: fact for name, fact in found.items() if fact}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def known_of(where: Place, today: date) -> Known:
    """What the records hold against his words; of several parcels under way no day is compared."""
    ticket = await tickets.open_of(where.customer.id)
    parcels = await replies.spoken_of(where.customer.id, ticket.shipment_id if ticket else None)
    names = tuple(dict.fromkeys(await replies.names_of(where.customer.id)))
    if len(parcels) != 1:
        return Known(today, names=names)
    (parcel,) = parcels
    return Known(today, from_day(parcel.eta_on), from_day(parcel.told_on), parcel.slips, names)


async def correct(turn: Turn, where: Place, agent: Agent, said: Said) -> Answers:
    """He corrects what he wrote: where it still waits, that is what will leave."""
    if await pending_replies.reword(turn, said):
        return None
    return await corrections.agent_edits(turn, where, agent, said)
