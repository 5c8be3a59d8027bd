"""How soon a shop's people answer, said in the chat; what it changes for who waits."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import hours
from bot.flows import staffed, tickets, waits
from bot.flows.shop_targets import read
from bot.store import core, sql
from bot.store.models import Merchant, Promise, Ticket
from bot.store.ms import from_ms
from tests.fakes import rows
from tests.fakes.shopkeeper import OMAR, open_shop, words
from tests.fakes.talk import Talk, kinds

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    return talk


async def settings() -> str:
    return str((await sql.rows("SELECT settings FROM merchant"))[0]["settings"])


@pytest.mark.parametrize(
    ("said", "kept", "shown"),
    [
        (
            "first_response=4h next_response=8h",
            '{"first_response":4.0,"next_response":8.0}',
            "First answer within 4 staffed hours. Later answers within 8 staffed hours.",
        ),
        ("first_response=۴h", '{"first_response":4.0}', "Later answers within 4 staffed hours."),
        ("next_response 45m", '{"next_response":0.75}', "Later answers within 45 staffed minutes."),
        ("first_response=default", "{}", "First answer within 2 staffed hours."),
    ],
)
async def test_targets_are_kept_and_shown(shop: Talk, said: str, kept: str, shown: str) -> None:
    answers = await shop.say(f"/shop {said}", OMAR)
    assert kinds(answers) == ["shop_shown"]
    assert await settings() == kept
    assert shown in words(answers)


@pytest.mark.parametrize(
    "said", ["first_response=soon", "first_response=5m", "next_response=101h", "first_response=4h zone=UTC"]
)
async def test_what_cannot_be_read_changes_nothing(shop: Talk, said: str) -> None:
    assert kinds(await shop.say(f"/shop {said}", OMAR)) == ["shop_unreadable"]
    assert await settings() == "{}"


async def test_the_rule_answer_is_the_first_target(shop: Talk) -> None:
    await shop.say("/rules answer 6", OMAR)
    merchant = await Merchant.get()
    assert waits.targets_of(merchant).first == 6 * HOUR
    assert staffed.answers(merchant, NOON)["answers_within"] == 6


def test_nothing_is_read_from_nothing() -> None:
    assert read("") is None


async def test_who_asks_is_promised_an_answer_by_the_shops_own_targets(store: str) -> None:
    merchant = await rows.shop(settings='{"first_response": 4, "next_response": 1}')
    customer = await rows.customer(merchant)
    async with core.transaction():
        opened = await tickets.open_ticket(customer.id, "human", NOON)
        await tickets.promise(opened, NOON, "UTC", None)
    assert from_ms((await Promise.get()).due_ms) == NOON + 4 * HOUR
    assert from_ms((await Ticket.get()).due_ms or 0) == NOON + 4 * HOUR
    await Ticket.all().update(answered_ms=1)
    assert waits.target_of(merchant, await Ticket.get()) == HOUR
    assert hours.FIRST_RESPONSE == 2 * HOUR
