"""The facts of customer messages, gathered from the records at the moment they leave.

A clause of a text is rendered if and only if its fact is here, and a fact is here only if its record exists.
"""

import zlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import orjson

from bot.domain.good_news import NOT_EARLIER
from bot.domain.outgoing import Act, Leaving, Priority
from bot.domain.pickup import READY
from bot.flows import backlog, collecting, journeys, offered, own_texts, rarer, rating_ask, staffed, unwarned, windows
from bot.flows.composed import Buttons, Composed
from bot.flows.moments import moment as moment
from bot.flows.readers import reader_at_home
from bot.store import drafts, incidents, promises
from bot.store.customers import is_paused
from bot.store.models import (
    Customer,
    FindingRow,
    Follow,
    Inquiry,
    Member,
    Merchant,
    Order,
    OutboxRow,
    Person,
    Promise,
    Shipment,
    Ticket,
)
from bot.store.ms import from_ms

NOTHING: Mapping[str, Any] = MappingProxyType({})
BUTTONS: dict[str, tuple[tuple[tuple[str, str], ...], ...]] = {
    **rarer.BUTTONS,
    "live": ((("human", "h"),),),
    "hint": ((("where", "w"), ("sooner", "s")), (("human", "h"),)),
    "delay_slight": ((("where", "w"), ("sooner", "s")), (("human", "h"),)),
    "delay_serious": ((("i_can_wait", "k"), ("too_late", "t")), (("human", "h"),)),
    "delay_again": ((("i_can_wait", "k"), ("too_late", "t")), (("human", "h"),)),
    "late": ((("where", "w"), ("sooner", "s")), (("human", "h"),)),
    "stalled": ((("where", "w"), ("need_date", "s")), (("human", "h"),)),
    "lost_probable": ((("talk_to", "h"),),),
    "attempt": ((("nobody_came", "n"), ("wasnt_in", "i")), (("other_day", "d"), ("fix_address", "a"))),
    "returning": ((("fix_address", "a"), ("human", "h")),),
    "not_left_yet": ((("i_can_wait", "k"), ("too_late", "t")), (("human", "h"),)),
    "address_problem": ((("fix_address", "a"), ("human", "h")),),
    "on_its_way": ((("where", "w"), ("human", "h")),),
    "returned": ((("human", "h"),),),
    "delivered": ((("all_fine", "f"),), (("not_received", "x"), ("something_wrong", "p"))),
    "still_nothing": ((("where", "w"), ("human", "h")),),
    "promise_moved": ((("where", "w"), ("human", "h")),),
    "promise_broken": ((("human", "h"),),),
    "held_up": ((("where", "w"), ("sooner", "s")), (("human", "h"),)),
}
"""Kind of message to rows of (label, verb); the shipment's id completes the verb."""

STILL_TRUE: dict[str, frozenset[str]] = {
    **rarer.STILL_TRUE,
    "out_for_delivery": frozenset({"out_for_delivery"}),
    "ready": frozenset({"available_for_pickup"}),
    "delivered": frozenset({"delivered"}),
    "returned": frozenset({"returned"}),
    "not_left_yet": frozenset({"pre_transit"}),
    "address_problem": frozenset({"exception"}),
    "on_its_way": frozenset({"in_transit", "customs"}),
}
"""News that is told only while the parcel's status still says so."""

WARNINGS = frozenset(
    {
        *rarer.WARNINGS,
        "hint",
        "delay_slight",
        "delay_serious",
        "delay_again",
        "late",
        "stalled",
        "lost_probable",
        "attempt",
        "returning",
        "not_left_yet",
        "address_problem",
        "held_up",
    }
)
TAKEN_BACK = frozenset({"withdrawn", "turned_up", "customs_done"})
"""Good news only to whoever read the bad."""
SETS_OUT = "on_its_way"
"""Planned for whoever read that it still lay here, by whichever finding; its finding is closed."""
ENDED = frozenset({"delivered", "returned", "cancelled"})
SAID_CAUSES = frozenset({"weather", "customs"})
"""The carrier's reasons that we have words for."""


