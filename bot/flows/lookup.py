"""Where is my parcel: one's own in full; anybody else's by its bare number, status only."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.flows import desk, facts, follow, proof, windows
from bot.flows.ports import Vault
from bot.flows.turn import Answer, Answers, Turn
from bot.flows.understand import Understood, compact
from bot.store import customers
from bot.store import told as questions
from bot.store.customers import Followed
from bot.store.models import Shipment
from carriers.kit.discovery import everyone
from carriers.kit.links import link_in
from carriers.kit.numbers import LONGEST, Refusal, Why, fold, validate

MOST_SHOWN = 10
"""Parcels in one answer; those under way come first."""
BARE_LOOKUPS = 10
BARE_SPAN = timedelta(minutes=15)


async def own_numbers(user_id: int) -> tuple[list[Followed], list[str]]:
    """What somebody follows, and the order and tracking numbers it goes by."""
    followed = await customers.followed(user_id)
    return followed, sorted({number for one in followed for number in (one.order.number, one.shipment.number)})


async def start(turn: Turn, token: str) -> Answers:
    """`/start`: a follow link, or somebody who just looks in."""
    await desk.reach_changed(turn.user_id, None, f"u{turn.update_id}", turn.now)
    if token.strip():
        return await follow.open_link(turn, token.strip())
    followed = await customers.followed(turn.user_id)
    if followed:
        return await told(turn, [one for one in followed if one.shipment.open] or followed[:1])
    shops = await customers.merchants()
    return Answer("start", {"shop": shops[0].name} if len(shops) == 1 else {}, ((("human", "h:0"),),))


async def parcels(turn: Turn) -> Answers:
    """All his parcels, those under way first."""
    await questions.asked(turn.user_id, None, turn.now)
    followed = await customers.followed(turn.user_id)
    return await told(turn, followed) if followed else await nothing_here(turn)


async def where(turn: Turn, followed: Sequence[Followed], understood: Understood) -> Answers:
    """The state of the parcels he names, else of those under way, else of the latest."""
    named = [one for one in followed if is_named(one, understood.numbers)]
    under_way = [one for one in followed if one.shipment.open]
    meant = named or under_way or list(followed[:1])
    await questions.asked(turn.user_id, [one.shipment.id for one in meant], turn.now)
    return await told(turn, meant)


def is_named(one: Followed, numbers: Sequence[str]) -> bool:
    """True where one of the numbers is its order's or its own."""
    return one.order.number in numbers or one.shipment.number in numbers


async def told(turn: Turn, followed: Sequence[Followed]) -> Answers:
    """One parcel with all we know, several in a list."""
    if len(followed) == 1:
        return await state(turn, followed[0])
    shown = followed[:MOST_SHOWN]
    said = await windows.said_of([one.shipment.id for one in shown])
    listed = [_facts(one) | said[one.shipment.id] for one in shown]
    buttons = ((("human", f"h:{shown[0].shipment.id}"),),)
    return Answer("states", {"parcels": listed, "count": len(followed), "at": turn.now.isoformat()}, buttons)


def _facts(one: Followed) -> dict[str, Any]:
    return facts.parcel(one.shipment, one.order, one.merchant)


async def state(turn: Turn, one: Followed) -> Answer:
    """Where one parcel stands; said to be old where its carrier does not answer us."""
    known = _facts(one) | await facts.recorded(one.shipment, one.customer) | {"at": turn.now.isoformat()}
    silent = bool(one.shipment.open) and await customers.is_silent(one.shipment.account_id)
    kind = "carrier_silent" if silent and known.get("last_at") else "state"
    return Answer(kind, known, facts.buttons_for("live", one.shipment.id), merchant_id=one.merchant.id)


async def nothing_here(turn: Turn) -> Answer:
    """He follows nothing: how to come by a parcel, and the way to a person."""
    return Answer("nothing_here", {}, ((("human", "h:0"),),))


# ---- by number


async def track(turn: Turn, vault: Vault, written: str) -> Answers:
    """A number of his own, somebody's tracking number, or an order to be proven."""
    if not written.strip():
        return Answer("track_usage")
    link = link_in(written)
    number = fold(written) if link is None else link.number
    if (link is None and len(written) > 4 * LONGEST) or not 0 < len(number) <= LONGEST:
        problem = "too_long" if len(written) > LONGEST else "empty"
        return Answer("number_invalid", {"problem": problem})
    followed, _ = await own_numbers(turn.user_id)
    own = [one for one in followed if number in (compact(one.order.number), compact(one.shipment.number))]
    if own:
        await questions.asked(turn.user_id, [one.shipment.id for one in own], turn.now)
        return await told(turn, own)
    shipment = await customers.shipment_numbered(number)
    handed_on = [one for one in followed if shipment is not None and one.shipment.id == shipment.id]
    if handed_on:
        return await told(turn, handed_on)
    return await _not_his(turn, vault, number, written, shipment)


async def _not_his(turn: Turn, vault: Vault, number: str, written: str, shipment: Shipment | None) -> Answers:
    since = turn.now - BARE_SPAN
    if await customers.bare_lookups(turn.user_id, since) >= BARE_LOOKUPS:
        return Answer("too_many_tries", {}, ((("human", "h:0"),),))
    await customers.record_try(turn.user_id, None, False, turn.now)
    if shipment is not None and not await customers.is_order_number(number):
        bare = {"number": number, "carrier": shipment.slug, "status": shipment.status}
        return Answer("state_bare", bare)
    if (problem := _problem(number)) is not None:
        return Answer("number_invalid", {"problem": problem})
    return await proof.ask(turn, vault, written)


def _problem(number: str) -> str | None:
    """`check_digit` where a carrier knows the form but not the check digit, and no carrier takes it."""
    verdicts = [validate(one.slug, number) for one in everyone() if not one.numbers.any_other]
    refused = [one.why for one in verdicts if isinstance(one, Refusal)]
    return "check_digit" if len(refused) == len(verdicts) and Why.BAD_CHECK_DIGIT in refused else None
