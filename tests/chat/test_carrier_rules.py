"""Thresholds of one carrier, and loss limits that were learnt: what a shop reads and sets."""

from datetime import timedelta

import orjson
import pytest

from bot.domain import tails
from bot.domain.policy import policy_for
from bot.domain.tails import Passed
from bot.flows import carrier_rules
from bot.flows.experience import TAILS
from bot.store import core, learnt, sql
from bot.texts.messages import Reader, render
from carriers.kit.model import Status
from tests.fakes.shopkeeper import OMAR, add_dhl, open_shop, words
from tests.fakes.talk import Talk, kinds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    await add_dhl(talk)
    return talk


async def settings() -> dict[str, object]:
    return dict(orjson.loads((await sql.rows("SELECT settings FROM merchant"))[0]["settings"]))


async def test_a_threshold_is_set_for_one_carrier_and_goes_back_to_what_holds_for_all(shop: Talk) -> None:
    await shop.say("/rules stalled 60", OMAR)
    answers = await shop.say("/rules dhl_unified.stalled 96", OMAR)
    assert kinds(answers) == ["rules_carrier"]
    assert "stalled: no scan for 96 h inside the country (your own for this carrier)" in words(answers)
    assert policy_for("dhl_unified", None, await settings()).stalled_domestic[Status.IN_TRANSIT] == 96 * HOUR
    assert policy_for("ups", None, await settings()).stalled_domestic[Status.IN_TRANSIT] == 60 * HOUR
    said = words(await shop.say("/rules", OMAR))
    assert "At dhl_unified\nstalled: no scan for 96 h inside the country (your own for this carrier)" in said
    assert "stalled: no scan for 60 h inside the country (your own)" in said
    said = words(await shop.say("/rules dhl_unified.stalled default", OMAR))
    assert "stalled: no scan for 60 h inside the country (your own)" in said
    assert await settings() == {"stalled_domestic": {"in_transit": 60}}


async def test_days_of_quiet_are_a_silence_by_another_name(shop: Talk) -> None:
    assert "no scan for 96 h inside the country (your own for" in words(
        await shop.say("/rules dhl_unified.quiet ۴", OMAR)
    )


async def test_a_carriers_name_alone_shows_all_that_holds_there(shop: Talk) -> None:
    said = words(await shop.say("/rules usps", OMAR))
    assert "What counts as trouble at usps" in said
    assert "stalled_abroad: no scan for 192 h across borders" in said
    assert "lost: probably lost after 15 days of silence inside the country" in said
    assert "claim.usps: claims from day 15 to day 60 after the hand-over" in said
    assert "/rules usps.stalled 96" in said


@pytest.mark.parametrize("said", ["nobody.stalled 96", "dhl_unified.share 5", "dhl_unified.nosuch 5", ".stalled 5"])
async def test_a_carrier_or_rule_that_is_none_is_refused(shop: Talk, said: str) -> None:
    assert kinds(await shop.say(f"/rules {said}", OMAR)) == ["rule_unknown"]


async def test_a_value_that_cannot_be_is_explained_with_the_rules_own_name(shop: Talk) -> None:
    answers = await shop.say("/rules dhl_unified.near soon", OMAR)
    assert kinds(answers) == ["rule_unreadable"]
    assert "/rules dhl_unified.near 48" in words(answers)


async def learn(shop: Talk, slug: str, days: int, count: int, service: str | None = None) -> None:
    """So many parcels of the shop were silent for so long inside their country and came."""
    now = shop.clock.now()
    scans = [(Status.IN_TRANSIT, now - 30 * DAY), (Status.DELIVERED, now - (30 - days) * DAY)]
    merchant_id = (await sql.rows("SELECT id FROM merchant"))[0]["id"]
    known = tails.counted([Passed(merchant_id, slug, service, "SA", "SA", scans)] * count, now)
    async with core.transaction():
        await learnt.save(TAILS, tails.to_bytes(known), now)


async def test_a_learnt_limit_is_shown_with_how_many_it_was_learnt_from(shop: Talk) -> None:
    await learn(shop, "dhl_unified", 8, 212)
    learnt_line = "lost: probably lost after 9 days of silence inside the country (learnt from 212 of your parcels)"
    said = words(await shop.say("/rules", OMAR))
    assert f"At dhl_unified\n{learnt_line}" in said
    assert "lost: probably lost after 7 days of silence inside the country\n" in said
    assert learnt_line in words(await shop.say("/rules dhl_unified", OMAR))


async def test_the_postal_service_of_a_carrier_learns_by_itself(shop: Talk) -> None:
    await learn(shop, "dhl_unified", 20, 40, "Post International")
    assert "lost after 21 days of silence inside the country (by post; learnt from 40 of your parcels)" in words(
        await shop.say("/rules", OMAR)
    )


async def test_of_few_silences_or_where_the_shop_has_spoken_the_tables_hold(shop: Talk) -> None:
    await learn(shop, "dhl_unified", 8, 29)
    assert "learnt from" not in words(await shop.say("/rules", OMAR))
    await learn(shop, "dhl_unified", 8, 212)
    assert "learnt from" not in words(await shop.say("/rules lost 12", OMAR))


async def test_where_many_carriers_have_lines_the_presets_are_a_message_of_their_own(shop: Talk) -> None:
    for name in carrier_rules.PER_CARRIER[:5]:
        await shop.say(f"/rules ups.{name} 5", OMAR)
    answers = await shop.say("/rules", OMAR)
    assert kinds(answers) == ["rules_shown", "rules_presets"]
    assert "This one holds." in words(answers[1:])
    assert "This one holds." not in words(answers[:1])
    assert kinds(await shop.say("/rules early", OMAR)) == ["rules_shown", "rules_presets"]


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
def test_it_is_said_in_every_language(language: str) -> None:
    lines = [{"slug": "dhl_unified"}, {"rule": "stalled", "count": 96, "here": True}]
    lines.append({"rule": "lost", "count": 9, "learnt": 212})
    said = render("rules_shown", {"carriers": lines}, Reader(language)).text
    assert "<code>dhl_unified</code>" in said
    assert "/rules ups.stalled 96" in said
    assert "/rules ups.stalled" in render("rules_carrier", {"slug": "ups", "rules": lines[1:]}, Reader(language)).text
