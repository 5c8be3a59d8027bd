"""Carrier accounts by chat: tried before they are kept, never shown, deletable."""

import pytest

from bot.flows import accounts
from bot.store import sql
from bot.store.crypt import Vault, new_key
from carriers.kit.errors import AuthFailed, Unavailable
from tests.fakes.shopkeeper import DHL_NUMBER, OMAR, STRANGER, add_dhl, open_shop, words
from tests.fakes.talk import Talk, kinds

SECRET = "secret-key-1234567890"


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    return talk


async def test_an_account_is_tried_and_saved(shop: Talk) -> None:
    answers = await add_dhl(shop)
    assert kinds(answers) == ["carrier_saved"]
    slug, credentials, numbers = shop.carriers.asked[0]
    assert (slug, credentials, len(numbers)) == ("dhl_unified", {"api_key": SECRET}, 1)
    assert (await sql.rows("SELECT slug, state FROM account")) == [{"slug": "dhl_unified", "state": "active"}]


async def test_the_message_with_the_secret_is_deleted(shop: Talk) -> None:
    rows = await add_dhl(shop)
    deletions = [row["payload"] for row in rows if row["act"] == "delete"]
    assert deletions == [{"message_id": shop.message_id}]


async def test_the_secret_stands_nowhere_in_the_database(shop: Talk) -> None:
    await add_dhl(shop)
    for table in ("account", "outbox", "inbox", "dialogue", "audit"):
        assert SECRET not in str(await sql.rows(f"SELECT * FROM {table}"))


async def test_credentials_that_the_carrier_refuses_are_not_saved(shop: Talk) -> None:
    shop.carriers.trouble = AuthFailed()
    assert kinds(await add_dhl(shop)) == ["carrier_refuses"]
    assert await sql.rows("SELECT * FROM account") == []


async def test_what_could_not_be_tried_is_saved_only_on_request(shop: Talk) -> None:
    shop.carriers.trouble = Unavailable()
    assert kinds(await add_dhl(shop)) == ["carrier_untried"]
    assert await sql.rows("SELECT * FROM account") == []
    assert kinds(await shop.press("cf:save", OMAR)) == ["carrier_saved"]


async def test_what_could_not_be_tried_can_be_dropped(shop: Talk) -> None:
    shop.carriers.trouble = Unavailable()
    await add_dhl(shop)
    assert kinds(await shop.press("cf:no", OMAR)) == ["form_over"]
    assert kinds(await shop.press("cf:save", OMAR)) == ["form_over"]
    assert await sql.rows("SELECT * FROM account") == []


async def test_missing_fields_are_asked_for_one_by_one(shop: Talk) -> None:
    first = await shop.say("/carrier add ups", OMAR)
    assert "Client ID" in words(first)
    second = await shop.say("my-client", OMAR)
    assert "Client secret" in words(second)
    assert kinds(await shop.say("my-secret", OMAR)) == ["carrier_saved"]
    assert shop.carriers.asked[0][1] == {"client_id": "my-client", "client_secret": "my-secret"}


async def test_every_message_of_the_form_that_tells_a_value_is_deleted(shop: Talk) -> None:
    await shop.say("/carrier add ups", OMAR)
    rows = await shop.say("my-client", OMAR)
    assert [row["act"] for row in rows] == ["delete", "answer"]


async def test_a_value_that_cannot_be_is_asked_for_again(shop: Talk) -> None:
    await shop.say("/carrier add dhl_unified", OMAR)
    rows = await shop.say("two words", OMAR)
    assert "another form" in words(rows)
    assert kinds(await shop.say(SECRET, OMAR)) == ["carrier_saved"]


async def test_a_command_in_the_middle_of_the_form_is_a_command(shop: Talk) -> None:
    await shop.say("/carrier add dhl_unified", OMAR)
    assert kinds(await shop.say("/stats", OMAR)) == ["stats_shown"]


async def test_an_unknown_slug_names_those_there_are(shop: Talk) -> None:
    answers = await shop.say("/carrier add nosuch api_key=x", OMAR)
    assert kinds(answers) == ["carrier_unknown"]
    assert "dhl_unified" in words(answers)
    assert "delete" in [row["act"] for row in answers]


async def test_an_unknown_field_is_refused_with_the_right_names(shop: Talk) -> None:
    answers = await shop.say("/carrier add dhl_unified key=x", OMAR)
    assert "api_key" in words(answers)
    assert shop.carriers.asked == []


async def test_the_list_masks_secrets(shop: Talk) -> None:
    await add_dhl(shop)
    said = words(await shop.say("/carrier", OMAR))
    assert "••••7890" in said
    assert SECRET not in said


async def test_an_account_pauses_resumes_and_goes(shop: Talk) -> None:
    await add_dhl(shop)
    seen = [kinds(await shop.say(f"/carrier {deed} dhl_unified", OMAR)) for deed in ("pause", "resume", "remove")]
    assert seen == [["carrier_paused"], ["carrier_resumed"], ["carrier_removed"]]
    assert (await sql.rows("SELECT state, secrets FROM account")) == [{"state": "removed", "secrets": ""}]
    assert kinds(await shop.say("/carrier test dhl_unified", OMAR)) == ["carrier_none"]


async def test_a_removed_account_comes_back_with_its_parcels(shop: Talk) -> None:
    await add_dhl(shop)
    await shop.say(f"/shipment add {DHL_NUMBER}", OMAR)
    await shop.say("/carrier remove dhl_unified", OMAR)
    assert "asked for now: 1" in words(await add_dhl(shop))


async def test_a_test_call_tells_what_the_carrier_says(shop: Talk) -> None:
    await add_dhl(shop)
    assert kinds(await shop.say("/carrier test dhl_unified", OMAR)) == ["carrier_works"]
    shop.carriers.trouble = AuthFailed()
    assert kinds(await shop.say("/carrier test dhl_unified", OMAR)) == ["carrier_refuses"]


async def test_the_list_shows_every_carrier_that_can_be_added(shop: Talk) -> None:
    said = words(await shop.say("/carrier", OMAR))
    assert all(slug in said for slug in ("dhl_unified", "ups", "17track"))


async def test_new_says_how_a_carrier_is_described_and_that_the_own_courier_needs_none(shop: Talk) -> None:
    said = words(await shop.say("/carrier new", OMAR))
    assert all(word in said for word in ("url: https://", "{number}", "carrier=own"))


async def test_a_stranger_cannot_press_the_form_s_button(shop: Talk) -> None:
    shop.carriers.trouble = Unavailable()
    await add_dhl(shop)
    await shop.press("cf:save", STRANGER)
    assert await sql.rows("SELECT * FROM account") == []


async def test_rotation_seals_everything_with_the_new_key(shop: Talk) -> None:
    old = new_key()
    shop.vault = Vault([old])
    await add_dhl(shop)
    await shop.say("/carrier add ups", OMAR)
    fresh = new_key()
    assert await accounts.rotate(Vault([fresh, old])) == 2
    shop.vault = Vault([fresh])
    assert "••••7890" in words(await shop.say("/carrier", OMAR))


def test_a_mask_shows_at_most_the_end_of_a_long_secret() -> None:
    carrier = accounts.carrier_of("dhl_unified")
    assert carrier is not None
    assert accounts.masked(carrier.fields[0], "short") == "••••"


@pytest.mark.parametrize("slug", ["dhl_unified", "ups", "17track"])
def test_every_carrier_has_a_number_to_be_tried_with(slug: str) -> None:
    carrier = accounts.carrier_of(slug)
    assert carrier is not None
    assert len(accounts.probe(carrier)) >= 8