def parcel(shipment: Shipment, order: Order, merchant: Merchant) -> dict[str, Any]:
    """What the records say of one shipment; only facts that exist."""
    # that a label was printed is no scan of the parcel: nobody had it in his hands yet
    scanned = shipment.status != "pre_transit"
    found: dict[str, Any] = {
        "order": order.number,
        "number": shipment.number,
        "carrier": shipment.slug,
        "shop": merchant.name,
        "status": shipment.status,
        "promised_on": shipment.promised_on,
        "needed_on": shipment.needed_on,
        "eta_on": shipment.eta_on,
        "eta_from_on": shipment.eta_from_on,
        "last_place": shipment.scan_place if scanned else None,
        "last_at": moment(shipment.scan_ms) if scanned else None,
        "silent_since": moment(shipment.scan_ms),
        "delivered_at": moment(shipment.delivered_ms),
        "next_attempt_on": shipment.next_attempt_on,
        "window": _window(shipment.eta_window),
        "pickup": collecting.pickup(shipment),
        "duty": orjson.loads(shipment.duty) if shipment.duty else None,
        "cod": _money(shipment.cod_amount, shipment.currency),
        "value": _money(shipment.value_amount, shipment.currency),
        "days_late": _days_late(shipment),
        "cause": shipment.reason if shipment.reason in SAID_CAUSES else None,
    }
    return {name: fact for name, fact in found.items() if fact not in (None, "", {})}


def _window(text: str | None) -> dict[str, str] | None:
    if not text:
        return None
    start, _, end = text.partition("-")
    return {"from": start, "to": end}


def _money(amount: str | None, currency: str | None) -> dict[str, str] | None:
    return {"amount": amount, "currency": currency or ""} if amount else None


def _days_late(shipment: Shipment) -> int | None:
    if not (shipment.promised_on and shipment.eta_on):
        return None
    days = (date.fromisoformat(shipment.eta_on) - date.fromisoformat(shipment.promised_on)).days
    return days if days > 0 else None


def buttons_for(kind: str, shipment_id: int, told: Mapping[str, Any] = NOTHING) -> Buttons:
    """The buttons that stand under a kind of message about one shipment, as far as `told` is known of it."""
    rows = (
        tuple((label, target) for label, verb in row if (target := _target(verb, shipment_id, told)))
        for row in BUTTONS.get(kind, ())
    )
    return tuple(row for row in rows if row)


def _target(verb: str, shipment_id: int, told: Mapping[str, Any]) -> str:
    return collecting.way_to(told) if verb == rarer.MAP else f"{verb}:{shipment_id}"


async def recorded(shipment: Shipment, customer: Customer, kind: str = "") -> dict[str, Any]:
    """Facts that need a record beside the shipment: inquiry, person, pause, a window told, and the next word owed.

    The word that a message of `kind` promised, if one is open; else the first of all.
    """
    merchant_id = customer.merchant_id
    asked = await Inquiry.filter(shipment_id=shipment.id).order_by("-asked_ms").first()
    owed = await Promise.filter(customer_id=customer.id, shipment_id=shipment.id, open=1).order_by("due_ms")
    promise = next((one for one in owed if one.kind == kind), owed[0] if owed else None)
    found: dict[str, Any] = {
        "inquiry": asked and {"purpose": asked.purpose, "at": moment(asked.asked_ms)},
        "next_at": promise and moment(promise.due_ms),
        "moving": await journeys.moves_again(shipment) or None,
        **await _person(customer),
        **await _policy(merchant_id),
        **({} if shipment.reason in SAID_CAUSES else await backlog.cause_of(shipment)),
        **(collecting.reminder(promise) if kind == READY and promise else {}),
    }
    known = {name: fact for name, fact in found.items() if fact}
    return known | (await windows.said_of([shipment.id]))[shipment.id]


async def _person(customer: Customer) -> dict[str, Any]:
    ticket = await Ticket.filter(customer_id=customer.id, closed_ms=None, assignee_id__not_isnull=True).first()
    if ticket is None:
        return {}
    member = await Member.get_or_none(merchant_id=customer.merchant_id, user_id=ticket.assignee_id)
    person = await Person.get_or_none(user_id=ticket.assignee_id)
    name = (member and member.alias) or (person and person.name.split(" ")[0])
    return {"agent": name, "lead": bool(member and member.role in {"owner", "lead"})} if name else {}


async def _policy(merchant_id: int) -> dict[str, Any]:
    merchant = await Merchant.get(id=merchant_id)
    return {"policy": orjson.loads(merchant.settings).get("policy")}


