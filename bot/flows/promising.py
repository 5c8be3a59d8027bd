"""`/promise tomorrow 12:00`: the customer is told when he hears of us next, and it is kept."""

from bot.flows import announcing, given_word, on_behalf, waits
from bot.flows.agents import Agent, Place, told
from bot.flows.named_times import named
from bot.flows.reply_facts import spoken_of
from bot.flows.turn import Answer, Turn
from bot.store import tickets


async def promise(turn: Turn, where: Place, agent: Agent) -> Answer:
    """Told to the customer and kept; somebody who cannot be reached is promised nothing, but a word is due then."""
    found = named(turn.rest, turn.now, where.merchant.zone, announcing.calendar(turn, where.merchant))
    due_at = given_word.due_at(found, waits.staffing_of(where.merchant, turn.now)) if found is not None else None
    if due_at is None or due_at <= turn.now + announcing.SOONEST:
        return told(turn, where, "desk_promise_usage")
    customer = await tickets.lock(where.customer.id)
    ticket = await tickets.open_of(customer.id)
    if ticket is None or where.is_forgotten:
        return told(turn, where, "desk_no_ticket")
    if customer.unreachable_ms is not None:
        await waits.owe(where.merchant, ticket, turn.now, due_at)
        return told(turn, where, "desk_promised_untold", due_at=due_at.isoformat())
    await announcing.announce(turn, where, agent, ticket.id, due_at)
    reader = (await spoken_of(where, turn.now)).reader  # by the clock where his parcel goes
    facts = {"next_at": due_at.isoformat()} | ({"agent": agent.name} if agent.name else {})
    await on_behalf.say(turn, where, agent, "word_announced", facts, reader)
    return told(turn, where, "desk_promised", due_at=due_at.isoformat())
