"""[Solved, thank you]: the customer ends his ticket himself, and is asked how it went."""

from bot.domain.rating import is_asked
from bot.flows import cards, rating_ask
from bot.flows.turn import Answer, Answers, Turn
from bot.store import audit, customers, desk_tickets, places, promises, ratings, ticket_messages, tickets
from bot.store.models import Customer, Ticket
from bot.texts.messages import Reader

OUTCOME = "solved"


async def press(turn: Turn, ticket_id: str) -> Answers:
    """His own ticket is over, nobody owes him an answer; pressed again it says so once more."""
    ticket = await places.find(int(ticket_id)) if ticket_id.isdecimal() and len(ticket_id) <= 18 else None
    customer = await customers.customer(ticket.customer_id) if ticket else None
    if ticket is None or customer is None or customer.user_id != turn.user_id:
        return Answer("not_for_you")
    if ticket.closed_ms is None:
        await _close(turn, ticket, customer)
    return await _answer(turn, ticket, customer)


async def _close(turn: Turn, ticket: Ticket, customer: Customer) -> None:
    _ = await tickets.lock(customer.id)
    await desk_tickets.close(ticket, OUTCOME, turn.now)
    await ticket_messages.recall_all(cards.waking(ticket.id), turn.now)
    await promises.retire(customer.id, None, ticket.id, turn.now)
    await audit.write(customer.merchant_id, turn.user_id, "customer.solved", f"ticket:{ticket.id}", turn.now)
    await cards.refresh_card(customer.id, turn.now, f"u{turn.update_id}")


async def _answer(turn: Turn, ticket: Ticket, customer: Customer) -> Answer:
    await rating_ask.call_off(ticket.id, turn.now)
    asked = is_asked(ticket.outcome, answered=ticket.answered_ms is not None, banned=customer.banned_ms is not None)
    made = await ratings.make(ticket, turn.now, asked=True) if asked else None
    if made is None:
        return Answer("solved_noted", edit=turn.message_id, merchant_id=customer.merchant_id)
    told = await rating_ask.facts_of(ticket) | {"solved": True}
    five = rating_ask.row_of(made.id, Reader(**turn.person.reader()))
    return Answer(rating_ask.KIND, told, (five,), edit=turn.message_id, merchant_id=customer.merchant_id)