async def notice(row: Leaving, now: datetime) -> Composed | None:
    """A notice's facts, or None where it is no longer true (withdrawn before it was told, delivered meanwhile)."""
    kind = str(row.payload["kind"])
    customer = await Customer.get_or_none(id=row.customer_id)
    if customer is None or await is_paused(customer.id) or not await _holds(kind, row, now):
        return None
    merchant = await Merchant.get(id=customer.merchant_id)
    person = await Person.get_or_none(user_id=customer.user_id)
    given = row.payload.get("facts", {}) | {"at": now.isoformat()}
    if row.payload.get("repeat"):
        given["repeat"] = True
    ids = row.payload["shipments"]
    if not ids:
        told = {"shop": merchant.name} | await _person(customer) | given
        reader = await reader_at_home(merchant, person, customer)
        under = (rating_ask.row_of(row.payload["rating"], reader),) if kind == rating_ask.KIND else ()
        return Composed(kind, told, reader, customer.user_id, under)
    shipment = await Shipment.get(id=ids[0])
    order = await Order.get(id=shipment.order_id)
    told = parcel(shipment, order, merchant) | await recorded(shipment, customer, kind) | await _evidence(row) | given
    told |= await _of_kind(kind, row, merchant, now)
    if kind == "not_left_yet":
        _leave_out_what_cannot_hold(told, await _earliest_on(row))
    if len(ids) > 1:
        told["parcels"] = await _siblings(ids, merchant)
    reader = await reader_at_home(merchant, person, customer, order, shipment)
    offers = kind in offered.KINDS
    buttons = offered.buttons(told, shipment.id) if offers else buttons_for(kind, shipment.id, told)
    own = await own_texts.wording(merchant.id, merchant.texts_mark, kind, reader.locale)
    return Composed(kind, told, reader, customer.user_id, buttons, own=own)


async def _of_kind(kind: str, row: Leaving, merchant: Merchant, now: datetime) -> dict[str, Any]:
    """What only one kind of message asks for."""
    if kind == "stalled" and await journeys.often_turn_up(merchant.id):
        return {"turn_up": True}
    if kind == "delay_again" and await _slips(row.customer_id or 0, row.payload["shipments"]) > 1:
        return {"once_more": True}
    if kind in offered.KINDS:
        shipment = await Shipment.get(id=row.payload["shipments"][0])
        return await offered.facts_of(row.customer_id or 0, shipment, merchant, now)
    if kind in rarer.FACTS:
        return await rarer.FACTS[kind](row, merchant, now)
    return staffed.answers(merchant, now) if kind == "returning" else {}


async def _holds(kind: str, row: Leaving, now: datetime) -> bool:
    """True while what the notice says is so: its parcel's status, its finding, its hour."""
    expires_at = row.payload.get("expires_at")
    if expires_at is not None and datetime.fromisoformat(expires_at) <= now:
        return False
    for shipment_id in row.payload["shipments"][:1]:
        shipment = await Shipment.get_or_none(id=shipment_id)
        if shipment is None or shipment.status not in STILL_TRUE.get(kind, {shipment.status}):
            return False
        if kind in WARNINGS and shipment.status in ENDED:
            return False
    if kind in TAKEN_BACK:
        return await was_told(row)
    if kind in (SETS_OUT, NOT_EARLIER):
        return True
    if kind in _BY_RECORD:
        return await _BY_RECORD[kind](row)
    found = await FindingRow.get_or_none(id=row.payload.get("finding") or 0)
    return found is None or found.closed_ms is None


async def _is_held_up(row: Leaving) -> bool:
    return await incidents.holds_up(row.payload["incident"], row.payload["shipments"][0])


async def _is_waited_for(row: Leaving) -> bool:
    return await promises.is_waited_for(row.payload["promise"])


async def _is_offered(row: Leaving) -> bool:
    return await offered.stands(row.customer_id or 0, row.payload["shipments"][0])


_BY_RECORD: Mapping[str, Callable[[Leaving], Awaitable[bool]]] = {
    "held_up": _is_held_up,
    "holding": _is_waited_for,
    rating_ask.KIND: rating_ask.is_open,
    **dict.fromkeys(offered.KINDS, _is_offered),
}
"""What is true while its own record says so."""


async def was_told(row: Leaving) -> bool:
    """True where this customer has (or may have) read the warning that is now taken back."""
    told = OutboxRow.filter(customer_id=row.customer_id, act="notice", state__in=("sent", "in_doubt", "leaving"))
    undoes = row.payload.get("undoes")
    if undoes is not None and await told.filter(cause=undoes).exists():
        return True
    finding_id = row.payload.get("finding")
    if finding_id and await drafts.was_edited(row.customer_id or 0, finding_id):
        return True
    earlier = await told.exclude(id=row.id)
    return any(finding_id and finding_id in _findings_of(orjson.loads(one.payload)) for one in earlier)


