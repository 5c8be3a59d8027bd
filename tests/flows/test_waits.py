"""When a person's next word is due: set by whoever waits for it, gone with the answer, with the end, with a ban."""

from datetime import timedelta

import pytest

from bot.flows import tickets
from bot.store import core
from bot.store.crypt import Vault
from bot.store.models import Customer, Ticket
from bot.store.ms import from_ms, to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk
from tests.fakes.desk import SARA, Desk, open_desk, own
from tests.fakes.rows import NOON

TARGET = timedelta(hours=2)


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    made = await open_desk(SpokenTalk(clock, vault), ticket=False)
    await customer_waits(made)
    made.ticket = await Ticket.get()
    return made


async def customer_waits(desk: Desk, after: timedelta = timedelta()) -> None:
    async with core.transaction():
        await tickets.open_ticket(desk.customer.id, "words", NOON + after)


async def due(desk: Desk) -> timedelta | None:
    """From noon on."""
    found = (await desk.fresh_ticket()).due_ms
    return None if found is None else from_ms(found) - NOON


async def test_who_opens_a_ticket_is_owed_a_word_within_the_target(desk: Desk) -> None:
    assert await due(desk) == TARGET
    assert (await desk.fresh_ticket()).asked_ms == to_ms(NOON)


async def test_more_words_while_he_waits_do_not_put_it_off(desk: Desk) -> None:
    await customer_waits(desk, TARGET / 2)
    assert await due(desk) == TARGET


async def test_an_answer_leaves_nothing_due_and_his_next_words_do(desk: Desk) -> None:
    await desk.says("Here it is")
    assert await due(desk) is None
    await customer_waits(desk, TARGET)
    assert await due(desk) == 2 * TARGET


async def test_what_rests_is_due_when_the_rest_is_over_or_by_his_own_words(desk: Desk) -> None:
    await desk.says("/snooze 5h")
    assert await due(desk) == timedelta(hours=5)
    await customer_waits(desk, timedelta(hours=1))
    assert await due(desk) == timedelta(hours=1) + TARGET
    assert (await desk.fresh_ticket()).snoozed_ms is None


async def test_the_end_leaves_nothing_due_and_what_is_opened_again_is_due(desk: Desk) -> None:
    await desk.says("/close")
    assert await due(desk) is None
    await desk.says("/reopen")
    assert await due(desk) == TARGET


async def test_to_who_is_banned_nothing_is_due(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    await desk.says("/ban")
    assert await due(desk) is None
    await customer_waits(desk)
    assert await due(desk) is None
    assert (await Customer.get()).banned_ms is not None
    await desk.says("/ban")
    assert await due(desk) == TARGET
