"""A yes or a no to a gesture that waits: once, and within the budget as it is then."""

import orjson

from bot.domain.access import Deed, may
from bot.domain.gesture import Verdict, purse_by, verdict
from bot.flows import agents
from bot.flows.agents import Agent, Place, told
from bot.flows.gestures import LIMIT, NO, WAITS_DAYS, YES, Meant, give, leads, month_of, numbers_of, told_of
from bot.flows.turn import Answer, Answers, Turn
from bot.store import audit, customers, gestures, tickets
from bot.store.gestures import ASKED, MADE, REFUSED
from bot.store.models import Gesture
from bot.store.ms import from_ms


async def press(turn: Turn, shop_id: int | None, agent: Agent | None, said: list[str]) -> Answers:
    """A yes or a no, once. A gesture of another shop is answered as none."""
    number, what = (*said, "", "")[:2]
    row = await gestures.find(int(number)) if number.isascii() and number.isdecimal() and len(number) <= 18 else None
    if row is None or row.merchant_id != shop_id or what not in (YES, NO):
        turn.toast = Answer("not_for_you")
    elif agent is None:
        turn.toast = Answer("desk_unchecked")
    elif row.state != ASKED:
        turn.toast = await _decided(row)
    elif not may(agent.role, Deed.OFFER) or (what == YES and row.why == LIMIT and not leads(agent.role)):
        turn.toast = Answer("gesture_not_yours")
    elif (turn.now - from_ms(row.made_ms)).days >= WAITS_DAYS:
        turn.toast = Answer("gesture_old")
    else:
        return await _decide(turn, row, agent, what)
    return None


async def _decided(row: Gesture) -> Answer:
    who = await agents.name_of(row.merchant_id, row.decided_by) if row.decided_by is not None else ""
    return Answer("gesture_decided", {row.state: True, "who": who})


async def _decide(turn: Turn, row: Gesture, agent: Agent, what: str) -> Answers:
    await gestures.lock(row.merchant_id)
    customer = await tickets.lock(row.customer_id)
    where = Place(customer, await customers.merchant(row.merchant_id))
    known = await customers.parcel_of(row.shipment_id)
    if what == NO or known is None or where.is_forgotten:
        return await _close(turn, where, row, agent)
    if customer.unreachable_ms is not None:
        turn.toast = told(turn, where, "gesture_unreachable")
        return None
    month, purse = month_of(turn, where), purse_by(orjson.loads(where.merchant.settings))
    spent = await gestures.spent(where.merchant.id, month)
    before = await gestures.given_for(row.shipment_id, row.slip)
    found = verdict(row.cost, spent, purse, leads=leads(agent.role), again=False, before=before)
    if found is not Verdict.GIVE:
        kind = "gesture_not_yours" if found is Verdict.LIMIT else f"gesture_{found}"
        turn.toast = Answer(kind, numbers_of(row.cost, spent, purse, row.currency or ""))
        return None
    if not await gestures.decide(row.id, MADE, month, agent.user_id, turn.now):
        turn.toast = await _decided(await Gesture.get(id=row.id))
        return None
    meant = Meant(known[0], known[1], row.currency or "")
    made = await Gesture.get(id=row.id)
    await give(turn, where, made, meant)
    numbers = numbers_of(row.cost, spent + row.cost, purse, meant.currency)
    return _instead(turn, told(turn, where, "gesture_made", **told_of(made), order=meant.order.number, **numbers))


async def _close(turn: Turn, where: Place, row: Gesture, agent: Agent) -> Answers:
    if not await gestures.decide(row.id, REFUSED, row.month, agent.user_id, turn.now):
        turn.toast = await _decided(await Gesture.get(id=row.id))
        return None
    target = f"customer:{row.customer_id}"
    await audit.write(row.merchant_id, agent.user_id, "desk.gesture_refused", target, turn.now, row.kind)
    return _instead(turn, told(turn, where, "gesture_refused", **told_of(row), who=agent.name or None))


def _instead(turn: Turn, said: Answer) -> Answer:
    """In the place of the question."""
    return Answer(said.kind, said.facts, edit=turn.message_id, reader=said.reader, merchant_id=said.merchant_id)