def _findings_of(said: dict[str, Any]) -> list[int | None]:
    """What a notice was about: of several parcels, one each."""
    return [said.get("finding"), *said.get("findings", ())]


async def _evidence(row: Leaving) -> dict[str, Any]:
    found = await FindingRow.get_or_none(id=row.payload.get("finding") or 0)
    evidence: dict[str, Any] = orjson.loads(found.evidence) if found else {}
    known = {
        name: evidence[name]
        for name in ("attempt_at", "damaged_at", "cause", "cause_place", "days_late")
        if evidence.get(name)
    }
    return known | ({"sure": "very"} if evidence.get("very_sure") else {})


async def _earliest_on(row: Leaving) -> str:
    """The first day on which a parcel that still lies here can arrive, as the finding has it."""
    found = await FindingRow.get_or_none(id=row.payload.get("finding") or 0)
    return str(orjson.loads(found.evidence).get("earliest_on", "")) if found else ""


def _leave_out_what_cannot_hold(told: dict[str, Any], earliest_on: str) -> None:
    """The carrier still counts on a parcel that he would have had by now."""
    if told.get("eta_on", "") < earliest_on:
        for name in ("eta_on", "eta_from_on", "days_late"):
            told.pop(name, None)


async def _siblings(ids: list[int], merchant: Merchant) -> list[dict[str, Any]]:
    rows, said = await Shipment.filter(id__in=ids).order_by("id"), await windows.said_of(ids)
    orders = {one.id: one for one in await Order.filter(id__in={one.order_id for one in rows})}
    return [parcel(one, orders[one.order_id], merchant) | said[one.id] for one in rows]


async def _slips(customer_id: int, ids: list[int]) -> int:
    """The most slips that he was told of one of these parcels before."""
    follows = await Follow.filter(customer_id=customer_id, shipment_id__in=ids)
    return max((one.slips for one in follows), default=0)


async def live(row: Leaving, now: datetime) -> Composed | None:
    """What the live message of a follow says now; None where nobody follows any more, or it stays as it is."""
    follow = await Follow.get_or_none(id=row.payload["follow"])
    if follow is None:
        return None
    shipment = await Shipment.get(id=follow.shipment_id)
    customer = await Customer.get(id=follow.customer_id)
    order = await Order.get(id=shipment.order_id)
    merchant = await Merchant.get(id=shipment.merchant_id)
    person = await Person.get_or_none(user_id=customer.user_id)
    reader = await reader_at_home(merchant, person, customer, order, shipment)
    known = parcel(shipment, order, merchant) | await journeys.of(shipment)
    known |= (await windows.said_of([shipment.id]))[shipment.id]
    facts = await unwarned.left_out(known, shipment, follow, merchant, now)
    if facts is None:
        return None
    facts["in_doubt"] = await _in_doubt(customer, shipment, now)
    buttons = buttons_for("live", shipment.id)
    digest = zlib.crc32(orjson.dumps([facts, reader.locale, reader.zone, reader.calendar, reader.digits, buttons]))
    return Composed(
        kind="live",
        facts=facts | {"at": now.isoformat()},
        reader=reader,
        chat_id=customer.user_id,
        buttons=buttons,
        edit=follow.live_message_id,
        digest=digest,
    )


async def _in_doubt(customer: Customer, shipment: Shipment, now: datetime) -> list[dict[str, Any]]:
    """Notices that may not have arrived: the live message carries what they say until a later one has arrived."""
    rows = await OutboxRow.filter(customer_id=customer.id, act="notice", state__in=("in_doubt", "sent")).order_by("id")
    own = [(row, payload) for row in rows if shipment.id in (payload := orjson.loads(row.payload))["shipments"][:1]]
    arrived = max((row.id for row, _ in own if row.state == "sent"), default=0)
    found = []
    for row, payload in own:
        if row.id < arrived or row.state == "sent":
            continue
        leaving = Leaving(
            row.id, Act.NOTICE, payload, row.cause, Priority(row.priority), row.lane, row.attempts,
            from_ms(row.created_ms), customer_id=customer.id,
        )  # fmt: skip
        composed = await notice(leaving, now)
        if composed is not None:
            composed.facts.pop("at", None)
            found.append({"kind": composed.kind, "facts": composed.facts})
    return found
