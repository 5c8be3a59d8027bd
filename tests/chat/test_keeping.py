"""How long a shop keeps things: set and shown in the chat, read by customers, and what they see of what has gone."""

from datetime import datetime
from typing import Any

import orjson
import pytest

from bot.domain.retention import SAID_AT
from bot.flows.shop_keeping import read
from bot.store import sql
from bot.store.models import Merchant
from tests.fakes.consignee import LAYLA
from tests.fakes.shopkeeper import OMAR, open_shop, words
from tests.fakes.talk import Talk, kinds


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    return talk


async def privacy(shop: Talk) -> str:
    """What Layla reads, in English."""
    await shop.say("/language en", LAYLA)
    return words(await shop.say("/privacy", LAYLA))


async def settings() -> dict[str, Any]:
    """Without when they were said."""
    said: dict[str, Any] = orjson.loads((await Merchant.get()).settings)
    if said:
        assert datetime.fromisoformat(said.pop(SAID_AT)).tzinfo is not None
    return said


@pytest.mark.parametrize(
    ("said", "kept", "shown"),
    [
        (
            "keep_parcels=120 keep_tickets=1y",
            {"keep_parcels": 120, "keep_tickets": 365},
            "Parcels are kept for 120 days after their end. Tickets with their words are kept for a year.",
        ),
        ("keep_parcels ۲۶w", {"keep_parcels": 182}, "Tickets with their words are kept for 2 years."),
        ("keep_tickets=default", {}, "Parcels are kept for 180 days after their end."),
    ],
)
async def test_what_a_shop_chooses_is_kept_and_shown(shop: Talk, said: str, kept: dict[str, int], shown: str) -> None:
    answers = await shop.say(f"/shop {said}", OMAR)
    assert kinds(answers) == ["shop_shown"]
    assert await settings() == kept
    assert shown in words(answers)


@pytest.mark.parametrize(
    "said",
    ["keep_parcels=89", "keep_parcels=731", "keep_tickets=6y", "keep_tickets=long", "keep_parcels=180 zone=UTC"],
)
async def test_what_cannot_be_read_or_is_out_of_bounds_changes_nothing(shop: Talk, said: str) -> None:
    assert kinds(await shop.say(f"/shop {said}", OMAR)) == ["shop_unreadable"]
    assert await settings() == {}


def test_nothing_is_read_from_nothing() -> None:
    assert read("") is None


async def test_a_guest_of_the_only_shop_reads_how_long_it_keeps_things(shop: Talk) -> None:
    said = await privacy(shop)
    assert "a parcel's details are removed 180 days after its end" in said
    assert "2 years after the matter is closed" in said


async def test_nobody_reads_of_shops_that_do_not_know_him(shop: Talk) -> None:
    _ = await Merchant.create(name="Other", settings='{"keep_parcels": 90}', created_ms=0)
    assert "removed" not in await privacy(shop)


async def test_a_button_under_a_parcel_that_has_gone_is_answered_kindly(shop: Talk) -> None:
    answers = await shop.press("h:987654", LAYLA)
    assert kinds(answers) == ["parcel_gone"]
    assert "/help" not in words(answers)


async def test_a_customer_reads_of_each_shop_that_knows_him(shop: Talk) -> None:
    other = await Merchant.create(name="Other", settings='{"keep_parcels": 90}', created_ms=0)
    await sql.run(
        "INSERT INTO customer (merchant_id, user_id, name, topic_generation, created_ms) VALUES (?, ?, '', 0, 0)",
        (other.id, LAYLA.id),
    )
    said = await privacy(shop)
    assert "removed 90 days after its end" in said
    assert "180" not in said
