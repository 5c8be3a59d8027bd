"""One tap from one to five: kept, changed for a while, a few words with it; a low one is made up for."""

from typing import Any

from bot.domain import rating as rules
from bot.flows import asked, cards, person, rating_ask, recovering
from bot.flows.ports import Vault
from bot.flows.rating_ask import SCALE
from bot.flows.saying import clean
from bot.flows.turn import Answer, Answers, Buttons, Turn
from bot.store import audit, customers, ratings
from bot.store.models import Customer, Rating
from bot.store.ms import from_ms
from bot.store.tickets import Words
from bot.texts.messages import Reader

LONGEST_COMMENT = 1000
COMMENTS = "rc"
"""The verb of the button that asks for a few words."""
HUMAN = (("human", "h:0"),)


async def press(turn: Turn, rating_id: str, stars: str) -> Answers:
    """A tap on one of the five; somebody else's question is answered as one that does not exist."""
    found = await _mine(turn, rating_id)
    if found is None or stars not in {str(one) for one in rules.STARS}:
        return Answer("not_for_you")
    kept, customer = found
    asked_at, rated_at = from_ms(kept.asked_ms or kept.made_ms), from_ms(kept.rated_ms) if kept.rated_ms else None
    said = rules.said(int(stars), kept.stars, asked_at, rated_at, turn.now)
    if said is rules.Said.OVER or customer.banned_ms is not None:
        return Answer("rating_over", buttons=(HUMAN,), merchant_id=kept.merchant_id)
    if said is rules.Said.KEPT:
        return Answer("rating_kept", _told(kept.stars or 0), (HUMAN,), merchant_id=kept.merchant_id)
    return await _keep(turn, kept, customer, int(stars), changed=said is not rules.Said.SAME)


async def _mine(turn: Turn, rating_id: str) -> tuple[Rating, Customer] | None:
    kept = await ratings.of_person(int(rating_id), turn.user_id) if _is_id(rating_id) else None
    customer = await customers.customer(kept.customer_id) if kept else None
    return (kept, customer) if kept and customer else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


async def _keep(turn: Turn, kept: Rating, customer: Customer, stars: int, *, changed: bool) -> Answers:
    if changed:
        await ratings.rate(kept.id, stars, turn.now)
        kept.stars = stars
        target = f"ticket:{kept.ticket_id}"
        await audit.write(kept.merchant_id, turn.user_id, "customer.rated", target, turn.now, str(stars))
        await cards.refresh_card(customer.id, turn.now, f"u{turn.update_id}")
    noted = Answer(
        "rating_noted", _told(stars), _under(turn, kept.id), edit=turn.message_id, merchant_id=kept.merchant_id
    )
    if not (changed and rules.is_low(stars) and kept.recovery_id is None):
        return noted
    return [noted, await recovering.begin(turn, kept, customer)]


def _told(stars: int) -> dict[str, Any]:
    return SCALE | {"stars": stars}


def _under(turn: Turn, rating_id: int) -> Buttons:
    five = rating_ask.row_of(rating_id, Reader(**turn.person.reader()))
    return (five, (("add_words", f"{COMMENTS}:{rating_id}"),), HUMAN)


# ---- a few words


async def ask_words(turn: Turn, vault: Vault, rating_id: str) -> Answers:
    """What he says next is kept with his rating."""
    found = await _mine(turn, rating_id)
    if found is None or found[0].stars is None:
        return Answer("not_for_you")
    await asked.ask(turn, vault, asked.COMMENT, rating=found[0].id)
    return Answer("rating_comment_ask", merchant_id=found[0].merchant_id)


async def words_said(turn: Turn, rating_id: int, words: Words) -> Answers:
    """They are kept, and read in the topic too while a ticket is open; None where the question is not his."""
    found = await _mine(turn, str(rating_id))
    if found is None:
        return None
    await asked.answered(turn)
    await ratings.comment(rating_id, clean(words.text, LONGEST_COMMENT))
    await cards.refresh_card(found[1].id, turn.now, f"u{turn.update_id}")
    await person.also_to_topic(turn, words)
    return Answer("rating_comment_noted", buttons=(HUMAN,), merchant_id=found[0].merchant_id)
