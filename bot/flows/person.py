"""Bringing somebody to a person: whose customer he is, which parcel he means, the ticket that takes his words."""

from collections.abc import Sequence

from bot.flows import asked, lookup, set_aside, strangers, tickets
from bot.flows.ports import Vault
from bot.flows.to_desk import relay
from bot.flows.turn import Answer, Answers, Turn
from bot.flows.understand import Intent, Understood
from bot.store import customers, erasure, quoted
from bot.store import tickets as kept
from bot.store import told as questions
from bot.store.customers import Followed
from bot.store.models import Customer, Merchant, Shipment, Ticket
from bot.store.tickets import Words


async def open_ticket(turn: Turn, words: Words | None = None) -> Ticket | None:
    """The open ticket of who speaks: of the shop to whose message he replies, else the latest."""
    mine = await customers.of_user(turn.user_id)
    replied = await _replied(turn, mine, words)
    if replied is not None:
        return await kept.open_of(replied.id)
    return next(iter(await kept.latest([one.id for one in mine])), None)


async def asks_again(turn: Turn) -> Answers:
    """ "Where is my answer?": who has his open ticket and by when; None where he has none, or is not heard."""
    ticket = await open_ticket(turn)
    if ticket is None:
        return None
    opened = await tickets.open_ticket(ticket.customer_id, "words", turn.now)
    if opened.customer.banned_ms is not None:
        return None
    known = await customers.parcel_of(ticket.shipment_id) if ticket.shipment_id else None
    return await tickets.answer_of(opened, turn, known[0] if known else None)


async def _replied(turn: Turn, mine: Sequence[Customer], words: Words | None) -> Customer | None:
    """Whose message he replies to: what he says to one shop another one does not read."""
    if words is None or words.reply_to is None or len(mine) < 2:
        return None
    found = await quoted.customer([one.id for one in mine], turn.chat_id, words.reply_to)
    return next((one for one in mine if one.id == found), None)


async def also_to_topic(turn: Turn, words: Words) -> None:
    """While a ticket is open the agents read every word, also those the machine answers."""
    ticket = await open_ticket(turn, words)
    if ticket is None:
        return
    opened = await tickets.open_ticket(ticket.customer_id, "words", turn.now)
    if opened.customer.banned_ms is None:
        await relay(opened, turn.chat_id, words, turn.now)


def about(followed: Sequence[Followed], understood: Understood, customer: Customer) -> Shipment | None:
    """The parcel he speaks of: named, or the only one under way."""
    his = [one for one in followed if one.customer.id == customer.id]
    named = [one for one in his if lookup.is_named(one, understood.numbers)]
    under_way = [one for one in his if one.shipment.open]
    meant = named or (under_way if len(under_way) == 1 else [])
    return meant[0].shipment if meant else None


async def which_shop(
    turn: Turn, followed: Sequence[Followed], words: Words | None = None
) -> Customer | list[Merchant] | None:
    """Whose customer speaks: of the shop that he replies to, of the open ticket, of the parcels under way, of the only
    shop; else he is asked which."""
    mine = await customers.of_user(turn.user_id)
    replied = await _replied(turn, mine, words)
    if replied is not None:
        return replied
    ticket = next(iter(await kept.latest([one.id for one in mine])), None)
    if ticket is not None:
        return next(one for one in mine if one.id == ticket.customer_id)
    active = {one.customer.id for one in followed if one.shipment.open}
    likely = [one for one in mine if one.id in active] or mine
    if len(likely) == 1:
        return likely[0]
    if not mine and turn.person.shops:
        return None
    shops = await customers.merchants([one.merchant_id for one in likely] if likely else None)
    if len(shops) > 1:
        return shops
    return await _guest(turn, shops[0].id) if shops else None


async def _guest(turn: Turn, merchant_id: int) -> Customer:
    await erasure.unsuppress(turn.user_id)
    return await customers.meet(merchant_id, turn.user_id, turn.person.name, None, turn.now)


async def ask_shop(turn: Turn, vault: Vault, shops: Sequence[Merchant], words: Words | None) -> Answer | None:
    """Which shop? What he said waits until he has chosen; an album is asked about once."""
    question = await asked.open_question(turn, vault)
    waiting = question[1]["words"] if question is not None and question[0] == asked.SHOP else []
    asked_before = words is not None and words.album is not None and any(words.album in one[5:] for one in waiting)
    if words is not None:
        more = set_aside.with_more(waiting, [set_aside.parts_of(words)])
        if more is None:
            return Answer("waiting_full")
        waiting = more
    await asked.ask(turn, vault, asked.SHOP, words=waiting)
    return (
        None
        if asked_before
        else Answer("which_shop", {}, tuple(((f"={shop.name}", f"g:{shop.id}"),) for shop in shops))
    )


async def shop_chosen(turn: Turn, vault: Vault, merchant_id: str) -> Answers:
    """He has chosen the shop: what he said before goes there."""
    shops = {str(shop.id): shop for shop in await customers.merchants()}
    if merchant_id not in shops:
        return Answer("not_for_you")
    question = await asked.open_question(turn, vault)
    waiting = question[1]["words"] if question is not None and question[0] == asked.SHOP else []
    await asked.answered(turn)
    customer = await _guest(turn, shops[merchant_id].id)
    if customer.banned_ms is not None:
        return None
    if await strangers.must_solve(turn, vault, customer):
        return await strangers.ask(turn, vault, customer, waiting)
    if not waiting:
        return await _asks_for_person(turn, customer)
    answers = [await tickets.customer_says(turn, customer, Words(*one)) for one in waiting]
    return [answer for answer in answers if answer is not None]


async def human(turn: Turn, vault: Vault, words: Words | None = None) -> Answers:
    """`/human [text]`: a ticket, with the text; he is told when an answer comes."""
    followed, _ = await lookup.own_numbers(turn.user_id)
    shop = await which_shop(turn, followed, words)
    if isinstance(shop, list):
        return await ask_shop(turn, vault, shop, words)
    if shop is None:
        return await lookup.nothing_here(turn)
    if shop.banned_ms is not None:
        return None
    if await strangers.must_solve(turn, vault, shop):
        return await strangers.ask(turn, vault, shop, [set_aside.parts_of(words)] if words is not None else [])
    return await _asks_for_person(turn, shop, words, about(followed, Understood(Intent.OTHER), shop))


async def _asks_for_person(
    turn: Turn, customer: Customer, words: Words | None = None, shipment: Shipment | None = None
) -> Answers:
    await questions.asked(turn.user_id, None if shipment is None else [shipment.id], turn.now)
    opened = await tickets.open_ticket(customer.id, "human", turn.now, shipment.id if shipment else None)
    if words is not None:
        await relay(opened, turn.chat_id, words, turn.now)
    else:
        await tickets.tell_of_call(opened, shipment, turn.now)
    return await tickets.answer_of(opened, turn, shipment)
