"""Proving that an order is one's own: its number, and the phone or the e-mail the shop has on file.

Whoever fails learns nothing: a wrong proof and an order that does not exist are answered alike.
"""

import hmac
from datetime import timedelta

import phonenumbers

from bot.flows import asked, follow
from bot.flows.ports import Vault
from bot.flows.turn import Answer, Answers, Turn
from bot.flows.understand import fold_digits
from bot.store import customers
from bot.store.models import Order
from carriers.kit.numbers import fold

MOST_TRIES = 5
TRY_SPAN = timedelta(minutes=15)
HUMAN = ((("human", "h:0"),),)


async def ask(turn: Turn, vault: Vault, written: str) -> Answers:
    """No tracking number we know: if it is an order's, a phone contact or an e-mail address proves it."""
    if await _tried_enough(turn):
        return _enough()
    number = written.strip().lstrip("#№").strip()[:64]
    await asked.ask(turn, vault, asked.PROOF, number=number)
    return Answer("prove_ask", {"number": number}, keyboard="contact")


async def by_phone(turn: Turn, vault: Vault, phone: str) -> Answers:
    """A phone number shared by Telegram's own button, of the speaker himself."""
    return await _prove(turn, vault, "phone", e164(phone, None) or phone)


async def by_email(turn: Turn, vault: Vault, written: str) -> Answers:
    """An e-mail address, typed."""
    return await _prove(turn, vault, "email", email(written))


async def _prove(turn: Turn, vault: Vault, way: str, shown: str) -> Answers:
    question = await asked.open_question(turn, vault)
    if question is None or question[0] != asked.PROOF:
        return Answer("track_usage", keyboard="gone")
    if await _tried_enough(turn):
        await asked.answered(turn)
        return _enough()
    number = str(question[1]["number"])
    orders = await customers.orders_numbered(_spellings(number))
    countries = {one.id: one.country for one in await customers.merchants([o.merchant_id for o in orders])}
    on_file = [(order, _on_file(order, way, countries[order.merchant_id])) for order in orders]
    proven = [order for order, kept in on_file if _same(kept, shown)]
    await customers.record_try(turn.user_id, orders[0].id if orders else customers.NO_ORDER, bool(proven), turn.now)
    if not proven:
        return Answer("prove_failed", {"number": number}, HUMAN)
    await asked.answered(turn)
    return await _follow(turn, proven, way)


async def _follow(turn: Turn, orders: list[Order], way: str) -> Answers:
    """Greet him; the button that shared the number is taken away by the first of the answers."""
    said: list[Answer] = []
    for order in orders:
        found = await follow.follow_order(turn, order, way)
        said += [found] if isinstance(found, Answer) else found or ()
    return [Answer("proven", {"order": orders[0].number}, keyboard="gone"), *said]


async def _tried_enough(turn: Turn) -> bool:
    return await customers.failed_tries(turn.user_id, turn.now - TRY_SPAN) >= MOST_TRIES


def _enough() -> Answer:
    return Answer("too_many_tries", {}, HUMAN)


def _spellings(number: str) -> list[str]:
    """The order number as it may be on file: as written, in ASCII digits, without blanks, with a `#`."""
    plain = fold_digits(number)
    return sorted({number, plain, plain.upper(), fold(number), f"#{plain}"})


def _on_file(order: Order, way: str, country: str | None) -> str:
    """What proves the order; empty where the shop has nothing of that kind."""
    if way == "email":
        return email(order.email or "")
    return e164(order.phone or "", country) or ""


def _same(on_file: str, shown: str) -> bool:
    """Constant time; nothing on file proves nothing."""
    alike = hmac.compare_digest(on_file.encode(), shown.encode())
    return alike and bool(on_file)


def email(written: str) -> str:
    """An address as it is compared: case and blanks do not count."""
    return fold_digits(written).strip().strip("<>").casefold()


def looks_like_email(written: str) -> bool:
    """True where a text is an address and nothing else."""
    name, at, host = written.strip().partition("@")
    return bool(at and name and "." in host) and len(written) <= 254 and not any(map(str.isspace, written.strip()))


def e164(written: str, country: str | None) -> str | None:
    """`+966501234567`, or None where it is no phone number; without `+` the country's numbers are tried."""
    plain = fold_digits(written).strip()
    for attempt in (plain, f"+{plain.lstrip('0+')}"):
        try:
            found = phonenumbers.parse(attempt, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(found):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return None
