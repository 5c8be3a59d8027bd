"""`/carrier push`: the address that a carrier sends its news to."""

import re

import pytest

from bot.flows.tokens import hashed
from bot.store import pushes, sql
from tests.fakes.ports import FakeSettings
from tests.fakes.shopkeeper import OMAR, STRANGER, add_dhl, open_shop, words
from tests.fakes.talk import Talk, Who, kinds

ADDRESS = re.compile(r"https://herald\.example/hooks/carrier/(\S+)")
SECRET = "webhook-secret-123"


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    talk.settings = FakeSettings(public_url="https://herald.example/")
    await talk.say("/carrier add aftership api_key=key-1234567890", OMAR)
    return talk


async def test_whoever_adds_a_carrier_that_pushes_is_told_how(talk: Talk) -> None:
    await open_shop(talk)
    told = words(await talk.say("/carrier add aftership api_key=key-1234567890", OMAR))
    assert "/carrier push aftership" in told
    assert "/carrier push" not in words(await add_dhl(talk))


async def test_the_address_is_shown_once_and_stored_only_as_a_hash(shop: Talk) -> None:
    told = words(await shop.say("/carrier push aftership", OMAR))
    (token,) = ADDRESS.findall(told)
    assert "/carrier push aftership webhook_secret=…" in told
    assert await pushes.by_token(hashed(token)) is not None
    assert token not in str(await sql.rows("SELECT * FROM account")) + str(await sql.rows("SELECT * FROM audit"))
    again = await shop.say("/carrier push aftership", OMAR)
    assert kinds(again) == ["push_state"]
    assert not ADDRESS.search(words(again))


async def test_another_address_ends_the_present_one(shop: Talk) -> None:
    (first,) = ADDRESS.findall(words(await shop.say("/carrier push aftership", OMAR)))
    (second,) = ADDRESS.findall(words(await shop.say("/carrier push AfterShip NEW", OMAR)))
    assert await pushes.by_token(hashed(first)) is None
    assert await pushes.by_token(hashed(second)) is not None


async def test_the_carriers_secret_is_kept_beside_the_key_and_its_message_deleted(shop: Talk) -> None:
    await shop.say("/carrier push aftership", OMAR)
    rows = await shop.say(f"/carrier push aftership webhook_secret={SECRET}", OMAR)
    assert [row["act"] for row in rows if row["act"] == "delete"] == ["delete"]
    assert kinds(rows) == ["push_state"]
    assert "webhook_secret=…" not in words(rows)
    (row,) = await sql.rows("SELECT secrets FROM account")
    assert SECRET not in row["secrets"]
    assert shop.vault.open(row["secrets"]) == f'{{"api_key":"key-1234567890","webhook_secret":"{SECRET}"}}'


async def test_how_pushes_go_is_shown(shop: Talk) -> None:
    await shop.say("/carrier push aftership", OMAR)
    assert "No message has come yet." in words(await shop.say("/carrier push aftership", OMAR))
    await pushes.refused(1)
    await pushes.arrived(1, shop.clock.now())
    told = words(await shop.say("/carrier push aftership", OMAR))
    assert "Last message:" in told
    assert "wrong: 1." in told


async def test_without_a_public_address_nothing_is_made(shop: Talk) -> None:
    shop.settings = FakeSettings()
    assert kinds(await shop.say("/carrier push aftership", OMAR)) == ["push_no_address"]
    assert not (await pushes.state_of(1)).exists


async def test_a_field_that_there_is_not_is_refused(shop: Talk) -> None:
    assert kinds(await shop.say("/carrier push aftership hook_secret=x", OMAR)) == ["carrier_field_wrong"]


async def test_a_carrier_without_an_account_or_without_pushes_is_told_so(shop: Talk) -> None:
    await add_dhl(shop)
    assert kinds(await shop.say("/carrier push dhl_unified", OMAR)) == ["push_not_offered"]
    assert kinds(await shop.say("/carrier push ups", OMAR)) == ["carrier_none"]
    assert kinds(await shop.say("/carrier push pigeon", OMAR)) == ["carrier_unknown"]
    assert kinds(await shop.say("/carrier push", OMAR)) == ["carrier_unknown"]


async def test_nobody_else_learns_the_address(shop: Talk) -> None:
    assert "push_address" not in kinds(await shop.say("/carrier push aftership", STRANGER))


@pytest.mark.parametrize("language", ["ar", "fa"])
async def test_the_address_stands_whole_in_every_language(shop: Talk, language: str) -> None:
    told = words(await shop.say("/carrier push aftership", Who(OMAR.id, "Omar", language)))
    assert len(ADDRESS.findall(told)) == 1
