"""Ramadan and Nowruz: a shop that named its hours once is asked again before the next, once, in time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows import yearly
from bot.store import sql
from bot.store.models import OutboxRow
from bot.texts.messages import Reader, render
from tests.fakes.shopkeeper import OMAR, open_shop
from tests.fakes.talk import Talk

DAY = timedelta(days=1)
NEXT_RAMADAN = datetime(2028, 1, 28, 9, tzinfo=UTC)
"""Of the year after the one that was named: the first of it, in the morning."""


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    await talk.say("/shop country SA", OMAR)
    return talk


async def asked() -> list[dict[str, Any]]:
    rows = await OutboxRow.filter(cause__startswith="yearly:").order_by("id")
    return [orjson.loads(row.payload)["facts"] for row in rows]


async def test_a_shop_is_asked_again_before_the_next_one_and_once(shop: Talk) -> None:
    await shop.say("/shop special ramadan Sun-Thu 10:00-15:00", OMAR)
    assert await yearly.ask_due(NEXT_RAMADAN - 40 * DAY) == 0
    assert await yearly.ask_due(NEXT_RAMADAN - 20 * DAY) == 1
    assert await yearly.ask_due(NEXT_RAMADAN - 19 * DAY) == 0
    [facts] = await asked()
    assert facts["command"] == "/shop special ramadan Sun-Thu 10:00-15:00"
    words = render("yearly_asked", facts, Reader("en")).text
    assert words.startswith("Ramadan is from Friday 28 January to Friday 25 February; the moon")


async def test_who_has_named_hours_for_it_is_not_asked(shop: Talk) -> None:
    await shop.say("/shop special رمضان 10-15", OMAR)
    await sql.run("UPDATE merchant SET apart = '2028-01-20..2028-03-01 Sun-Thu 10:00-15:00'")
    assert await yearly.ask_due(NEXT_RAMADAN - 20 * DAY) == 0


async def test_a_closed_nowruz_is_asked_about_too_and_forgotten_when_it_is_as_usual(shop: Talk) -> None:
    await shop.say("/shop closed nowruz", OMAR)
    spring = datetime(2028, 3, 10, 9, tzinfo=UTC)
    assert await yearly.ask_due(spring) == 1
    [facts] = await asked()
    assert (facts["command"], facts["nowruz"]) == ("/shop closed nowruz", True)
    await shop.say("/shop usual nowruz", OMAR)
    assert '"yearly"' not in (await sql.rows("SELECT settings FROM merchant"))[0]["settings"]


async def test_other_days_are_not_remembered(shop: Talk) -> None:
    await shop.say("/shop closed 2026-12-24", OMAR)
    assert await yearly.ask_due(NEXT_RAMADAN - 20 * DAY) == 0
