"""Strangers in numbers solve a puzzle of one tap before their words reach a desk; the words wait for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.flows import asked, set_aside, tickets
from bot.flows.ports import Vault
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import audit, customers, strangers
from bot.store.models import Customer
from bot.store.tickets import Words

VERB = "hp"
FREE, SPAN = 5, timedelta(hours=1)
"""So many matters of strangers an hour a shop takes unasked: only a wave of them is one of machines."""
MOST_WRONG, REST = 3, timedelta(hours=1)
ASKED_AGAIN = timedelta(hours=1)
"""Who writes on so long after the puzzle has not seen it."""
SIGNS: Mapping[str, str] = {"apple": "🍎", "key": "🔑", "house": "🏠", "fish": "🐟", "star": "⭐", "umbrella": "☂️"}


async def must_solve(turn: Turn, vault: Vault, customer: Customer) -> bool:
    """Never who has a parcel, an order, a matter of his or a role; once asked, until it is solved."""
    if not await strangers.is_one(turn.user_id):
        return False
    if await _open(turn, vault) is not None:
        return True
    return await strangers.came(customer.merchant_id, turn.now - SPAN) >= FREE


async def ask(turn: Turn, vault: Vault, customer: Customer, said: Sequence[list[Any]]) -> Answer | None:
    """The puzzle; what he says waits, and further words do not ask again unless he may try anew, or much later."""
    mind = await _open(turn, vault) or {}
    words = set_aside.with_more(mind.get("words", []), said)
    if words is None:
        return Answer("waiting_full")
    if mind and said and not _is_to_be_asked(mind, turn.now):
        await asked.ask(turn, vault, asked.PUZZLE, **(mind | {"words": words}))
        return None
    return await _show(turn, vault, {"shop": customer.merchant_id, "words": words, "wrong": 0})


async def _open(turn: Turn, vault: Vault) -> dict[str, Any] | None:
    question = await asked.open_question(turn, vault)
    return question[1] if question is not None and question[0] == asked.PUZZLE else None


def _is_to_be_asked(mind: Mapping[str, Any], now: datetime) -> bool:
    """His rest is over, or he was asked long ago."""
    until, shown = mind.get("until"), mind.get("shown")
    if until is not None:
        return datetime.fromisoformat(until) <= now
    return shown is not None and datetime.fromisoformat(shown) + ASKED_AGAIN <= now


async def also(turn: Turn, vault: Vault, words: Words) -> None:
    """What the machine answers while the puzzle is open waits with the rest, as far as there is room."""
    mind = await _open(turn, vault)
    more = set_aside.with_more(mind["words"], [set_aside.parts_of(words)]) if mind is not None else None
    if mind is not None and more is not None:
        await asked.ask(turn, vault, asked.PUZZLE, **(mind | {"words": more}))


async def let_through(turn: Turn, vault: Vault, words: Words) -> Answers:
    """He needs no puzzle (any more): what waited behind one goes before what he says now; None where nothing did."""
    mind = await _open(turn, vault)
    if mind is None:
        return None
    return await _passed(turn, mind | {"words": [*mind["words"], set_aside.parts_of(words)]})


async def _show(turn: Turn, vault: Vault, mind: Mapping[str, Any], edit: int | None = None) -> Answer:
    sign = list(SIGNS)[turn.update_id % len(SIGNS)]
    await asked.ask(
        turn, vault, asked.PUZZLE, **(dict(mind) | {"sign": sign, "until": None, "shown": turn.now.isoformat()})
    )
    return Answer("puzzle", {"sign": sign, "again": mind["wrong"] > 0}, _buttons(), edit=edit)


def _buttons() -> Buttons:
    one_by_one = [(f"={sign}", f"{VERB}:{name}") for name, sign in SIGNS.items()]
    return (tuple(one_by_one[:3]), tuple(one_by_one[3:]))


async def press(turn: Turn, vault: Vault, sign: str) -> Answers:
    """One tap: the right one lets all that waits through, three wrong ones rest an hour."""
    mind = await _open(turn, vault)
    if mind is None:
        return Answer("puzzle_over")
    until = mind.get("until")
    if until is not None and datetime.fromisoformat(until) > turn.now:
        return Answer("puzzle_wait", {"again_at": until})
    if sign == mind["sign"] and until is None:
        return _in_place(await _passed(turn, mind), turn)
    return await _wrong(turn, vault, mind)


async def _wrong(turn: Turn, vault: Vault, mind: Mapping[str, Any]) -> Answer:
    wrong = 1 if mind.get("until") else mind["wrong"] + 1
    if wrong < MOST_WRONG:
        return await _show(turn, vault, dict(mind) | {"wrong": wrong}, turn.message_id)
    until = (turn.now + REST).isoformat()
    await asked.ask(turn, vault, asked.PUZZLE, **(dict(mind) | {"wrong": 0, "until": until}))
    return Answer("puzzle_wait", {"again_at": until}, edit=turn.message_id)


def _in_place(answers: Answers, turn: Turn) -> Answers:
    """The first answer takes the puzzle's place: there is nothing to press any more."""
    listed = [answers] if isinstance(answers, Answer) else list(answers or ())
    return [replace(one, edit=turn.message_id) if number == 0 else one for number, one in enumerate(listed)]


async def _passed(turn: Turn, mind: Mapping[str, Any]) -> Answers:
    await asked.answered(turn)
    customer = await customers.meet(mind["shop"], turn.user_id, turn.person.name, None, turn.now)
    if customer.banned_ms is not None:
        return None
    await audit.write(customer.merchant_id, turn.user_id, "customer.passed", f"customer:{customer.id}", turn.now)
    if not mind["words"]:
        opened = await tickets.open_ticket(customer.id, "human", turn.now)
        await tickets.tell_of_call(opened, None, turn.now)
        return await tickets.answer_of(opened, turn)
    answers = [await tickets.customer_says(turn, customer, Words(*one)) for one in mind["words"]]
    return [answer for answer in answers if answer is not None]
