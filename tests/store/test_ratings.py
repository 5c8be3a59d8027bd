"""What a customer says of a matter is kept once a ticket, and is nobody else's."""

from datetime import UTC, datetime, timedelta

from bot.store import ratings, tickets
from bot.store.models import Customer, Merchant, Rating, Ticket
from bot.store.ms import to_ms

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


async def solved(user_id: int = 5) -> Ticket:
    shop = await Merchant.create(name="Noor", created_ms=0)
    customer = await Customer.create(merchant_id=shop.id, user_id=user_id, created_ms=0)
    ticket = await tickets.add(customer, "words", None, {}, NOW)
    await Ticket.filter(id=ticket.id).update(closed_ms=to_ms(NOW), state="closed")
    return ticket


async def test_a_ticket_is_asked_about_once(store: str) -> None:
    ticket = await solved()
    made = await ratings.make(ticket, NOW, asked=False)
    assert made is not None
    assert await ratings.make(ticket, NOW, asked=False) is None
    assert await ratings.of_ticket(ticket.id) == made


async def test_a_question_that_was_called_off_can_be_put_later(store: str) -> None:
    ticket = await solved()
    _ = await ratings.make(ticket, NOW, asked=False)
    await ratings.call_off(ticket.id)
    assert await ratings.make(ticket, NOW, asked=True) is not None
    await ratings.call_off(ticket.id)
    assert await ratings.make(ticket, NOW, asked=True) is None


async def test_only_who_was_asked_finds_it(store: str) -> None:
    made = await ratings.make(await solved(5), NOW, asked=True)
    assert made is not None
    assert await ratings.of_person(made.id, 5) == made
    assert await ratings.of_person(made.id, 6) is None


async def test_the_first_time_is_dated_and_the_last_word_counts(store: str) -> None:
    made = await ratings.make(await solved(), NOW, asked=True)
    assert made is not None
    await ratings.rate(made.id, 2, NOW)
    await ratings.rate(made.id, 5, NOW + timedelta(hours=1))
    await ratings.comment(made.id, "late, but kind")
    [kept] = await ratings.of_customer(made.customer_id)
    assert (kept.stars, kept.rated_ms, kept.comment) == (5, to_ms(NOW), "late, but kind")


async def test_it_is_open_while_the_ticket_is_over_and_he_has_not_said(store: str) -> None:
    ticket = await solved()
    made = await ratings.make(ticket, NOW, asked=False)
    assert made is not None
    assert await ratings.is_open(made.id)
    await Ticket.filter(id=ticket.id).update(closed_ms=None)
    assert not await ratings.is_open(made.id)
    await Ticket.filter(id=ticket.id).update(closed_ms=to_ms(NOW))
    await ratings.left(made.id, NOW)
    await ratings.rate(made.id, 1, NOW)
    assert not await ratings.is_open(made.id)
    assert (await Rating.get(id=made.id)).asked_ms == to_ms(NOW)
