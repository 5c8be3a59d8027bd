"""The shop's own settings, its team, its pause, its figures."""

from datetime import timedelta

import orjson
import pytest

from bot.domain.odds import PRESETS, Odds, Preset
from bot.domain.policy import policy_for
from bot.store import people, sql
from tests.fakes.shopkeeper import OMAR, add_dhl, open_shop, words
from tests.fakes.talk import Talk, Who, kinds

SARA = Who(7002, "Sara", "en", "sara")


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    return talk


TRAITS = (
    ("name Noor & Co", "name", "Noor & Co"),
    ("zone asia/riyadh", "zone", "Asia/Riyadh"),
    ("language ar", "locale", "ar"),
    ("hours Sun-Thu 09:00-18:00", "staffed", "Sun-Thu 09:00-18:00"),
    ("currency sar", "currency", "SAR"),
    ("country sa", "country", "SA"),
)
UNREADABLE = (
    "zone Mars/Base",
    "language xx",
    "hours whenever",
    "hours " + ", ".join(["Mon 09:00-10:00"] * 16),
    "currency 5",
    "country Narnia",
)


async def test_a_trait_of_the_shop_is_set(shop: Talk) -> None:
    for said, column, value in TRAITS:
        assert kinds(await shop.say(f"/shop {said}", OMAR)) == ["shop_shown"], said
        assert (await sql.rows("SELECT * FROM merchant"))[0][column] == value, said


async def test_a_country_brings_its_zone_and_its_home_rule(shop: Talk) -> None:
    await shop.say("/shop country SA", OMAR)
    row = (await sql.rows("SELECT zone, settings FROM merchant"))[0]
    assert row == {"zone": "Asia/Riyadh", "settings": '{"home":"SA"}'}


async def test_what_cannot_be_read_changes_nothing(shop: Talk) -> None:
    before = await sql.rows("SELECT * FROM merchant")
    for said in UNREADABLE:
        answers = await shop.say(f"/shop {said}", OMAR)
        assert kinds(answers) == ["shop_unreadable"], said
        assert f"/shop {said.split()[0]}" in words(answers), said
    assert await sql.rows("SELECT * FROM merchant") == before


async def test_a_rule_is_set_and_goes_back_to_ours(shop: Talk) -> None:
    assert "48 h inside the country (your own)" in words(await shop.say("/rules stalled 48", OMAR))
    assert "72 h inside the country" in words(await shop.say("/rules stalled default", OMAR))
    assert (await sql.rows("SELECT settings FROM merchant"))[0]["settings"] == "{}"


async def test_an_offer_is_switched_on_without_touching_other_rules(shop: Talk) -> None:
    await shop.say("/rules lost 9", OMAR)
    await shop.say("/rules refund yes", OMAR)
    settings = (await sql.rows("SELECT settings FROM merchant"))[0]["settings"]
    assert settings == '{"lost_domestic":216,"policy":{"refund":true}}'


async def test_the_rules_before_shipping_are_shown_with_ours_and_set(shop: Talk) -> None:
    said = words(await shop.say("/rules", OMAR))
    assert "unannounced: the shop hears of a parcel that the carrier doesn't know after 72 working hours" in said
    assert "unscanned: the shop hears of a label without a scan after 4 working days" in said
    assert "after 10 working days (your own)" in words(await shop.say("/rules unscanned 10", OMAR))
    settings = orjson.loads((await sql.rows("SELECT settings FROM merchant"))[0]["settings"])
    assert policy_for("ups", None, settings).unscanned == timedelta(days=10)


async def test_a_preset_of_early_warning_is_chosen_and_shown_with_what_it_means(shop: Talk) -> None:
    said = words(await shop.say("/rules", OMAR))
    assert "/rules balanced: warn when it is very likely" in said
    assert "67 % within 48 h of the deadline, 40 % on the last day. This one holds." in said
    said = words(await shop.say("/rules early", OMAR))
    assert "60 % within 96 h of the deadline, 40 % on the last day. This one holds." in said
    assert said.count("This one holds") == 1
    assert await _odds() == PRESETS[Preset.EARLY]


async def test_a_preset_says_what_it_means_in_numbers_also_where_there_is_no_history(shop: Talk) -> None:
    said = words(await shop.say("/rules", OMAR))
    assert "Too little history of your own yet (0 of 30 parcels whose promised day is over)." in said
    assert "come from another shop's parcels (1010, 143 of them late)" in said
    assert "Customers warned ahead: 179, rightly: 143 (80 %). Half of the right ones at least 48 h" in said


