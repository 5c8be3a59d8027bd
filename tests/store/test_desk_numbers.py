"""What a desk did is read from both databases as its rules want it, of one shop or one colleague."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.domain.desk_numbers import Matter, Ratings, Standing, Word
from bot.domain.measures import Share
from bot.store import audit, desk_numbers
from bot.store.models import Customer, Follow, Merchant, Order, Rating, Shipment, Ticket, TicketMessage
from bot.store.ms import to_ms

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SARA, OMAR = 71, 72
_numbers = count(1)


@pytest.fixture
async def shop(store: str) -> int:
    return int((await Merchant.create(name="Noor", created_ms=0)).id)


async def ticket(merchant_id: int, opened: datetime, **more: Any) -> Ticket:
    return await Ticket.create(
        merchant_id=merchant_id, customer_id=1, cause=more.pop("cause", "words"), opened_ms=to_ms(opened), **more
    )


async def say(of: Ticket, at: datetime, by: int | None = None, fate: str = "sent") -> None:
    _ = await TicketMessage.create(
        customer_id=1, ticket_id=of.id, direction="in" if by is None else "out", user_id=by or 5, fate=fate,
        source_chat_id=9, source_message_id=next(_numbers), created_ms=to_ms(at),
    )  # fmt: skip


async def test_tickets_come_with_peoples_words_in_their_order(shop: int) -> None:
    one = await ticket(shop, NOW - DAY, assignee_id=SARA, reopened=1, solved_ms=to_ms(NOW))
    await say(one, NOW - DAY)
    await say(one, NOW - 20 * HOUR, SARA, "failed")
    await say(one, NOW - 19 * HOUR, OMAR)
    _ = await TicketMessage.create(
        customer_id=1, ticket_id=one.id, direction="note", user_id=SARA, source_chat_id=9, source_message_id=900,
        created_ms=to_ms(NOW),
    )  # fmt: skip
    [found] = await desk_numbers.matters(shop, NOW - 30 * DAY)
    words = (Word(to_ms(NOW - DAY)), Word(to_ms(NOW - 19 * HOUR), OMAR))
    assert found == Matter(to_ms(NOW - DAY), "words", words, to_ms(NOW), None, 1, SARA)


async def test_for_one_colleague_they_come_with_whom_they_were_given_to(shop: int) -> None:
    ended = await ticket(shop, NOW - 9 * DAY, closed_ms=to_ms(NOW - 8 * DAY))
    _ = await ticket(shop, NOW - DAY)
    for at, who in ((NOW - 8 * DAY, SARA), (NOW - 2 * DAY, SARA), (NOW - 20 * HOUR, SARA), (NOW - 2 * HOUR, OMAR)):
        await audit.write(shop, 9, "desk.assign", f"customer:{ended.customer_id}", at, f"user:{who}")
    old, new = await desk_numbers.matters(shop, NOW - 30 * DAY, holders=True)
    assert old.given == ((to_ms(NOW - 8 * DAY), SARA),)
    assert new.given == ((to_ms(NOW - 20 * HOUR), SARA), (to_ms(NOW - 2 * HOUR), OMAR))


async def test_old_tickets_come_while_they_are_open_or_were_closed_within_the_span(shop: int) -> None:
    long_ago = NOW - 300 * DAY
    _ = await ticket(shop, long_ago, closed_ms=to_ms(long_ago + DAY))
    kept = [await ticket(shop, long_ago), await ticket(shop, long_ago, closed_ms=to_ms(NOW - DAY))]
    for one in kept:
        await say(one, NOW - 2 * DAY, SARA)
    found = await desk_numbers.matters(shop, NOW - 30 * DAY)
    assert [len(one.words) for one in found] == [1, 1]
    assert await desk_numbers.matters(shop + 1, NOW - 30 * DAY) == []


async def test_what_is_open_waits_or_is_late_is_counted_of_a_shop_a_colleague_or_all(shop: int) -> None:
    soon, late = to_ms(NOW + HOUR), to_ms(NOW - HOUR)
    _ = await ticket(shop, NOW, due_ms=soon, assignee_id=SARA)
    _ = await ticket(shop, NOW, due_ms=late)
    _ = await ticket(shop, NOW, due_ms=soon, snoozed_ms=soon)
    _ = await ticket(shop, NOW)
    _ = await ticket(shop, NOW, due_ms=late, closed_ms=late)
    _ = await ticket(shop + 1, NOW, due_ms=late)
    assert await desk_numbers.standing(shop, NOW) == Standing(4, 2, 1)
    assert await desk_numbers.standing(shop, NOW, SARA) == Standing(1, 1, 0)
    assert await desk_numbers.standing(None, NOW) == Standing(5, 3, 2)


async def rated(shop: int, customer: int, stars: int | None, at: datetime, **more: Any) -> None:
    _ = await Rating.create(
        merchant_id=shop, customer_id=customer, ticket_id=next(_numbers), stars=stars, made_ms=to_ms(at),
        asked_ms=more.pop("asked_ms", to_ms(at)), rated_ms=to_ms(at) if stars else None, **more,
    )  # fmt: skip


async def test_ratings_are_a_share_of_those_given_and_those_of_those_asked(shop: int) -> None:
    for stars in (5, 4, 3, 1, None, None):
        await rated(shop, 1, stars, NOW - DAY, agent_id=SARA)
    await rated(shop, 1, None, NOW, asked_ms=None)
    await rated(shop, 1, 5, NOW - 40 * DAY)
    await rated(shop + 1, 1, 5, NOW - DAY)
    since = NOW - 30 * DAY
    assert await desk_numbers.ratings(shop, since, NOW) == Ratings(Share(2, 4), Share(4, 6), Share())
    assert await desk_numbers.ratings(shop, since, NOW, OMAR) == Ratings()
    assert (await desk_numbers.ratings(None, since, NOW)).good == Share(3, 5)


async def test_a_case_is_won_by_a_later_good_word_or_an_order_in_time(shop: int) -> None:
    low = NOW - 20 * DAY
    customers = [await Customer.create(merchant_id=shop, user_id=user, created_ms=0) for user in range(5)]
    for one in customers:
        await rated(shop, one.id, 1, low, recovery_id=1)
    await rated(shop, customers[0].id, 5, low + DAY)
    await rated(shop, customers[1].id, 3, low + DAY)
    await rated(shop, customers[1].id, 5, low - DAY)
    for one, ordered in ((customers[2], low + DAY), (customers[3], low - DAY)):
        order = await Order.create(merchant_id=shop, number=str(one.id), created_ms=to_ms(ordered))
        box = await Shipment.create(
            merchant_id=shop, order_id=order.id, slug="own", number=str(one.id), next_poll_ms=0, created_ms=0
        )
        _ = await Follow.create(shipment_id=box.id, customer_id=one.id, created_ms=0)
    assert (await desk_numbers.ratings(shop, NOW - 30 * DAY, NOW)).won == Share(2, 5)


async def test_of_all_shops_together_first_answers_to_customers_and_what_came_back_are_counted(shop: int) -> None:
    answered = to_ms(NOW - DAY + HOUR)
    _ = await ticket(shop, NOW - DAY, answered_ms=answered, solved_ms=to_ms(NOW), reopened=2)
    _ = await ticket(shop + 1, NOW - DAY, answered_ms=answered + 10, solved_ms=to_ms(NOW))
    _ = await ticket(shop, NOW - DAY, answered_ms=answered, cause="lost")
    firsts, reopened = await desk_numbers.together(NOW - 30 * DAY)
    assert (firsts.of, firsts.p50, reopened) == (2, 3_600_000, Share(1, 2))
