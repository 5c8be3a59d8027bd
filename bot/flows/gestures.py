"""`/offer coupon|delivery|refund`: within the budget; above a limit, or twice for one slip, it needs a yes."""

from datetime import date, datetime
from typing import Any

import orjson
from msgspec import Struct

from bot.domain.access import Deed, Role, may
from bot.domain.feasts import feasts_around
from bot.domain.gesture import Kind, Purse, Verdict, hundredths, left, purse_by, verdict, written
from bot.domain.hours import day_there
from bot.domain.offer import Way, allowed_by, done_on
from bot.flows import agents, cards, on_behalf
from bot.flows.agents import Agent, Place, told
from bot.flows.gesture_words import Said, read
from bot.flows.readers import reader_at_home
from bot.flows.turn import Answer, Buttons, Turn
from bot.store import audit, customers, desk_tickets, gestures, loss_offers, tickets
from bot.store.gestures import ASKED, MADE, Wanted
from bot.store.models import Gesture, Order, Shipment
from bot.store.ms import from_ms

VERB, YES, NO = "gs", "y", "n"
"""Of the buttons: `gs:<gesture>:<what>`."""
AGAIN, LIMIT = "again", "limit"
WAITS_DAYS = 7
"""Nobody's yes counts any more after so long."""
NOT_FOR_LOST = frozenset({Kind.COUPON, Kind.DELIVERY})
"""A coupon takes the place of no refund."""


class Meant(Struct, frozen=True):
    """The parcel that a gesture is for."""

    shipment: Shipment
    order: Order
    currency: str


async def offer(turn: Turn, where: Place, agent: Agent) -> Answer:
    """Give it, or say with the numbers why not, or ask whose yes it needs."""
    said = read(turn.rest)
    if said is None:
        return told(turn, where, "gesture_usage")
    if where.is_forgotten or where.customer.unreachable_ms is not None:
        return told(turn, where, "gesture_unreachable")
    meant = await _meant(where, said)
    if isinstance(meant, Answer):
        return meant
    refused = await _refused(turn, where, said, meant)
    return refused or await _wanted(turn, where, agent, said, meant)


async def _meant(where: Place, said: Said) -> Meant | Answer:
    ticket = await tickets.open_of(where.customer.id)
    about = ticket.shipment_id if ticket else None
    found = await desk_tickets.parcels_meant(where.customer.id, about, said.number.lower())
    if len(found) != 1 and said.code and not said.number:
        found = await desk_tickets.parcels_meant(where.customer.id, about, "")
    if len(found) != 1:
        listed = [{"number": number} for _, number in found]
        return Answer("gesture_which", {"parcels": listed}, merchant_id=where.merchant.id)
    known = await customers.parcel_of(found[0][0])
    assert known is not None  # noqa: S101 - it was found just now
    shipment, order, merchant = known
    return Meant(shipment, order, merchant.currency or shipment.currency or said.currency)


async def _refused(turn: Turn, where: Place, said: Said, meant: Meant) -> Answer | None:
    """What the rules of bad news forbid, whatever the budget."""
    shipment, kind = meant.shipment, said.kind
    if kind in NOT_FOR_LOST and await _is_unsettled(where, shipment):
        return told(turn, where, "gesture_lost")
    if said.currency and said.currency != meant.currency:
        return told(turn, where, "gesture_currency", wanted=meant.currency)
    if kind is not Kind.DELIVERY and not meant.currency:
        return told(turn, where, "gesture_currency")
    if kind is Kind.REFUND and shipment.cod_amount is not None and shipment.status != "delivered":
        return told(turn, where, "gesture_unpaid")
    whole = hundredths(shipment.value_amount or "") if kind is Kind.REFUND else None
    if whole is not None and (said.cost or 0) >= whole:
        return told(turn, where, "gesture_whole", value=_sum(shipment.value_amount, meant.currency))
    return None


async def _is_unsettled(where: Place, shipment: Shipment) -> bool:
    """Thought lost, and not chosen yet between sending again and the money."""
    if not await loss_offers.is_lost(shipment.id):
        return False
    made = await loss_offers.of(where.customer.id, shipment.id)
    return made is None or made.chosen is None


# ---- within the budget


