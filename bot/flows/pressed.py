"""What the buttons under a customer's messages do. Every press is checked: only a follower touches a parcel."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from bot.domain.hours import day_there
from bot.flows import asked, checking, facts, lookup, person, tickets
from bot.flows.ports import Vault
from bot.flows.to_desk import Opened, tell_desk
from bot.flows.turn import Answer, Answers, Turn
from bot.store import audit, customers, promises
from bot.store import tickets as open_tickets
from bot.store import told as questions
from bot.store.customers import Followed
from bot.store.models import ScanRow
from bot.store.ms import from_day, from_ms
from bot.store.tickets import scans
from bot.texts.dates import day as worded_day
from bot.texts.messages import Reader
from bot.texts.reading import read_by

NEEDED = 2
"""A shipment's priority once its day is known to matter."""
QUICK_DAYS = 4


Rows = tuple[tuple[tuple[str, str], ...], ...]


class Press(Struct, frozen=True):
    """A button that opens a ticket. `scans`: the status whose scans are the evidence; None takes the newest."""

    cause: str
    answer: str
    scans: str | None = None
    priority: int = 0
    buttons: Rows = ()


TICKETS: Mapping[str, Press] = {
    "n": Press("nobody_came", "nobody_came", "delivery_attempted", 1),
    "d": Press("other_day", "day_ask"),
    "a": Press("address", "address_ask", priority=1),
    "c": Press("courier_note", "courier_note_ask", "out_for_delivery", 1),
    "t": Press("too_late", "too_late_noted", priority=NEEDED),
    "x": Press("not_received", "not_received", "delivered", 1, ((("found_it", "z"),),)),
    "p": Press("something_wrong", "something_wrong", "delivered"),
    "y": Press("how_to_pay", "how_to_pay", "customs", 1),
    "q": Press("what_they_need", "what_they_need", "customs", 1),
    "l": Press("rather_later", "rather_later", priority=1),
    "r": Press("more_time", "more_time_noted", "available_for_pickup"),
}
"""Verb to what it opens; what the desk reads is `desk_<cause>`."""

NOTED: Mapping[str, tuple[str, str, tuple[tuple[tuple[str, str], ...], ...]]] = {
    "k": ("can_wait", "wait_noted", ()),
    "f": ("all_fine", "all_fine", ()),
    "v": ("earlier_fine", "earlier_fine", ()),
    "i": ("wasnt_in", "wasnt_in", ((("other_day", "d"), ("fix_address", "a")),)),
}
"""Verb to deed, answer and further buttons: written down, nobody need act."""


async def press(turn: Turn, vault: Vault, verb: str, shipment: str, arg: str = "") -> Answers:
    """One press. A parcel he does not follow is answered as one that does not exist."""
    if shipment == "0":
        return await _without_parcel(turn, vault, verb)
    known = await customers.followed_shipment(turn.user_id, int(shipment)) if _is_id(shipment) else None
    if known is None:
        return Answer("parcel_gone", {}, ((("human", "h:0"),),))
    if verb not in NOTED:
        await questions.asked(turn.user_id, [known.shipment.id], turn.now)
    if verb in TICKETS:
        return await open_by(turn, known, TICKETS[verb])
    if verb in NOTED:
        return await _note(turn, known, *NOTED[verb])
    if verb == "s":
        return await sooner(turn, vault, known, arg)
    return await _ASKED[verb](turn, known) if verb in _ASKED else Answer("not_for_you")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


async def _without_parcel(turn: Turn, vault: Vault, verb: str) -> Answers:
    if verb == "w":
        return await lookup.parcels(turn)
    return await person.human(turn, vault) if verb == "h" else Answer("not_for_you")


async def _human(turn: Turn, known: Followed) -> Answers:
    opened = await _open(turn, known, "human", await evidence(known))
    await _tell(opened, turn, known, "human", {})
    return await tickets.answer_of(opened, turn, known.shipment)


async def _other_collects(turn: Turn, known: Followed) -> Answers:
    """Whoever has the code can collect it; where we have none, a person finds out what is asked for."""
    if "code" not in facts.parcel(known.shipment, known.order, known.merchant).get("pickup", {}):
        return await open_by(turn, known, Press("other_collects", "other_collects_asked", "available_for_pickup"))
    return await _note(turn, known, "other_collects", "other_collects", ())


async def _done_at_customs(turn: Turn, known: Followed) -> Answers:
    """He has paid, or sent what they asked for: written down, the carrier is asked at once, and a word is owed."""
    await _audit(turn, known, "customs_settled")
    zone, quiet = tickets.zone_of(turn, known.shipment), turn.person.quiet or turn.quiet
    await checking.check_again(known, zone, quiet, turn.now)
    return Answer("customs_noted", await _facts(turn, known), merchant_id=known.merchant.id)


async def _found_it(turn: Turn, known: Followed) -> Answers:
    """It was there after all: the desk reads so, and no answer is owed about it any more."""
    open_ = await open_tickets.open_of(known.customer.id)
    if open_ is None:
        await _audit(turn, known, "found_it")
    else:
        opened = await _open(turn, known, "found_it", await evidence(known, "delivered"))
        await _tell(opened, turn, known, "found_it", {})
        await promises.retire(known.customer.id, known.shipment.id, open_.id, turn.now)
    return Answer("found_it", await _facts(turn, known), merchant_id=known.merchant.id)


_ASKED: Mapping[str, Callable[[Turn, Followed], Awaitable[Answers]]] = {
    "w": lookup.state,
    "h": _human,
    "o": _other_collects,
    "e": _done_at_customs,
    "z": _found_it,
}


