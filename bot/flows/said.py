"""What a customer says in private: understood, or brought to a person; never into the void."""

import re
from collections.abc import Sequence
from typing import Any

from bot.domain.hours import day_there
from bot.flows import asked, lookup, person, pressed, proof, rating, set_aside, staffed, strangers, tickets
from bot.flows.days import calendar_of, parse_day
from bot.flows.ports import Vault
from bot.flows.turn import Answer, Answers, Turn
from bot.flows.understand import Intent, Understood, fold_digits, understand
from bot.store import customers
from bot.store import told as questions
from bot.store.customers import Followed
from bot.store.tickets import Words

HUMAN = ((("human", "h:0"),),)
_NUMBER = re.compile(r"#?(?=(?:\D*\d){4})[A-Za-z0-9\-]{4,40}")


async def said(turn: Turn, vault: Vault, words: Words) -> Answers:
    """Any message that is no command: first what he was asked, then what we understand, then a person."""
    question = await asked.open_question(turn, vault)
    if question is not None and words.media is None:
        answer = await _reply(turn, vault, question, words)
        if answer is not None:
            return answer
    followed, numbers = await lookup.own_numbers(turn.user_id)
    understood = understand(words.text, numbers) if words.media is None else Understood(Intent.OTHER)
    answers = await _understood(turn, followed, understood)
    if answers is None:
        return await _to_person(turn, vault, words, followed, understood)
    await person.also_to_topic(turn, words)
    await strangers.also(turn, vault, words)
    return answers


async def contact(turn: Turn, vault: Vault, words: Words, phone: str, own: bool) -> Answers:
    """A shared phone number proves an order if it is the speaker's own; unasked it is a message like any other."""
    question = await asked.open_question(turn, vault)
    if question is None or question[0] != asked.PROOF:
        return await said(turn, vault, words)
    return await proof.by_phone(turn, vault, phone if own else "")


# ---- what he was asked


async def _reply(turn: Turn, vault: Vault, question: tuple[str, dict[str, Any]], words: Words) -> Answers:
    """The answer to our question; None where he speaks of something else."""
    form, mind = question
    if form == asked.PROOF and proof.looks_like_email(words.text):
        return await proof.by_email(turn, vault, words.text)
    if form == asked.COMMENT:
        return await rating.words_said(turn, int(mind["rating"]), words)
    if form == asked.DAY:
        return await _day_said(turn, int(mind["shipment"]), words)
    return None


async def _day_said(turn: Turn, shipment_id: int, words: Words) -> Answers:
    known = await customers.followed_shipment(turn.user_id, shipment_id)
    if known is None:
        return None
    today = day_there(turn.now, tickets.zone_of(turn, known.shipment))
    day = parse_day(words.text, today, calendar=turn.person.calendar or calendar_of(turn.person.locale))
    if day is None:
        return None
    await asked.answered(turn)
    answer = await pressed.needed(turn, known, day)
    await person.also_to_topic(turn, words)
    return answer


# ---- what we understand


async def _understood(turn: Turn, followed: Sequence[Followed], understood: Understood) -> Answers:
    """The machine's own answer; None where a person must read it."""
    if understood.intent is Intent.NOT_ARRIVED and (box := _delivered(followed, understood)) is not None:
        return await pressed.open_by(turn, box, pressed.TICKETS["x"])
    if understood.intent in (Intent.WHERE, Intent.NOT_ARRIVED):
        return await lookup.where(turn, followed, understood) if followed else await lookup.nothing_here(turn)
    if understood.intent is Intent.ANSWER:
        return await person.asks_again(turn)
    if understood.intent is Intent.ROBOT:
        return Answer("robot", await _who_we_are(turn, followed), HUMAN)
    if await person.open_ticket(turn) is not None:
        return None
    if understood.intent is Intent.GREETING:
        return await lookup.parcels(turn)
    return Answer("thanks_noted") if understood.intent is Intent.THANKS else None


def _delivered(followed: Sequence[Followed], understood: Understood) -> Followed | None:
    """The one parcel that is said to be delivered, where nothing else is under way that he could mean."""
    meant = [one for one in followed if lookup.is_named(one, understood.numbers)] or list(followed)
    if any(one.shipment.open for one in meant):
        return None
    there = [one for one in meant if one.shipment.status == "delivered"]
    return there[0] if len(there) == 1 else None


async def _who_we_are(turn: Turn, followed: Sequence[Followed]) -> dict[str, Any]:
    shops = [one.merchant for one in followed] or await customers.merchants()
    if len({shop.id for shop in shops}) != 1:
        return {}
    return {"shop": shops[0].name, **staffed.team_hours(shops[0], turn.now)}


# ---- to a person


async def _to_person(
    turn: Turn, vault: Vault, words: Words, followed: Sequence[Followed], understood: Understood
) -> Answers:
    question = await asked.open_question(turn, vault)
    puzzled = question is not None and question[0] == asked.PUZZLE
    if not puzzled and await _is_strange_number(turn, words):
        return await lookup.track(turn, vault, words.text)
    shop = await person.which_shop(turn, followed, words)
    if isinstance(shop, list):
        return await person.ask_shop(turn, vault, shop, words)
    if shop is None:
        return await lookup.nothing_here(turn)
    if shop.banned_ms is not None:
        return None
    if await strangers.must_solve(turn, vault, shop):
        return await strangers.ask(turn, vault, shop, [set_aside.parts_of(words)])
    if puzzled:
        return await strangers.let_through(turn, vault, words)
    box = person.about(followed, understood, shop)
    await questions.asked(turn.user_id, None if box is None else [box.id], turn.now)
    return await tickets.customer_says(turn, shop, words, box)


async def _is_strange_number(turn: Turn, words: Words) -> bool:
    """A bare number that is none of his, said out of the blue: he wants to know of it."""
    text = fold_digits(words.text.strip())
    alone = words.media is None and bool(_NUMBER.fullmatch(text))
    return alone and await person.open_ticket(turn) is None