async def _wanted(turn: Turn, where: Place, agent: Agent, said: Said, meant: Meant) -> Answer:
    await gestures.lock(where.merchant.id)
    purse, month = purse_by(orjson.loads(where.merchant.settings)), month_of(turn, where)
    cost = purse.delivery if said.kind is Kind.DELIVERY else said.cost or 0
    slip = await gestures.slip_of(meant.shipment.id)
    earlier = await gestures.before(meant.shipment.id, slip)
    spent = await gestures.spent(where.merchant.id, month)
    before = await gestures.given_for(meant.shipment.id, slip)
    found = verdict(cost, spent, purse, leads=leads(agent.role), again=earlier is not None, before=before)
    numbers = numbers_of(cost, spent, purse, meant.currency)
    if found in (Verdict.NO_BUDGET, Verdict.OVER):
        return told(turn, where, f"gesture_{found}", **numbers)
    wanted = Wanted(
        where.merchant.id, where.customer.id, meant.shipment.id, slip, said.kind.value, cost, month, agent.user_id,
        said.amount, meant.currency or None, said.code or None,
    )  # fmt: skip
    if found is Verdict.GIVE:
        row = await gestures.make(wanted, MADE, None, turn.now)
        await give(turn, where, row, meant)
        numbers = numbers_of(cost, spent + cost, purse, meant.currency)
        return told(turn, where, "gesture_made", **told_of(row), order=meant.order.number, **numbers)
    row = await gestures.make(wanted, ASKED, found.value, turn.now)
    return await _question(turn, where, row, meant, earlier, numbers)


async def _question(
    turn: Turn, where: Place, row: Gesture, meant: Meant, earlier: Gesture | None, numbers: dict[str, Any]
) -> Answer:
    who = await agents.name_of(where.merchant.id, row.made_by)
    facts: dict[str, Any] = {**told_of(row), "order": meant.order.number, "who": who, row.why or "": True, **numbers}
    if row.why == AGAIN and earlier is not None:
        facts["earlier"] = told_of(earlier)
    said = told(turn, where, "gesture_asks", **facts)
    return Answer(said.kind, said.facts, _buttons(row), reader=said.reader, merchant_id=said.merchant_id)


def _buttons(row: Gesture) -> Buttons:
    yes = "gesture_again" if row.why == AGAIN else "gesture_approve"
    return (((yes, f"{VERB}:{row.id}:{YES}"), ("gesture_refuse", f"{VERB}:{row.id}:{NO}")),)


def leads(role: Role) -> bool:
    """Whether he needs nobody's yes."""
    return may(role, Deed.APPROVE)


def month_of(turn: Turn, where: Place) -> str:
    """The month whose budget it is, by the shop's clock."""
    return day_there(turn.now, where.merchant.zone).isoformat()[:7]


def numbers_of(cost: int, spent: int, purse: Purse, currency: str) -> dict[str, Any]:
    """What the desk reads beside it; nothing where nothing is known of it."""
    sums = {"cost": cost, "left": left(spent, purse), "budget": purse.month or 0, "most": purse.limit}
    return {name: _sum(written(value), currency) for name, value in sums.items() if value is not None}


def _sum(amount: str | None, currency: str | None) -> dict[str, str]:
    return {"amount": amount or "0", "currency": currency or ""}


def told_of(row: Gesture) -> dict[str, Any]:
    """What it is, for card and desk."""
    found: dict[str, Any] = {row.kind: True, "made_at": from_ms(row.decided_ms or row.made_ms).isoformat()}
    if row.amount:
        found["sum"] = _sum(row.amount, row.currency)
    return found | ({"code": row.code} if row.code else {})


# ---- given


async def give(turn: Turn, where: Place, row: Gesture, meant: Meant) -> None:
    """Told to the customer in his words, written down, shown on the card."""
    person = await customers.person(where.customer.user_id)
    reader = await reader_at_home(where.merchant, person, where.customer, meant.order, meant.shipment)
    facts = {**told_of(row), "order": meant.order.number, "slipped": await gestures.went_wrong(meant.shipment.id)}
    if row.kind == Kind.REFUND and (on := _refunded_on(turn.now, where)) is not None:
        facts["on"] = on.isoformat()
    customer, author = where.customer, await agents.author(row.merchant_id, row.made_by)
    kept = await on_behalf.say(turn, where, author, "gesture", facts, reader)
    if kept is not None:
        await gestures.carry(row.id, kept.id)
    detail = f"{row.kind} {written(row.cost)} shipment:{row.shipment_id}"
    await audit.write(
        customer.merchant_id, turn.user_id, "desk.gesture", f"customer:{customer.id}", turn.now, turn.signed(detail)
    )
    await cards.refresh_card(customer.id, turn.now, f"u{turn.update_id}")


def _refunded_on(now: datetime, where: Place) -> date | None:
    shop = where.merchant
    allowed = allowed_by(orjson.loads(shop.settings))
    feasts = feasts_around(shop.country, now.year)
    return done_on(Way.MONEY, allowed, day_there(now, shop.zone), {Way.MONEY: shop.country}, feasts)
