"""A shop in shadow: its warnings are shown to its people first, and leave when they say so."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.flows.ingest import Polled, ingest_batch
from bot.flows.sweep import sweep
from bot.store import draft_scores, sql
from bot.store.models import Shipment
from carriers.kit.model import Status
from tests.fakes.answers import answer, journey, scan
from tests.fakes.shopkeeper import DHL_NUMBER, OMAR, STRANGER, add_dhl, open_shop, words
from tests.fakes.talk import Talk, Who, kinds

LAYLA = Who(7005, "Layla", "en")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    """In shadow, with one parcel on its way that Layla follows."""
    await open_shop(talk)
    await add_dhl(talk)
    today = talk.clock.now().date()
    added = await talk.say(f"/shipment add {DHL_NUMBER} order=1001 promised={today + DAY}", OMAR)
    token = words(added).split("start=")[1].split()[0]
    await talk.say(f"/start {token}", LAYLA)
    await take_in(talk, journey(talk.clock.now() - HOUR, 3, number=DHL_NUMBER, eta=today + DAY))
    await talk.say("/shop mode=shadow", OMAR)
    return talk


async def take_in(talk: Talk, said: Any) -> None:
    parcel = await Shipment.get(number=DHL_NUMBER)
    await ingest_batch([Polled(parcel.id, said)], talk.clock.now())


async def slip(talk: Talk, to: date | None = None) -> None:
    """The carrier now expects it four days late."""
    eta = to or talk.clock.now().date() + 5 * DAY
    await take_in(talk, journey(talk.clock.now(), 4, number=DHL_NUMBER, eta=eta))
    await sweep(talk.clock.now(), "off", seldom=False)


async def rows(act: str) -> list[dict[str, Any]]:
    return await sql.rows("SELECT * FROM outbox WHERE act = ? AND state = 'queued' ORDER BY id", (act,))


async def draft(talk: Talk) -> dict[str, Any]:
    (one,) = await sql.rows("SELECT * FROM draft")
    return one


async def button(what: str) -> str:
    (post,) = await sql.rows("SELECT id, draft_id FROM draft_post")
    return f"df:{post['id']}:{post['draft_id']}:{what}"


async def notices(what: str = "delay") -> list[str]:
    found = await rows("notice")
    return [row["payload"] for row in found if what in row["payload"]]


async def test_a_warning_is_a_draft_for_the_shop_and_the_customer_reads_nothing(shop: Talk) -> None:
    await slip(shop)
    assert await notices() == []
    assert (await draft(shop))["state"] == "open"
    (shown,) = await rows("draft")
    assert shown["chat_id"] == OMAR.id


async def test_sent_it_leaves_once_however_often_it_is_pressed(shop: Talk) -> None:
    await slip(shop)
    send = await button("s")
    await shop.press(send, OMAR)
    assert len(await notices()) == 1
    assert kinds(await shop.press(send, OMAR)) == ["draft_decided"]
    assert len(await notices()) == 1


async def test_dropped_it_never_leaves_and_the_same_slip_is_not_drafted_again(shop: Talk) -> None:
    await slip(shop)
    await shop.press(await button("d"), OMAR)
    await slip(shop)
    assert await notices() == []
    assert (await draft(shop))["state"] == "dropped"


async def test_a_stranger_presses_in_vain(shop: Talk) -> None:
    await slip(shop)
    assert kinds(await shop.press(await button("s"), STRANGER)) == ["not_for_you"]
    assert await notices() == []
    assert (await draft(shop))["state"] == "open"


async def test_the_shop_s_own_words_leave_in_place_of_ours(shop: Talk) -> None:
    await slip(shop)
    await shop.press(await button("e"), OMAR)
    said = await shop.say("It comes on Sunday, Layla. I am on it.", OMAR)
    assert any(row["chat_id"] == LAYLA.id and "on Sunday" in str(row["payload"]) for row in said)
    assert await notices() == []


async def test_news_is_never_held_back(shop: Talk) -> None:
    now = shop.clock.now()
    await take_in(shop, answer(scan(now, Status.OUT_FOR_DELIVERY), number=DHL_NUMBER))
    assert len(await notices("out_for_delivery")) == 1


async def test_what_came_of_a_draft_is_counted_when_its_parcel_ends(shop: Talk) -> None:
    await slip(shop)
    merchant_id = (await Shipment.get(number=DHL_NUMBER)).merchant_id
    assert (await draft_scores.tally(merchant_id)).figures["open"] == 1
    await take_in(shop, answer(scan(shop.clock.now() + HOUR, Status.DELIVERED), number=DHL_NUMBER))
    figures = (await draft_scores.tally(merchant_id)).figures
    assert figures["drafts"] == 1
    assert figures.get("right", 0) + figures.get("wrong", 0) == 1


async def test_live_again_the_open_drafts_are_offered_once(shop: Talk) -> None:
    await slip(shop)
    said = await shop.say("/shop mode=live", OMAR)
    assert "sm:send" in str(said)
    await shop.press("sm:send", OMAR)
    await sweep(shop.clock.now(), "off", seldom=False)
    assert len(await notices()) == 1


async def test_what_was_to_leave_becomes_a_draft_when_shadow_begins(shop: Talk) -> None:
    await shop.say("/shop mode=live", OMAR)
    await slip(shop)
    assert len(await notices()) == 1
    await shop.say("/shop mode=shadow", OMAR)
    assert await notices() == []
    await sweep(shop.clock.now(), "off", seldom=False)
    assert (await draft(shop))["state"] == "open"


async def test_a_mode_that_does_not_exist_changes_nothing(shop: Talk) -> None:
    assert kinds(await shop.say("/shop mode=loud", OMAR)) == ["shop_unreadable"]
    assert (await sql.rows("SELECT mode FROM merchant"))[0]["mode"] == "shadow"