async def test_single_thresholds_stand_beside_the_preset_until_one_is_chosen_again(shop: Talk) -> None:
    await shop.say("/rules careful", OMAR)
    said = words(await shop.say("/rules very_sure ۹۷٪", OMAR))
    assert "from a chance of 97 % on that the promised day is missed (your own)" in said
    assert "This one holds, with thresholds of your own." in said
    await shop.say("/rules near 36", OMAR)
    await shop.say("/rules fairly_sure 75", OMAR)
    await shop.say("/rules last_day 50%", OMAR)
    assert await _odds() == Odds(very_sure=0.97, fairly_sure=0.75, near=timedelta(hours=36), last_day=0.5)
    assert "from 80 % on" in words(await shop.say("/rules fairly_sure default", OMAR))
    await shop.say("/rules careful", OMAR)
    assert await _odds() == PRESETS[Preset.CAREFUL]


@pytest.mark.parametrize("said", ["very_sure 101", "last_day 0", "fairly_sure often", "near soon"])
async def test_a_threshold_that_cannot_be_is_explained(shop: Talk, said: str) -> None:
    assert kinds(await shop.say(f"/rules {said}", OMAR)) == ["rule_unreadable"]
    assert await _odds() == PRESETS[Preset.BALANCED]


async def _odds() -> Odds:
    settings = orjson.loads((await sql.rows("SELECT settings FROM merchant"))[0]["settings"])
    return policy_for("ups", None, settings).odds


async def test_the_days_of_a_claim_are_shown_and_set_by_carrier(shop: Talk) -> None:
    await add_dhl(shop)
    assert "claim.dhl_unified: claims from the day it counts as lost" in words(await shop.say("/rules", OMAR))
    said = words(await shop.say("/rules claim.dhl_unified ۱۰-۴۵", OMAR))
    assert "claim.dhl_unified: claims from day 10 to day 45 after the hand-over (your own)" in said
    assert (await sql.rows("SELECT settings FROM merchant"))[0]["settings"] == '{"claims":{"dhl_unified":[10,45]}}'
    assert "the day it counts as lost" in words(await shop.say("/rules claim.dhl_unified default", OMAR))


@pytest.mark.parametrize("said", ["45-10", "0-30", "1-999", "15", "soon"])
async def test_days_of_a_claim_that_are_none_are_explained(shop: Talk, said: str) -> None:
    answers = await shop.say(f"/rules claim.ups {said}", OMAR)
    assert kinds(answers) == ["rule_unreadable"]
    assert "/rules claim.ups 15-60" in words(answers)


async def test_there_is_no_claim_at_a_carrier_that_does_not_exist(shop: Talk) -> None:
    assert kinds(await shop.say("/rules claim.nobody 15-60", OMAR)) == ["rule_unknown"]


async def test_an_unreadable_rule_is_refused(shop: Talk) -> None:
    assert kinds(await shop.say("/rules stalled soon", OMAR)) == ["rule_unreadable"]
    assert kinds(await shop.say("/rules nosuch 5", OMAR)) == ["rule_unknown"]


async def test_a_person_we_have_met_gets_a_role(shop: Talk) -> None:
    await shop.say("hello", SARA)
    assert "Sara @sara: lead" in words(await shop.say("/team @Sara lead", OMAR))
    assert (await people.shops_of(SARA.id))[0]["role"] == "lead"


async def test_a_person_we_have_not_met_is_asked_for_a_word(shop: Talk) -> None:
    assert kinds(await shop.say("/team @ghost agent", OMAR)) == ["team_unknown"]


async def test_the_last_owner_stays_one(shop: Talk) -> None:
    assert kinds(await shop.say("/team @omar agent", OMAR)) == ["team_last_owner"]


async def test_an_unknown_role_is_refused(shop: Talk) -> None:
    assert kinds(await shop.say("/team @omar king", OMAR)) == ["team_role_unknown"]


async def test_a_pause_stops_notices_and_says_what_it_holds_back(shop: Talk) -> None:
    assert kinds(await shop.say("/pause all", OMAR)) == ["pause_on"]
    assert (await sql.rows("SELECT paused_ms FROM merchant"))[0]["paused_ms"] is not None
    assert kinds(await shop.say("/pause off", OMAR)) == ["pause_off"]
    assert (await sql.rows("SELECT paused_ms FROM merchant"))[0]["paused_ms"] is None


async def test_a_pause_said_twice_stays_a_pause(shop: Talk) -> None:
    await shop.say("/pause all", OMAR)
    assert kinds(await shop.say("/pause all", OMAR)) == ["pause_on"]
    assert kinds(await shop.press("pa:off", OMAR)) == ["pause_off"]


async def test_figures_are_shown(shop: Talk) -> None:
    await shop.say("/shipment add OWN-1 carrier=own", OMAR)
    assert "Parcels under way: 1" in words(await shop.say("/stats", OMAR))


async def test_a_name_with_direction_marks_and_markup_is_stored_clean(shop: Talk) -> None:
    await shop.say("/shop name \u202e<b>Noor\u202c", OMAR)
    assert (await sql.rows("SELECT name FROM merchant"))[0]["name"] == "<b>Noor"
    assert "<b>" in words(await shop.say("/shop", OMAR)) or "&lt;b&gt;" in words(await shop.say("/shop", OMAR))