async def open_by(turn: Turn, known: Followed, what: Press) -> Answers:
    """Open (or join) the ticket of a button, with its evidence; answer in its words."""
    seen = await evidence(known, what.scans)
    opened = await _open(turn, known, what.cause, seen)
    if what.priority:
        await customers.raise_priority(known.shipment.id, None, what.priority)
    await _tell(opened, turn, known, what.cause, seen)
    under = _under(what.buttons, known)
    return Answer(what.answer, await _answer_facts(opened, turn, known), under, merchant_id=known.merchant.id)


def _under(buttons: Rows, known: Followed) -> Rows:
    """The buttons with the parcel they are about."""
    return tuple(tuple((label, f"{verb}:{known.shipment.id}") for label, verb in row) for row in buttons)


async def _note(turn: Turn, known: Followed, deed: str, answer: str, buttons: Rows) -> Answers:
    await _audit(turn, known, deed)
    return Answer(answer, await _facts(turn, known), _under(buttons, known), merchant_id=known.merchant.id)


async def _open(turn: Turn, known: Followed, cause: str, seen: Mapping[str, Any]) -> Opened:
    await _audit(turn, known, cause)
    return await tickets.open_ticket(known.customer.id, cause, turn.now, known.shipment.id, seen)


async def _audit(turn: Turn, known: Followed, deed: str) -> None:
    target = f"shipment:{known.shipment.id}"
    await audit.write(known.merchant.id, turn.user_id, f"customer.{deed}", target, turn.now)


async def _tell(opened: Opened, turn: Turn, known: Followed, cause: str, seen: Mapping[str, Any]) -> None:
    """Our words into the topic: once a ticket and matter, however often he presses."""
    told = facts.parcel(known.shipment, known.order, known.merchant) | {"name": known.customer.name} | dict(seen)
    matter = f"{cause}:{known.shipment.id}:{opened.ticket.id}:{seen.get('needed_on', '')}"
    await tell_desk(opened, f"desk_{cause}", told, matter, turn.now)


async def _facts(turn: Turn, known: Followed) -> dict[str, Any]:
    said = facts.parcel(known.shipment, known.order, known.merchant)
    return said | await facts.recorded(known.shipment, known.customer) | {"at": turn.now.isoformat()}


async def _answer_facts(opened: Opened, turn: Turn, known: Followed) -> dict[str, Any]:
    """The records' facts, with the answer promised by a person in place of any other next word."""
    said = await _facts(turn, known)
    said.pop("next_at", None)
    return said | await tickets.promised(opened, turn, known.shipment)


async def evidence(known: Followed, status: str | None = None) -> dict[str, Any]:
    """What the carrier says: the scans that bear on it, newest first; and what is asserted against them, when."""
    rows = await scans(known.shipment.id, status) or await scans(known.shipment.id)
    seen: dict[str, Any] = {"status": known.shipment.status, "scans": [_scan(row) for row in rows]}
    if known.shipment.delivered_ms is not None:
        seen["delivered_at"] = from_ms(known.shipment.delivered_ms).isoformat()
    return seen


def _scan(row: ScanRow) -> dict[str, Any]:
    at = from_ms(row.at_ms).isoformat() if row.at_ms is not None else None
    found = {"at": at, "place": row.place, "text": row.description, "code": row.code, "status": row.status}
    return {name: fact for name, fact in found.items() if fact}


# ---- "I need it sooner"


async def sooner(turn: Turn, vault: Vault, known: Followed, day: str = "") -> Answers:
    """Asks for the day; a day that a button names is taken at once."""
    if day:
        named = _named_day(day, turn, known)
        return await needed(turn, known, named) if named else Answer("not_for_you")
    await asked.ask(turn, vault, asked.DAY, shipment=known.shipment.id)
    return Answer("sooner_ask", await _facts(turn, known), _day_buttons(turn, known), merchant_id=known.merchant.id)


def _named_day(text: str, turn: Turn, known: Followed) -> date | None:
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return None
    return named if named >= day_there(turn.now, tickets.zone_of(turn, known.shipment)) else None


def _day_buttons(turn: Turn, known: Followed) -> Sequence[Sequence[tuple[str, str]]]:
    """The next days, before the one on which it is expected anyway."""
    zone = tickets.zone_of(turn, known.shipment)
    today = day_there(turn.now, zone)
    expected = from_day(known.shipment.eta_on) or from_day(known.shipment.promised_on)
    days = [today + timedelta(days=ahead) for ahead in range(1, QUICK_DAYS + 1)]
    sooner_days = [one for one in days if expected is None or expected <= today or one < expected] or days[:1]
    reading = read_by(Reader(**{**turn.person.reader(), "zone": zone}), markup=False)
    rows = [((f"={worded_day(one, reading)}", f"s:{known.shipment.id}:{one.isoformat()}"),) for one in sooner_days]
    return (*rows, (("human", f"h:{known.shipment.id}"),))


async def needed(turn: Turn, known: Followed, day: date) -> Answers:
    """The day he needs it by: kept with the parcel, which now goes first; a person looks for a way."""
    await customers.raise_priority(known.shipment.id, day, NEEDED)
    known.shipment.needed_on = day.isoformat()
    seen = await evidence(known) | {
        "needed_on": day.isoformat(),
        "eta_on": known.shipment.eta_on,
        "promised_on": known.shipment.promised_on,
    }
    opened = await _open(turn, known, "sooner", seen)
    await _tell(opened, turn, known, "sooner", seen)
    return Answer("sooner_noted", await _answer_facts(opened, turn, known), merchant_id=known.merchant.id)
